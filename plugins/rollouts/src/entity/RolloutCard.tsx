import { Box } from '@backstage/ui';
import { formatMoment } from '../format/formatTime';
import { formatAge } from '../format/formatDuration';
import { useEngineNow } from '../live/useEngineNow';
import { useTick } from '../live/useTick';
import { Reason } from './Reason';
import { RolloutStrip } from './RolloutStrip';
import { StepRail } from './StepRail';
import type { CanaryAnswer } from './useCanary';
import type { Command } from './useCommand';

/** The top of the view: what is rolled out, why it stands where it stands, and its way. */
export function RolloutCard(props: {
  answer: CanaryAnswer;
  command: Command;
  /** This browser's time of the state shown, when it can no longer be renewed. */
  lastKnownAt: number | null;
  /** Whether the answer's decisions are those of this rollout. */
  showsDecisions: boolean;
}) {
  const { answer, command, lastKnownAt, showsDecisions } = props;
  const { rollout, clock } = answer;
  const now = useEngineNow(clock);
  const browserNow = useTick();
  const isStale = lastKnownAt !== null;
  return (
    <Box as="section" bg="neutral" className="av-card" aria-label={`Rollout of ${rollout.key.name} ${rollout.toVersion ?? ''}`.trim()}>
      {isStale && (
        <div className="av-card-head">
          <h2>Last known state</h2>
          <span className="av-note">{`${formatMoment(lastKnownAt, browserNow)}, ${formatAge(browserNow - lastKnownAt)}`}</span>
        </div>
      )}
      <RolloutStrip answer={answer} command={command} now={now} isStale={isStale} />
      {command.outcome !== null && (
        <p className={`av-outcome av-text-${command.outcome.tone}`} role="status">
          {command.outcome.text}
        </p>
      )}
      <Reason rollout={rollout} now={isStale ? null : now} />
      {rollout.plan.length > 0 && (
        <StepRail rollout={rollout} decisions={showsDecisions ? answer.decisions : []} now={isStale ? null : now} />
      )}
    </Box>
  );
}
