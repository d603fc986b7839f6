import { useMemo } from 'react';
import { RiAlertLine, RiInformationLine } from '@remixicon/react';
import type { RolloutEvent } from '@aviary/plugin-rollouts-common';
import { formatMoment } from '../format/formatTime';
import { Panel } from '../parts/Panel';
import { VerdictMark } from '../parts/VerdictMark';
import type { VerdictLook } from '../verdicts';
import { foldEvents } from './foldEvents';

const LOOKS: Record<RolloutEvent['type'], VerdictLook> = {
  Warning: { label: 'Warning', tone: 'waiting', icon: RiAlertLine },
  Normal: { label: 'Normal', tone: 'idle', icon: RiInformationLine },
};
const MOST = 12;

/** The Kubernetes events of the Canary, those alike folded. */
export function EventsPanel({ events, now }: { events: RolloutEvent[]; now: number }) {
  const groups = useMemo(() => foldEvents(events).slice(0, MOST), [events]);
  return (
    <Panel title="Events" note="From Kubernetes">
      {groups.length === 0 ? (
        <p className="av-nothing">No events yet.</p>
      ) : (
        <table className="av-table av-stacked">
          <thead>
            <tr>
              <th className="av-w-time">Time</th>
              <th className="av-w-type">Type</th>
              <th>Message</th>
            </tr>
          </thead>
          <tbody>
            {groups.map(({ event, count }) => (
              <tr key={`${event.at} ${event.message}`} className="av-plain-row">
                <td className="av-nowrap">{formatMoment(event.at, now)}</td>
                <td className="av-nowrap">
                  <VerdictMark look={LOOKS[event.type]} />
                </td>
                <td className="av-wrap av-full">
                  {event.message} {count > 1 && <span className="av-quiet av-nowrap">{`× ${count}`}</span>}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Panel>
  );
}
