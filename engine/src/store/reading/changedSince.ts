import type { Database } from '../Database';
import type { CanaryKey } from '../RolloutStore';
import { reaching } from '../StoreUnavailable';

/** The database's own time. */
export function databaseTime({ knex }: Database): Promise<Date> {
  return reaching(async () => (await knex.raw('SELECT clock_timestamp() AS now')).rows[0].now);
}

/** Canaries whose rows were written after a time of the database, also those that are gone since. */
export function changedSince({ knex, schema }: Database, since: Date): Promise<CanaryKey[]> {
  return reaching(
    async () => (await knex.raw(`SELECT DISTINCT cluster, namespace, name FROM ${schema}.canaries WHERE touched_at > ?`, [since])).rows,
  );
}
