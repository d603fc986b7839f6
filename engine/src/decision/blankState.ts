import { HOME } from './Pass';
import type { RolloutState } from './RolloutState';

/** What is known of a Canary before its first decision. */
export function blankState(now: number, adoptedFences: string[] = []): RolloutState {
  return {
    version: 1,
    phase: 'Initializing',
    stage: 'initialising',
    sequence: 0,
    desired: { routes: HOME, primary: null, target: 'untouched', targetScaler: 'running', objects: 'untouched', finalizer: false },
    rollout: null,
    promoted: null,
    trackedConfigs: {},
    lastAppliedSpec: '',
    lastPromotedSpec: '',
    appliedRevision: '',
    configChange: null,
    lastTransitionAt: now,
    conditionSince: { status: now, reason: now },
    notices: {},
    noticedAt: {},
    adoptedFences,
    notReadySince: { target: null, primary: null, routes: null },
    notBefore: null,
  };
}
