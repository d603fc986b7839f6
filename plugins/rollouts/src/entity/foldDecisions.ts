import type { Decision } from '@aviary/plugin-rollouts-common';

/** Looks in a row that came out alike, shown as one. */
export interface DecisionGroup {
  /** The newest of them: its numbers are the ones shown. */
  decision: Decision;
  /** When the oldest of them was, and its sequence, which stays while newer ones join. */
  firstAt: number;
  firstSequence: number;
  count: number;
}

/** Folds neighbours that say the same: same kind, verdict, weight, budget and reason. Newest first, before and after. */
export function foldDecisions(decisions: Decision[]): DecisionGroup[] {
  const groups: DecisionGroup[] = [];
  for (const decision of decisions) {
    const last = groups.at(-1);
    if (last !== undefined && saysTheSame(last.decision, decision)) {
      last.firstAt = decision.at;
      last.firstSequence = decision.sequence;
      last.count++;
    } else {
      groups.push({ decision, firstAt: decision.at, firstSequence: decision.sequence, count: 1 });
    }
  }
  return groups;
}

function saysTheSame(one: Decision, other: Decision): boolean {
  return (
    one.kind === other.kind &&
    one.verdict === other.verdict &&
    one.weight === other.weight &&
    one.weightBefore === other.weightBefore &&
    one.iterations === other.iterations &&
    one.failedChecks === other.failedChecks &&
    one.reason === other.reason
  );
}
