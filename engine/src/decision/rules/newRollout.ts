import type { Phase } from '../../canary/Canary';
import { strategyOf } from '../../canary/strategyOf';
import type { Pass } from '../Pass';
import type { RolloutProgress } from '../RolloutState';

/** A rollout of the target as it is now, with all counters at zero. */
export function newRollout(pass: Pass, previousPhase: Phase): RolloutProgress {
  const { situation, state, now } = pass;
  return {
    id: situation.draws.rolloutId,
    revision: situation.target.revision ?? '',
    fromVersion: state.promoted?.version || situation.primary.version,
    toVersion: situation.target.version,
    strategy: strategyOf(pass.spec, situation.abilities),
    startedAt: now,
    endedAt: null,
    weight: 0,
    iterations: 0,
    failedChecks: 0,
    looks: 0,
    noData: {},
    errors: {},
    firstTrafficAt: null,
    paused: null,
    opened: [],
    gate: null,
    rollback: null,
    failedPromotion: false,
    skipped: pass.spec.skipAnalysis,
    previousPhase,
  };
}

/** A phase that a cancelled rollout can return to. */
export function restingPhase(pass: Pass): Phase {
  const { phase, rollout } = pass.state;
  const isResting = phase === 'Initialized' || phase === 'Succeeded' || phase === 'Failed';
  return isResting ? phase : (rollout?.previousPhase ?? 'Initialized');
}
