import type { Database } from '../Database';
import type { ClaimedDelivery } from '../RolloutStore';
import { toTime } from '../json';
import { run } from '../run';
import { reaching } from '../StoreUnavailable';

/**
 * The first open delivery of each Canary of the shards, if it is due; those behind it wait. Nothing is marked: the shard's lease
 * is the claim, and a delivery that was sent but not marked is sent again.
 */
export function claimDeliveries(
  { knex, schema }: Database,
  cluster: string,
  shards: number[],
  now: number,
  limit: number,
): Promise<ClaimedDelivery[]> {
  return reaching(async () => {
    const { rows } = await run<Omit<ClaimedDelivery, 'key'> & { namespace: string; name: string }>(
      knex,
      `SELECT id, namespace, name, kind, target, payload, attempts FROM (
         SELECT DISTINCT ON (namespace, name) * FROM ${schema}.deliveries
         WHERE cluster = ? AND shard = ANY(?) AND delivered_at IS NULL AND NOT given_up
         ORDER BY namespace, name, canary_id, sequence, position
       ) AS first WHERE next_at <= ? ORDER BY next_at LIMIT ?`,
      [cluster, shards, toTime(now), limit],
    );
    return rows.map((row) => {
      const { namespace, name, ...delivery } = row;
      return { ...delivery, key: { cluster, namespace, name } };
    });
  });
}
