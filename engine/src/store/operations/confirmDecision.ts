import type { Database } from '../Database';
import type { CanaryKey, Lease, RecordResult } from '../RolloutStore';
import { toTime, toTimeOrNull } from '../json';
import { fenced } from './fenced';

/** Notes that the world follows the decision. `fenced` when it is no longer the last one. */
export function confirmDecision(
  database: Database,
  lease: Lease,
  { key, sequence, confirmedAt, dueAt }: { key: CanaryKey; sequence: number; confirmedAt: number; dueAt: number | null },
): Promise<RecordResult> {
  return fenced(database, key.cluster, lease, async (transaction) => {
    const { rowCount } = await transaction.raw(
      `WITH changed AS (
         UPDATE ${database.schema}.canaries SET confirmed_at = ?, due_at = ?, touched_at = clock_timestamp()
         WHERE cluster = ? AND namespace = ? AND name = ? AND gone_at IS NULL AND shard = ? AND sequence = ?
         RETURNING cluster, namespace, name
       )
       SELECT pg_notify(?, json_build_array(cluster, namespace, name)::text) FROM changed`,
      [
        toTime(confirmedAt),
        toTimeOrNull(dueAt),
        key.cluster,
        key.namespace,
        key.name,
        lease.shard,
        sequence,
        `${database.schemaName}_changed`,
      ],
    );
    return rowCount === 1;
  });
}
