import type { Phase } from '../canary/Canary';
import type { Convergence } from './Action';
import type { RolloutState } from './RolloutState';
import type { Situation } from './Situation';

/** `status` of a Canary, as Flagger writes it (facts §2.1), with conditions of our own beside `Promoted`. */
export interface CanaryStatus {
  phase: Phase;
  canaryWeight: number;
  failedChecks: number;
  iterations: number;
  lastAppliedSpec: string;
  lastPromotedSpec: string;
  trackedConfigs: Record<string, string>;
  /** RFC 3339. */
  lastTransitionTime: string;
  conditions: StatusCondition[];
}

export interface StatusCondition {
  type: 'Promoted' | 'Valid' | 'Stalled';
  status: 'True' | 'False' | 'Unknown';
  reason: string;
  message: string;
  lastUpdateTime: string;
  lastTransitionTime: string;
}

/** What the Canary's status must say. Weights are the ones that have been seen, not those that are being applied. */
export function statusOf(state: RolloutState, situation: Situation, convergence: Convergence): CanaryStatus {
  const time = rfc3339(state.lastTransitionAt);
  return {
    phase: state.phase,
    canaryWeight: seenWeight(state, situation),
    failedChecks: state.rollout?.failedChecks ?? 0,
    iterations: state.rollout?.iterations ?? 0,
    lastAppliedSpec: state.lastAppliedSpec,
    lastPromotedSpec: state.lastPromotedSpec,
    trackedConfigs: state.trackedConfigs,
    lastTransitionTime: time,
    conditions: [promoted(state, situation, time), ...invalid(situation, time), ...stalled(situation, convergence, time)],
  };
}

function seenWeight(state: RolloutState, { abilities, routes }: Situation): number {
  if (abilities.weights && routes.state === 'seen') return routes.routes.canary;
  return state.rollout?.endedAt === null ? state.rollout.weight : 0;
}

function promoted(state: RolloutState, { canary }: Situation, time: string): StatusCondition {
  const kind = canary.spec.targetRef.kind;
  const { status, message } = PROMOTED[state.phase](kind);
  return { type: 'Promoted', status, reason: state.phase, message, lastUpdateTime: time, lastTransitionTime: time };
}

/** Facts §2.1. A failed promotion says so in the reason: all traffic is on the canary, which was not scaled down. */
const PROMOTED: Record<Phase, (kind: string) => Pick<StatusCondition, 'status' | 'message'>> = {
  Initializing: (kind) => ({ status: 'Unknown', message: `New ${kind} detected, starting initialization.` }),
  Initialized: (kind) => ({ status: 'True', message: `${kind} initialization completed.` }),
  Waiting: () => ({ status: 'Unknown', message: 'Waiting for approval.' }),
  WaitingPromotion: () => ({ status: 'Unknown', message: 'Waiting for approval.' }),
  Progressing: () => ({ status: 'Unknown', message: 'New revision detected, progressing canary analysis.' }),
  Promoting: () => ({ status: 'Unknown', message: 'Canary analysis completed, starting primary rolling update.' }),
  Finalising: () => ({ status: 'Unknown', message: 'Canary analysis completed, routing all traffic to primary.' }),
  Succeeded: () => ({ status: 'True', message: 'Canary analysis completed successfully, promotion finished.' }),
  Failed: (kind) => ({ status: 'False', message: `Canary analysis failed, ${kind} scaled to zero.` }),
  Terminating: () => ({ status: 'Unknown', message: 'The Canary is being deleted, traffic returns to the target.' }),
  Terminated: () => ({ status: 'Unknown', message: 'The Canary is deleted.' }),
};

function invalid({ problems }: Situation, time: string): StatusCondition[] {
  if (problems.length === 0) return [];
  const [{ kind }] = problems;
  const reason = { misconfigured: 'Misconfigured', unsupported: 'Unsupported', unavailable: 'Unavailable', unauthorized: 'Unauthorized' }[
    kind
  ];
  const message = problems.map(({ field, message: text }) => (text.includes(field) ? text : `${field}: ${text}`)).join('; ');
  return [{ type: 'Valid', status: 'False', reason, message, lastUpdateTime: time, lastTransitionTime: time }];
}

function stalled({ canary, outcomes }: Situation, { confirmed }: Convergence, time: string): StatusCondition[] {
  const condition = (reason: string, message: string): StatusCondition[] => [
    { type: 'Stalled', status: 'True', reason, message, lastUpdateTime: time, lastTransitionTime: time },
  ];
  if (canary.drivenByAnother !== null) return condition('DrivenByAnother', canary.drivenByAnother);
  const failing = outcomes.find((outcome) => outcome.direction === 'backward' && outcome.result === 'failed');
  if (!confirmed && failing) return condition('CannotRollBack', failing.message);
  return [];
}

/** Pure: the epoch's milliseconds as Kubernetes writes times, in whole seconds. */
function rfc3339(ms: number): string {
  const days = Math.floor(ms / 86_400_000);
  const { year, month, day } = civil(days);
  const seconds = Math.floor(ms / 1000) - days * 86_400;
  const two = (value: number) => String(value).padStart(2, '0');
  return `${year}-${two(month)}-${two(day)}T${two(Math.floor(seconds / 3600))}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}Z`;
}

/** Days since 1970-01-01 as a date of the Gregorian calendar. */
function civil(days: number): { year: number; month: number; day: number } {
  const shifted = days + 719_468;
  const era = Math.floor(shifted / 146_097);
  const dayOfEra = shifted - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const shiftedMonth = Math.floor((5 * dayOfYear + 2) / 153);
  const month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9;
  return { year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day: dayOfYear - Math.floor((153 * shiftedMonth + 2) / 5) + 1 };
}
