import type { Knex } from 'knex';
import { type Migration, migrations } from '../../migrations';
import type { Database } from './Database';
import { reaching } from './StoreUnavailable';

const tableName = 'schema_migrations';
/** Any number that nobody else uses for an advisory lock: "aviary" in ASCII. */
const advisoryLock = 0x617669617279;

/** The database's tables are older or newer than this program. */
export class SchemaMismatch extends Error {
  override readonly name = 'SchemaMismatch';
  readonly kind = 'misconfigured';
}

/**
 * Brings the schema up to date; harmless when it is. One process at a time: others wait.
 * @throws SchemaMismatch when the schema is ahead of this program.
 */
export async function migrate({ knex, schema, schemaName }: Database): Promise<void> {
  await knex.transaction(async (lock) => {
    await lock.raw('SELECT pg_advisory_xact_lock(?)', [advisoryLock]);
    await knex.raw(`CREATE SCHEMA IF NOT EXISTS ${schema}`);
    const { unknown } = await compare({ knex, schema });
    if (unknown.length > 0) {
      throw ahead(schemaName, unknown);
    }
    const config: Knex.MigratorConfig = { migrationSource: source(schema), schemaName, tableName };
    // Knex' own lock stays behind when a process is killed in the middle; ours cannot, and we hold it.
    await knex.migrate.forceFreeMigrationsLock(config);
    await knex.migrate.latest(config);
  });
}

/**
 * For readers, which never migrate.
 * @throws SchemaMismatch when the schema is ahead or behind; StoreUnavailable when the database is away.
 */
export async function assertSchemaCurrent(database: Pick<Database, 'knex' | 'schema' | 'schemaName'>): Promise<void> {
  const { missing, unknown } = await reaching(() => compare(database));
  if (unknown.length > 0) {
    throw ahead(database.schemaName, unknown);
  }
  if (missing.length > 0) {
    throw new SchemaMismatch(
      `The database schema ${database.schemaName} is behind this version of Aviary: it lacks ${missing.join(', ')}. Start the engine of this version first; only the engine migrates.`,
    );
  }
}

async function compare({ knex, schema }: Pick<Database, 'knex' | 'schema'>): Promise<{ missing: string[]; unknown: string[] }> {
  const names = migrations.map(({ name }) => name);
  const {
    rows: [{ found }],
  } = await knex.raw('SELECT to_regclass(?) IS NOT NULL AS found', [`${schema}.${tableName}`]);
  if (!found) {
    return { missing: names, unknown: [] };
  }
  const { rows } = await knex.raw(`SELECT name FROM ${schema}.${tableName} ORDER BY id`);
  const done: string[] = rows.map((row: { name: string }) => row.name);
  return { missing: names.filter((name) => !done.includes(name)), unknown: done.filter((name) => !names.includes(name)) };
}

function ahead(schemaName: string, unknown: string[]): SchemaMismatch {
  return new SchemaMismatch(
    `The database schema ${schemaName} is ahead of this version of Aviary: it has ${unknown.join(', ')}. Run the newer version, or choose another schema.`,
  );
}

function source(schema: string): Knex.MigrationSource<Migration> {
  return {
    getMigrations: async () => migrations,
    getMigrationName: ({ name }) => name,
    getMigration: async ({ name, up }) => ({
      up: (knex) => up(knex, schema),
      async down() {
        throw new Error(`Migration ${name} cannot be taken back: migrations only go forward.`);
      },
    }),
  };
}
