import type { Database } from '../Database';
import type { CanaryKey, Lease, RecordResult } from '../RolloutStore';
import { toTime } from '../json';
import { fenced } from './fenced';

/**
 * Takes a Canary that is gone from the cluster out of the lists. Its history stays, its open commands are answered, its
 * running rollout ends. Forgetting one that the ledger does not know succeeds. Only a row of the lease's shard is meant:
 * another Canary of the same name has another uid.
 */
export function forgetCanary(database: Database, lease: Lease, key: CanaryKey, at: number): Promise<RecordResult> {
  const { schema } = database;
  return fenced(database, key.cluster, lease, async (transaction) => {
    await transaction.raw(
      `WITH entry AS (SELECT ?::text AS cluster, ?::text AS namespace, ?::text AS name, ?::smallint AS shard, ?::timestamptz AS at),
       changed AS (
         UPDATE ${schema}.canaries AS known SET gone_at = at, touched_at = clock_timestamp() FROM entry
         WHERE known.cluster = entry.cluster AND known.namespace = entry.namespace AND known.name = entry.name
           AND known.gone_at IS NULL AND known.shard = entry.shard
         RETURNING known.id
       ),
       ended AS (
         UPDATE ${schema}.rollouts SET ended_at = at, outcome = 'Superseded' FROM changed, entry
         WHERE rollouts.canary_id = changed.id AND ended_at IS NULL
       ),
       answered AS (
         UPDATE ${schema}.commands SET outcome = 'superseded', message = 'The Canary is gone from the cluster.', answered_at = entry.at
         FROM changed, entry WHERE commands.canary_id = changed.id AND commands.outcome IS NULL
       )
       SELECT pg_notify(?, json_build_array(cluster, namespace, name)::text) FROM changed, entry`,
      [key.cluster, key.namespace, key.name, lease.shard, toTime(at), `${database.schemaName}_changed`],
    );
    return true;
  });
}
