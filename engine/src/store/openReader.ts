import { type DatabaseOptions, openDatabase } from './Database';
import { Notifications } from './Notifications';
import { PostgresRolloutReader } from './PostgresRolloutReader';
import type { RolloutReader } from './RolloutStore';
import { assertSchemaCurrent } from './migrate';

/**
 * Opens the ledger for reading and for writing commands. Never migrates.
 * @param options `now`: the engine's clock, for "in the last 24 hours" in lists; default the wall clock.
 * @throws SchemaMismatch when the schema is ahead or behind; StoreUnavailable when the database is away.
 */
export async function openReader(options: DatabaseOptions & { now?: () => number }): Promise<RolloutReader> {
  const database = openDatabase(options);
  try {
    await assertSchemaCurrent(database);
  } catch (error) {
    await database.knex.destroy();
    throw error;
  }
  const notifications = new Notifications(options.connection);
  return new PostgresRolloutReader(database, notifications, {
    now: options.now ?? Date.now,
    async close() {
      await notifications.close();
      await database.knex.destroy();
    },
  });
}
