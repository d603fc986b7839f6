import type { ReactNode } from 'react';
import { Box } from '@backstage/ui';

/** A card with a title, a note beside it and actions at its end. */
export function Panel(props: { title: string; note?: ReactNode; actions?: ReactNode; className?: string; children: ReactNode }) {
  const { title, note, actions, className, children } = props;
  return (
    <Box as="section" bg="neutral" className={`av-card ${className ?? ''}`} aria-label={title}>
      <div className="av-card-head">
        <h2>{title}</h2>
        {note !== undefined && <span className="av-note">{note}</span>}
        <span className="av-grow" />
        {actions}
      </div>
      {children}
    </Box>
  );
}
