import { useMemo } from 'react';
import type { Decision } from '@aviary/plugin-rollouts-common';
import { formatTime } from '../format/formatTime';
import { Panel } from '../parts/Panel';
import { tellFall } from './tellFall';

/** The last moments of a failed rollout, in order. */
export function HowItFell({ decisions, threshold }: { decisions: Decision[]; threshold: number }) {
  const moments = useMemo(() => tellFall(decisions, threshold), [decisions, threshold]);
  if (moments.length === 0) {
    return null;
  }
  return (
    <Panel title="How it fell">
      <ol className="av-moments">
        {moments.map(({ at, look, text, note }, index) => (
          <li key={index}>
            <time className="av-quiet">{formatTime(at)}</time>
            <look.icon size={18} className={`av-mark-${look.tone}`} aria-hidden />
            <div>
              <p>{text}</p>
              {note !== undefined && <p className="av-small av-quiet">{note}</p>}
            </div>
          </li>
        ))}
      </ol>
    </Panel>
  );
}
