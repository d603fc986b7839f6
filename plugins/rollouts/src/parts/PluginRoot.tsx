import type { ReactNode } from 'react';
import '../styles/tokens.css';
import '../styles/parts.css';
import '../styles/page.css';
import '../styles/entity.css';
import '../styles/plots.css';
import '../styles/tables.css';

/** The plugin's own tokens and the container that its breakpoints look at. */
export function PluginRoot({ children }: { children: ReactNode }) {
  return (
    <div className="aviary">
      <div className="av-stack">{children}</div>
    </div>
  );
}
