import type { RolloutReader } from '@aviary/engine/store';

/** One decision as the ledger keeps it. */
export type RecordedDecision = NonNullable<Awaited<ReturnType<RolloutReader['evidence']>>>['decision'];

/**
 * What was decided about a Canary, one line per decision: `phase weight% [#iteration] kind [verdict] [failures] [why]`.
 * Two grounds decide the same when these lines are the same. Times, ids and sentences are left out because they are
 * another matter; beyond that two things are normalised, since they depend on how often the engine was woken:
 *
 * - A notice that moves nothing (same phase, routes, iteration and counts as before, no verdict) is left out: whether
 *   "1 of 2 pods are ready" was seen between "0 of 2" and "2 of 2" is up to the speed of pods and watches. A notice
 *   that changes anything that is decided stays.
 * - Equal lines in a row are one. A line carries every count that a look can raise (failures, iterations, looks
 *   without data or with an error), so that two looks are never equal when the second one brought the rollout
 *   further, or nearer to its end; what is left are repetitions such as a gate that is still closed.
 */
export function transcript(decisions: readonly RecordedDecision[]): string[] {
  const lines: string[] = [];
  let before: RecordedDecision | null = null;
  for (const decision of decisions) {
    const isRemark = decision.kind === 'notice' && decision.verdict === null && before !== null && position(before) === position(decision);
    const text = line(decision);
    if (!isRemark && text !== lines.at(-1)) lines.push(text);
    before = decision;
  }
  return lines;
}

/** Everything about a decision that is the same on every ground. */
function line(decision: RecordedDecision): string {
  const { kind, verdict } = decision;
  return [position(decision), kind, verdict ?? '', why(decision)].filter((word) => word !== '').join(' ');
}

/** Where the rollout stands after the decision. */
function position({ state }: RecordedDecision): string {
  const { phase, rollout, desired } = state;
  const weight = rollout?.weight ?? 0;
  return [
    `${phase} ${weight}%`,
    // Shown only when they are not the weight that people are told, which no router of weights should ever do.
    desired.routes.canary === weight ? '' : `(routes ${desired.routes.canary}%)`,
    desired.routes.mirror ? 'mirrored' : '',
    rollout !== null && rollout.iterations > 0 ? `#${rollout.iterations}` : '',
    rollout !== null && rollout.failedChecks > 0 ? `failed:${rollout.failedChecks}` : '',
  ]
    .filter((word) => word !== '')
    .join(' ');
}

/** The kind of reason: which checks did not pass and for which time in a row, which gate holds, what led to the rollback. */
function why({ kind, state, checks }: RecordedDecision): string {
  const { rollout } = state;
  const words = checks.flatMap(({ name, verdict }) => {
    if (verdict === 'pass' || verdict === 'notAsked') return [];
    const streak = { noData: rollout?.noData[name], error: rollout?.errors[name], fail: undefined }[verdict];
    return [`${name}:${verdict}${streak === undefined ? '' : `:${streak}`}`];
  });
  if (kind === 'wait' && rollout?.gate) words.push(`gate:${rollout.gate.type}`);
  if ((kind === 'rollback' || kind === 'fail') && rollout?.rollback) words.push(`cause:${rollout.rollback.cause}`);
  return words.join(' ');
}
