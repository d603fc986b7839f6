import type { Rollout } from '@aviary/plugin-rollouts-common';
import { formatAge, formatDuration } from '../format/formatDuration';
import { RolloutChip } from '../parts/PhaseChip';
import { Versions } from '../parts/Versions';
import { RolloutActions } from './RolloutActions';
import type { CanaryAnswer } from './useCanary';
import type { Command } from './useCommand';

const STRATEGIES: Record<Rollout['strategy'], string> = { canary: 'Canary', 'ab-testing': 'A/B test', 'blue-green': 'Blue/green' };

/** Phase, versions, a few facts, actions. */
export function RolloutStrip(props: { answer: CanaryAnswer; command: Command; now: number; isStale: boolean }) {
  const { answer, command, now, isStale } = props;
  const { rollout } = answer;
  const when = timeFact(rollout, now);
  return (
    <div className="av-strip">
      <RolloutChip rollout={rollout} />
      <Versions rollout={rollout} className="av-strong" />
      <dl className="av-facts">
        <div>
          <dt>Strategy</dt>
          <dd>{STRATEGIES[rollout.strategy]}</dd>
        </div>
        <div>
          <dt>In</dt>
          <dd>{`${rollout.key.cluster} / ${rollout.key.namespace}`}</dd>
        </div>
        {when !== null && (
          <div>
            <dt>{when[0]}</dt>
            <dd>{when[1]}</dd>
          </div>
        )}
      </dl>
      <span className="av-grow" />
      <RolloutActions answer={answer} command={command} isStale={isStale} />
    </div>
  );
}

function timeFact({ startedAt, endedAt }: Rollout, now: number): [string, string] | null {
  if (startedAt === null) {
    return null;
  }
  return endedAt === null
    ? ['Started', formatAge(now - startedAt)]
    : ['Ended', `${formatAge(now - endedAt)}, after ${formatDuration(endedAt - startedAt)}`];
}
