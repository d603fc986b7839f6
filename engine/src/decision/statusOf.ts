import type { Phase } from '../canary/Canary';
import type { Convergence } from './Action';
import { promotedCondition } from './promotedCondition';
import { rfc3339 } from './rfc3339';
import type { RolloutState } from './RolloutState';
import type { Situation } from './Situation';

/** `status` of a Canary as Flagger writes it (facts §2.1), with conditions of our own beside `Promoted`. */
export interface CanaryStatus {
  phase: Phase;
  failedChecks: number;
  canaryWeight: number;
  iterations: number;
  trackedConfigs: Record<string, string>;
  lastAppliedSpec: string;
  lastPromotedSpec: string;
  /** RFC 3339, as all times here. */
  lastTransitionTime: string;
  conditions: StatusCondition[];
}

/** One of `status.conditions`. `Valid` and `Stalled` are there only while there is something to say. */
export interface StatusCondition {
  type: 'Promoted' | 'Valid' | 'Stalled';
  status: 'True' | 'False' | 'Unknown';
  reason: string;
  message: string;
  lastUpdateTime: string;
  lastTransitionTime: string;
}

const IN_ANALYSIS: ReadonlySet<Phase> = new Set(['Progressing', 'WaitingPromotion', 'Promoting', 'Finalising']);

/**
 * What the Canary's status must say. Weights are those confirmed in the routes, not those decided. Pure: the same
 * state and world give the same object, so that an unchanged status is not written.
 */
export function statusOf(state: RolloutState, situation: Situation, convergence: Convergence): CanaryStatus {
  const { rollout, phase } = state;
  const isRunning = IN_ANALYSIS.has(phase);
  return {
    phase,
    // Flagger resets the count with a rollback and keeps it with a success.
    failedChecks: isRunning || phase === 'Succeeded' ? (rollout?.failedChecks ?? 0) : 0,
    canaryWeight: weightOf(state, situation),
    iterations: isRunning && rollout !== null && rollout.strategy !== 'canary' ? rollout.iterations : 0,
    trackedConfigs: state.trackedConfigs,
    lastAppliedSpec: state.lastAppliedSpec,
    lastPromotedSpec: state.lastPromotedSpec,
    lastTransitionTime: rfc3339(state.lastTransitionAt),
    conditions: [promoted(state, situation), ...invalid(state, situation), ...stalled(state, situation, convergence)],
  };
}

function weightOf({ rollout, stage, phase }: RolloutState, { routes, abilities }: Situation): number {
  if (rollout === null || !abilities.weights) {
    return 0;
  }
  const seen = routes.state === 'seen' || routes.state === 'notAccepted' ? routes.routes?.canary : undefined;
  const shows = IN_ANALYSIS.has(phase) && (rollout.strategy === 'canary' || stage === 'shifting');
  return shows || stage === 'unhealthyPrimary' ? (seen ?? rollout.weight) : 0;
}

function promoted(state: RolloutState, { canary }: Situation): StatusCondition {
  return {
    type: 'Promoted',
    ...promotedCondition(state, canary.spec.targetRef.kind),
    lastUpdateTime: rfc3339(state.conditionSince.reason),
    lastTransitionTime: rfc3339(state.conditionSince.status),
  };
}

function invalid(state: RolloutState, { problems }: Situation): StatusCondition[] {
  if (problems.length === 0) {
    return [];
  }
  const [{ kind }] = problems;
  const message = problems.map((problem) => problem.message).join(' ');
  return [{ type: 'Valid', status: 'False', reason: kind[0].toUpperCase() + kind.slice(1), message, ...since(state.lastTransitionAt) }];
}

function stalled(state: RolloutState, situation: Situation, { confirmed }: Convergence): StatusCondition[] {
  const { canary, outcomes, fencesAhead } = situation;
  if (situation.state !== null && fencesAhead.length > 0) {
    const message = state.notices.behind ?? 'the cluster is ahead of the database';
    return [{ type: 'Stalled', status: 'True', reason: 'StateBehindCluster', message, ...since(state.lastTransitionAt) }];
  }
  if (canary.drivenByAnother !== null) {
    const message = canary.drivenByAnother;
    return [{ type: 'Stalled', status: 'True', reason: 'DrivenByAnother', message, ...since(state.lastTransitionAt) }];
  }
  const failing = outcomes.find(({ direction, result }) => direction === 'backward' && result === 'failed');
  const refused = outcomes.find(({ kind }) => kind === 'unauthorized');
  if (!confirmed && failing === undefined && refused !== undefined) {
    return [{ type: 'Stalled', status: 'True', reason: 'NotPermitted', message: refused.message, ...since(refused.since) }];
  }
  if (confirmed || failing === undefined) {
    return [];
  }
  const isRoutes = failing.key.startsWith('setRoutes');
  const message = isRoutes ? `cannot roll back: ${failing.message}` : failing.message;
  return [{ type: 'Stalled', status: 'True', reason: isRoutes ? 'CannotRollBack' : 'ActionFailing', message, ...since(failing.since) }];
}

function since(milliseconds: number): Pick<StatusCondition, 'lastUpdateTime' | 'lastTransitionTime'> {
  return { lastUpdateTime: rfc3339(milliseconds), lastTransitionTime: rfc3339(milliseconds) };
}
