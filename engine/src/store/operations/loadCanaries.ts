import type { Database } from '../Database';
import type { CanaryKey, CanaryRecord } from '../RolloutStore';
import { fromTimeOrNull } from '../json';
import { run } from '../run';
import { reaching } from '../StoreUnavailable';

/** The Canary under this key; null when the ledger knows none that still exists. */
export async function loadCanary(database: Database, key: CanaryKey): Promise<CanaryRecord | null> {
  const records = await load(database, 'namespace = ? AND name = ?', key.cluster, [key.namespace, key.name]);
  return records[0] ?? null;
}

/** All Canaries of the shards. */
export function loadShards(database: Database, cluster: string, shards: number[]): Promise<CanaryRecord[]> {
  return load(database, 'shard = ANY(?)', cluster, [shards]);
}

function load({ knex, schema }: Database, condition: string, cluster: string, values: unknown[]): Promise<CanaryRecord[]> {
  return reaching(async () => {
    const { rows } = await run<StoredState>(
      knex,
      `SELECT namespace, name, uid, state, confirmed_at FROM ${schema}.canaries JOIN ${schema}.canary_documents ON canary_id = id
       WHERE cluster = ? AND gone_at IS NULL AND ${condition}`,
      [cluster, ...values],
    );
    return rows.map((row) => ({
      key: { cluster, namespace: row.namespace, name: row.name },
      uid: row.uid,
      state: row.state,
      confirmedAt: fromTimeOrNull(row.confirmed_at),
    }));
  });
}

interface StoredState {
  namespace: string;
  name: string;
  uid: string;
  state: CanaryRecord['state'];
  confirmed_at: Date | null;
}
