import type { Database } from '../Database';
import type { CanaryKey, EventRow, PastRolloutRow } from '../RolloutStore';
import { fromTime, fromTimeOrNull, toTime } from '../json';
import { reaching } from '../StoreUnavailable';
import { newestCanary } from './newestCanary';

/** Events of a Canary, newest first. */
export function readEvents({ knex, schema }: Database, key: CanaryKey, limit: number): Promise<EventRow[]> {
  return reaching(async () => {
    const { rows } = await knex.raw(
      `SELECT at, type, message, rollout_id FROM ${schema}.events WHERE canary_id = ${newestCanary(schema)}
       ORDER BY sequence DESC, position DESC LIMIT ?`,
      [key.cluster, key.namespace, key.name, limit],
    );
    return rows.map((row: { at: Date; type: EventRow['type']; message: string; rollout_id: string | null }) => ({
      at: fromTime(row.at),
      type: row.type,
      message: row.message,
      rolloutId: row.rollout_id,
    }));
  });
}

/** Rollouts of all Canaries that had the key, newest first; `before` is a start time. */
export function readRollouts(
  { knex, schema }: Database,
  key: CanaryKey,
  { limit, before }: { limit: number; before?: number },
): Promise<PastRolloutRow[]> {
  return reaching(async () => {
    const { rows } = await knex.raw(
      `SELECT rollouts.* FROM ${schema}.rollouts JOIN ${schema}.canaries ON canaries.id = rollouts.canary_id
       WHERE cluster = ? AND namespace = ? AND name = ? AND rollouts.started_at < ?::timestamptz
       ORDER BY rollouts.started_at DESC, rollouts.canary_id DESC, rollouts.id LIMIT ?`,
      [key.cluster, key.namespace, key.name, before === undefined ? 'infinity' : toTime(before), limit],
    );
    return rows.map((row: StoredRollout) => ({
      id: row.id,
      fromVersion: row.from_version,
      toVersion: row.to_version,
      strategy: row.strategy,
      startedAt: fromTime(row.started_at),
      endedAt: fromTimeOrNull(row.ended_at),
      outcome: row.outcome,
      reason: row.reason,
      looks: row.looks,
      maxWeight: row.max_weight,
    }));
  });
}

interface StoredRollout {
  id: string;
  from_version: string;
  to_version: string;
  strategy: PastRolloutRow['strategy'];
  started_at: Date;
  ended_at: Date | null;
  outcome: PastRolloutRow['outcome'];
  reason: string;
  looks: number;
  max_weight: number;
}
