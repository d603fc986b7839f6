import type { Command } from '../../decision/Situation';
import type { Database } from '../Database';
import type { CanaryKey } from '../RolloutStore';
import { fromTime } from '../json';
import { run } from '../run';
import { reaching } from '../StoreUnavailable';

/** Commands for Canaries of the shards that no decision has answered, oldest first. */
export function pendingCommands({ knex, schema }: Database, cluster: string, shards: number[]): Promise<(Command & { key: CanaryKey })[]> {
  return reaching(async () => {
    const { rows } = await run<PendingRow>(
      knex,
      `SELECT id, namespace, name, type, rollout_id, revision, gate, by, why, at FROM ${schema}.commands
       WHERE cluster = ? AND shard = ANY(?) AND outcome IS NULL ORDER BY at, id`,
      [cluster, shards],
    );
    return rows.map((row) => ({
      key: { cluster, namespace: row.namespace, name: row.name },
      id: row.id,
      type: row.type,
      rolloutId: row.rollout_id,
      revision: row.revision,
      gate: row.gate,
      by: row.by,
      why: row.why,
      at: fromTime(row.at),
    }));
  });
}

interface PendingRow {
  id: string;
  namespace: string;
  name: string;
  type: Command['type'];
  rollout_id: string | null;
  revision: string | null;
  gate: string | null;
  by: string;
  why: string;
  at: Date;
}
