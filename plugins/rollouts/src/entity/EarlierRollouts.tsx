import type { PastRollout } from '@aviary/plugin-rollouts-common';
import { formatDuration } from '../format/formatDuration';
import { Panel } from '../parts/Panel';
import { PhaseChip } from '../parts/PhaseChip';
import { VerdictMark } from '../parts/VerdictMark';
import { VERDICTS } from '../verdicts';

/** Rollouts before the present one; each can be looked at. */
export function EarlierRollouts(props: {
  history: PastRollout[];
  current: string | null;
  shown: string | null;
  onLook: (id: string) => void;
}) {
  const { history, current, shown, onLook } = props;
  const earlier = history.filter((past) => past.id !== current);
  return (
    <Panel title="Earlier rollouts">
      {earlier.length === 0 ? (
        <p className="av-nothing">This is the first one.</p>
      ) : (
        <table className="av-table av-stacked">
          <thead>
            <tr>
              <th>Version</th>
              <th>Outcome</th>
              <th>Duration</th>
              <th>Why</th>
            </tr>
          </thead>
          <tbody>
            {earlier.map((past) => (
              <tr key={past.id} className="av-plain-row" aria-current={past.id === shown || undefined}>
                <td className="av-nowrap">
                  <button type="button" className="av-textlink" onClick={() => onLook(past.id)}>
                    {past.toVersion}
                  </button>
                </td>
                <td className="av-nowrap">
                  <Outcome outcome={past.outcome} />
                </td>
                <td className="av-nowrap av-end">{past.endedAt === null ? '–' : formatDuration(past.endedAt - past.startedAt)}</td>
                <td className="av-wrap av-full">{past.reason}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Panel>
  );
}

function Outcome({ outcome }: { outcome: PastRollout['outcome'] }) {
  if (outcome === 'Succeeded' || outcome === 'Failed') {
    return <PhaseChip phase={outcome} />;
  }
  return <VerdictMark look={{ ...VERDICTS.notAsked, label: outcome ?? 'Not ended' }} />;
}
