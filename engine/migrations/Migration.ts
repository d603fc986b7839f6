import type { Knex } from 'knex';

/** One step of the database's schema. Steps only go forward, and a merged one is never edited. */
export interface Migration {
  /** Written into the migration table; steps run in the order of `migrations`. */
  name: string;
  /** Runs inside a transaction. `schema` is quoted already. */
  up(knex: Knex, schema: string): Promise<void>;
}
