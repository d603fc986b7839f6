import { RiHourglassLine, type RemixiconComponentType } from '@remixicon/react';
import type { Rollout } from '@aviary/plugin-rollouts-common';
import { formatDuration } from '../format/formatDuration';
import { FailurePips } from '../parts/FailurePips';
import { isHolding, PHASES, shownPhase, type Tone } from '../phases';

/**
 * Why the rollout stands where it stands: the engine's own sentence, with the time until it looks again.
 *
 * @param now the engine's time; null when the state shown is an old one
 */
export function Reason({ rollout, now }: { rollout: Rollout; now: number | null }) {
  const { tone, icon: Icon } = reasonLook(rollout);
  const next = now === null ? '' : nextLook(rollout, now);
  return (
    <div className={`av-why av-${tone}`}>
      <Icon size={20} aria-hidden />
      <p>
        {sentence(rollout.reason)}
        {next !== '' && ` ${next}`}
      </p>
      {rollout.rolloutId !== null && rollout.threshold > 0 && (
        <div className="av-budget">
          <FailurePips used={rollout.failedChecks} allowed={rollout.threshold} />
          <span>{budgetText(rollout)}</span>
        </div>
      )}
    </div>
  );
}

function reasonLook(rollout: Rollout): { tone: Tone; icon: RemixiconComponentType } {
  if (isHolding(rollout) && rollout.gate === null) {
    return { tone: 'waiting', icon: RiHourglassLine };
  }
  return rollout.gate !== null && rollout.paused === null ? PHASES.WaitingPromotion : PHASES[shownPhase(rollout)];
}

function nextLook(rollout: Rollout, now: number): string {
  if (rollout.dueAt === null || rollout.phase !== 'Progressing' || rollout.paused !== null || /next look/i.test(rollout.reason)) {
    return '';
  }
  const left = rollout.dueAt - now;
  return left > 0 ? `Next look in ${formatDuration(left + 999)}.` : 'Looking now.';
}

function sentence(text: string): string {
  return text === '' || /[.!?…]$/.test(text) ? text : `${text}.`;
}

function budgetText({ phase, failedChecks, threshold }: Rollout): string {
  const left = threshold - failedChecks;
  if (left <= 0) {
    return 'no failures left';
  }
  if (phase === 'Progressing') {
    return left === 1 ? '1 failure left' : `${left} failures left`;
  }
  return `${failedChecks} of ${threshold} failures used`;
}
