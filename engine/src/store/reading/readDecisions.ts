import type { Answer } from '../../decision/Question';
import type { Decision } from '../../decision/Decision';
import type { Situation } from '../../decision/Situation';
import type { Database } from '../Database';
import type { CanaryKey, DecisionRow } from '../RolloutStore';
import { fromTime } from '../json';
import { reaching } from '../StoreUnavailable';
import { newestCanary } from './newestCanary';

/** Decisions of one rollout, newest first; `before` is a sequence. Without `rolloutId`: of the running or last rollout. */
export function readDecisions(
  { knex, schema }: Database,
  key: CanaryKey,
  { rolloutId, limit, before }: { rolloutId?: string; limit: number; before?: number },
): Promise<DecisionRow[]> {
  return reaching(async () => {
    // Another Canary of this name may have made the rollout that is asked for.
    const canary = rolloutId
      ? `(SELECT canary_id FROM ${schema}.rollouts JOIN ${schema}.canaries ON canaries.id = canary_id
          WHERE cluster = ? AND namespace = ? AND name = ? AND rollouts.id = ? ORDER BY canary_id DESC LIMIT 1)`
      : newestCanary(schema);
    const rollout = rolloutId ? '?' : `(SELECT rollout_id FROM ${schema}.canaries WHERE id = canary_id)`;
    const { rows } = await knex.raw(
      `SELECT sequence, rollout_id, at, kind, phase, weight_before, weight, iterations, verdict, reason, failed_checks, decision->'checks' AS checks
       FROM ${schema}.decisions
       WHERE canary_id = ${canary} AND rollout_id IS NOT DISTINCT FROM ${rollout} AND sequence < ?
       ORDER BY sequence DESC LIMIT ?`,
      [key.cluster, key.namespace, key.name, ...(rolloutId ? [rolloutId, rolloutId] : []), before ?? 2 ** 31 - 1, limit],
    );
    return rows.map((row: StoredDecision) => ({
      sequence: row.sequence,
      rolloutId: row.rollout_id,
      at: fromTime(row.at),
      kind: row.kind,
      phase: row.phase,
      weightBefore: row.weight_before,
      weight: row.weight,
      iterations: row.iterations,
      verdict: row.verdict,
      reason: row.reason,
      failedChecks: row.failed_checks,
      checks: row.checks,
    }));
  });
}

/** One decision with everything that led to it; null when there is none. */
export function readEvidence(
  { knex, schema }: Database,
  key: CanaryKey,
  sequence: number,
): Promise<{ situation: Situation; answers: Answer[]; decision: Decision } | null> {
  return reaching(async () => {
    const { rows } = await knex.raw(
      `SELECT situation, answers, decision FROM ${schema}.decisions WHERE canary_id = ${newestCanary(schema)} AND sequence = ?`,
      [key.cluster, key.namespace, key.name, sequence],
    );
    return rows[0] ?? null;
  });
}

interface StoredDecision {
  sequence: number;
  rollout_id: string | null;
  at: Date;
  kind: DecisionRow['kind'];
  phase: DecisionRow['phase'];
  weight_before: number;
  weight: number;
  iterations: number;
  verdict: DecisionRow['verdict'];
  reason: string;
  failed_checks: number;
  checks: DecisionRow['checks'];
}
