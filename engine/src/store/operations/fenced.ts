import type { Knex } from 'knex';
import type { Database } from '../Database';
import type { Lease, RecordResult } from '../RolloutStore';
import { reaching } from '../StoreUnavailable';

/** Ends the transaction without writing anything. */
class Fenced extends Error {}

/**
 * Runs a write in a transaction that begins by locking the lease's shard at its epoch: a claim of the shard waits for the
 * transaction, and after a claim it does not begin. `write` returns whether it found what it was to change.
 * (`FOR SHARE`, not `EXISTS`: a sub-select takes no lock and would let an old epoch commit after the claim; engine rules §3.)
 * @throws StoreUnavailable. It is then unknown whether the write was committed: load again.
 */
export function fenced(
  { knex, schema }: Database,
  cluster: string,
  lease: Lease,
  write: (transaction: Knex.Transaction) => Promise<boolean>,
): Promise<RecordResult> {
  return reaching(async () => {
    try {
      await knex.transaction(async (transaction) => {
        const held = await transaction.raw(
          `SELECT 1 FROM ${schema}.engine_shards WHERE cluster = ? AND shard = ? AND owner = ? AND epoch = ? FOR SHARE`,
          [cluster, lease.shard, lease.engineId, lease.epoch],
        );
        if (held.rowCount === 0 || !(await write(transaction))) {
          throw new Fenced();
        }
      });
      return 'recorded';
    } catch (error) {
      if (error instanceof Fenced) {
        return 'fenced';
      }
      throw error;
    }
  });
}
