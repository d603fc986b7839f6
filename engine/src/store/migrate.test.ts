import { migrations } from '../../migrations';
import { claimCluster } from './claimCluster';
import { openDatabase, openMigrationDatabase } from './Database';
import { assertSchemaCurrent, migrate } from './migrate';
import { openReader } from './openReader';
import { openStore } from './openStore';
import { TestDatabase } from './testing/TestDatabase';

jest.setTimeout(60_000);

describe('the schema', () => {
  let server: TestDatabase;
  const pools: { knex: { destroy(): Promise<void> } }[] = [];
  beforeAll(async () => {
    server = await TestDatabase.start();
  });
  afterEach(() => Promise.all(pools.splice(0).map(({ knex }) => knex.destroy())));
  afterAll(() => server.stop());

  function database(schema = server.newSchema()) {
    const opened = openMigrationDatabase({ connection: server.server.connectionString, schema });
    pools.push(opened);
    return opened;
  }

  it('is made once, however many engines start at the same time and again', async () => {
    const first = database();
    const second = database(first.schemaName);
    await Promise.all([migrate(first), migrate(second)]);
    await migrate(first);
    await assertSchemaCurrent(first);
    const { rows } = await first.knex.raw(`SELECT name FROM ${first.schema}.schema_migrations`);
    expect(rows).toEqual(migrations.map(({ name }) => ({ name })));
  });

  it('is made although a process died while it migrated', async () => {
    const dead = database();
    await migrate(dead);
    await dead.knex.raw(`UPDATE ${dead.schema}.schema_migrations_lock SET is_locked = 1`);
    await migrate(dead);
  });

  it('lives beside others in one database', async () => {
    const [one, other] = [database(), database()];
    await migrate(one);
    await expect(assertSchemaCurrent(other)).rejects.toThrow(`The database schema ${other.schemaName} is behind`);
    await migrate(other);
    await assertSchemaCurrent(other);
  });

  it('is refused by readers when it is behind or ahead, and by an older engine', async () => {
    const connection = server.server.connectionString;
    const made = database();
    const { schemaName: schema } = made;
    await expect(openReader({ connection, schema })).rejects.toMatchObject({ name: 'SchemaMismatch', kind: 'misconfigured' });
    await expect(openReader({ connection, schema })).rejects.toThrow(`is behind this version of Aviary: it lacks ${migrations[0].name}`);
    await migrate(made);
    await (await openReader({ connection, schema })).close();
    await made.knex.raw(`INSERT INTO ${made.schema}.schema_migrations (name, batch, migration_time) VALUES ('9999_future', 2, now())`);
    await expect(openReader({ connection, schema })).rejects.toThrow('is ahead of this version of Aviary: it has 9999_future');
    const engine = openStore({ connection, schema });
    await expect(engine.migrate()).rejects.toThrow('is ahead of this version of Aviary');
    await engine.close();
  });

  it('has a plain name', () => {
    expect(() => openDatabase({ connection: 'postgres://nowhere', schema: 'a"; DROP' })).toThrow('must be lower-case letters');
  });

  it("binds a cluster's name to its identity", async () => {
    const made = database();
    await migrate(made);
    await claimCluster(made, 'east', 'uid-1');
    await claimCluster(made, 'east', 'uid-1');
    await claimCluster(made, 'west', 'uid-2');
    await expect(claimCluster(made, 'north', 'uid-1')).rejects.toThrow('is known as "east" in the database');
    await expect(claimCluster(made, 'east', 'uid-3')).rejects.toThrow('The cluster name "east" belongs to another cluster');
    await expect(claimCluster(made, 'east', 'uid-2')).rejects.toMatchObject({ kind: 'misconfigured' });
  });
});
