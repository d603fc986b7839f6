import type { RolloutState } from './RolloutState';
import type { Situation } from './Situation';

const SETTLE = 5_000;
const DRAIN = 10_000;

/** R5: from ready to first traffic, and from a ready primary to traffic coming back. Milliseconds. */
export function settleTime(interval: number): number {
  return Math.min(interval, SETTLE);
}

/** R5: from no traffic to scale-down, except after a promotion, where it is the interval. Milliseconds. */
export function drainTime(interval: number): number {
  return Math.min(interval, DRAIN);
}

/** How long a stage stays after its world is confirmed. Milliseconds. */
export function stageWait(state: RolloutState, interval: number): number {
  switch (state.stage) {
    case 'initialising':
      return drainTime(interval);
    case 'promoting':
      // Without analysis the next step is the scale-down: what had traffic drains first.
      return state.rollout?.skipped && state.rollout.firstTrafficAt !== null ? drainTime(interval) : settleTime(interval);
    case 'settling':
    case 'unhealthyPrimary':
      return settleTime(interval);
    case 'draining':
      return state.phase === 'Initializing' ? 0 : interval;
    case 'rollingBack':
      // A canary that never had traffic has nothing to drain.
      return state.rollout?.firstTrafficAt == null ? 0 : drainTime(interval);
    case 'idle':
      return state.phase === 'Waiting' ? interval : 0;
    case 'analysing':
    case 'shifting':
      return interval;
    default:
      return 0;
  }
}

/**
 * When the next timed decision may be made; null while the desired world is not confirmed (R2). A look that found
 * nothing new, at a gate that stays closed, is followed by one an interval later.
 */
export function dueAt(situation: Situation, state: RolloutState | null = situation.state): number | null {
  if (state === null || situation.confirmedAt === null) {
    return null;
  }
  const { interval } = situation.canary.spec.analysis;
  const due = state.notBefore ?? situation.confirmedAt + stageWait(state, interval);
  const hasPolled = situation.polledAt !== null && situation.polledAt > situation.confirmedAt;
  return hasPolled ? Math.max(due, situation.polledAt! + interval) : due;
}
