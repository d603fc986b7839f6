import type { Database } from './Database';
import { run } from './run';
import { reaching } from './StoreUnavailable';

const partitioned = ['decisions', 'measurements', 'events'];

/** Makes the monthly partitions of the ledger before they are needed, for whatever time the engine's clock shows. */
export class Partitions {
  readonly #database: Database;
  readonly #present = new Map<string, Promise<void>>();

  constructor(database: Database) {
    this.#database = database;
  }

  /** Resolves when rows of the time `at` have a place. The next month is made together with a new one. */
  async ensure(at: number): Promise<void> {
    const month = monthOf(at);
    let present = this.#present.get(month.name);
    if (!present) {
      present = this.#make([month, monthOf(month.end)]);
      this.#present.set(month.name, present);
      present.catch(() => this.#present.delete(month.name));
    }
    await present;
  }

  /**
   * Attached rather than created as a partition: attaching does not stop writers and readers of the other months. A process that
   * comes second finds the table and does nothing.
   */
  #make(months: Month[]): Promise<void> {
    const { knex, schema } = this.#database;
    return reaching(() =>
      knex.transaction(async (transaction) => {
        await run(transaction, 'SELECT pg_advisory_xact_lock(hashtext(?))', [`${schema}.partitions`]);
        const names = months.map(({ name }) => `${partitioned[0]}_${name}`);
        const { rows } = await run<{ relname: string }>(
          transaction,
          'SELECT relname FROM pg_class WHERE relnamespace = ?::regnamespace AND relname = ANY(?)',
          [schema, names],
        );
        const known = new Set(rows.map(({ relname }) => relname));
        for (const month of months.filter(({ name }) => !known.has(`${partitioned[0]}_${name}`))) {
          for (const table of partitioned) {
            const partition = `${schema}.${table}_${month.name}`;
            const range = `FROM ('${new Date(month.start).toISOString()}') TO ('${new Date(month.end).toISOString()}')`;
            await run(transaction, `CREATE TABLE ${partition} (LIKE ${schema}.${table} INCLUDING ALL)`);
            await run(transaction, `ALTER TABLE ${schema}.${table} ATTACH PARTITION ${partition} FOR VALUES ${range}`);
          }
        }
      }),
    );
  }
}

interface Month {
  /** `2026_11`. */
  name: string;
  start: number;
  /** Start of the next one. */
  end: number;
}

/** Months of UTC. */
function monthOf(at: number): Month {
  const date = new Date(at);
  const year = date.getUTCFullYear();
  const month = date.getUTCMonth();
  return {
    name: `${year}_${String(month + 1).padStart(2, '0')}`,
    start: Date.UTC(year, month),
    end: Date.UTC(year, month + 1),
  };
}
