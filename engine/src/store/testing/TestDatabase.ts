import { type EmbeddedPostgres, startPostgres } from '@aviary/embedded-postgres';
import { type OpenStore, openStore } from '../openStore';
import { type Database, openDatabase } from '../Database';

/** A server for one test file, and a schema of its own for each ledger in it. */
export class TestDatabase {
  readonly server: EmbeddedPostgres;
  #schemas = 0;

  private constructor(server: EmbeddedPostgres) {
    this.server = server;
  }

  static async start(): Promise<TestDatabase> {
    return new TestDatabase(await startPostgres());
  }

  /** A schema's name that was not given before. */
  newSchema(): string {
    this.#schemas += 1;
    return `ledger_${this.#schemas}`;
  }

  /** An empty ledger, migrated; and a pool for looking into it, which `close` closes too. */
  async openLedger(): Promise<OpenStore & { database: Database; schema: string }> {
    const schema = this.newSchema();
    const options = { connection: this.server.connectionString, schema };
    const opened = openStore(options);
    await opened.migrate();
    const database = openDatabase(options);
    return {
      ...opened,
      schema,
      database,
      async close() {
        await opened.close();
        await database.knex.destroy();
      },
    };
  }

  stop(): Promise<void> {
    return this.server.stop();
  }
}
