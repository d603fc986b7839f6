import type { CheckResult, Decision, Verdict } from '../../decision/Decision';
import type { RolloutState } from '../../decision/RolloutState';
import type { DecisionToRecord, PastRolloutRow, RolloutRow } from '../RolloutStore';

/** What lists show of a Canary and need not search by: stored as one document. */
export type ShownRow = Omit<RolloutRow, 'key' | 'verdict' | 'confirmed' | 'dueAt' | 'changedAt' | 'phase' | 'maxWeight'>;

/** What lists filter, count and sort by: columns of their own. */
export interface CanaryColumns {
  phase: RolloutRow['phase'];
  rolloutId: string | null;
  /** Of this decision; null keeps the last verdict of the same rollout. */
  verdict: Verdict | null;
  /** A rollout is under way and nobody is asked for anything. */
  running: boolean;
  /** Running, and the last look did not advance. */
  holding: boolean;
  paused: boolean;
  /** Since when a person is waited for. */
  waitingSince: number | null;
  /** Of the last rollout. */
  outcome: PastRolloutRow['outcome'];
  endedAt: number | null;
  /** What search looks into. */
  search: string;
}

/** The columns of a Canary after a decision. */
export function canaryColumns({ key, decision, summary }: DecisionToRecord): CanaryColumns {
  const { state } = decision;
  const rollout = state.rollout;
  const open = rollout !== null && rollout.endedAt === null;
  const waits = open && (rollout.gate !== null || state.phase === 'Waiting' || state.phase === 'WaitingPromotion');
  return {
    phase: state.phase,
    rolloutId: rollout?.id ?? null,
    verdict: decision.verdict,
    running: open && !waits,
    holding: open && !waits && !rollout.paused && decision.kind === 'hold',
    paused: open && rollout.paused !== null,
    waitingSince: waits ? (rollout.gate?.since ?? state.lastTransitionAt) : null,
    outcome: outcomeOf(decision),
    endedAt: rollout?.endedAt ?? null,
    search: [key.namespace, key.name, summary.target, rollout?.fromVersion, rollout?.toVersion, decision.reason].join(' '),
  };
}

/** What is shown of a Canary after a decision. */
export function shownRow({ decision, summary, situation }: DecisionToRecord): ShownRow {
  const { state } = decision;
  const rollout = state.rollout;
  return {
    rolloutId: rollout?.id ?? null,
    stage: state.stage,
    valid: situation.problems.length === 0,
    paused: rollout?.paused ?? null,
    gate: rollout?.gate ?? null,
    reason: decision.reason,
    fromVersion: rollout?.fromVersion ?? null,
    toVersion: rollout?.toVersion ?? state.promoted?.version ?? null,
    revision: rollout?.revision ?? state.promoted?.revision ?? null,
    strategy: rollout?.strategy ?? summary.strategy,
    provider: summary.provider,
    target: summary.target,
    weight: decidedWeight(state),
    iterations: rollout?.iterations ?? 0,
    failedChecks: rollout?.failedChecks ?? 0,
    threshold: summary.threshold,
    interval: summary.interval,
    plan: summary.plan,
    checks: summary.checks,
    looks: rollout?.looks ?? 0,
    startedAt: rollout?.startedAt ?? null,
    endedAt: rollout?.endedAt ?? null,
  };
}

/** Percent of live traffic that the state sends to the canary; 0 without one. */
export function decidedWeight(state: RolloutState | null): number {
  return state?.desired.routes.canary ?? 0;
}

/** How a rollout ended; null while it goes on. */
export function outcomeOf({ kind, state }: Decision): PastRolloutRow['outcome'] {
  const rollout = state.rollout;
  if (!rollout || rollout.endedAt === null) {
    return null;
  }
  if (state.phase === 'Failed') {
    return 'Failed';
  }
  const takenBack = kind === 'cancel' || rollout.rollback?.cause === 'reverted';
  return state.phase === 'Succeeded' && !takenBack ? 'Succeeded' : 'Superseded';
}

/** The checks of a look that gave a number or a verdict about one. */
export function measuredChecks(decision: Decision): CheckResult[] {
  return decision.checks.filter((check) => check.kind === 'metric' && check.verdict !== 'notAsked');
}
