import { TestDatabase } from './testing/TestDatabase';
import { rolloutStoreContract } from './testing/rolloutStoreContract';

jest.setTimeout(60_000);

describe('PostgresRolloutStore', () => {
  let server: TestDatabase;
  beforeAll(async () => {
    server = await TestDatabase.start();
  });
  afterAll(() => server.stop());

  rolloutStoreContract(async () => {
    const ledger = await server.openLedger();
    const { knex, schema } = ledger.database;
    return {
      store: ledger.store,
      leases: (engineId, cluster) => ledger.leases({ engineId, cluster }),
      addCommand: (key, command) => ledger.reader.addCommand(key, command),
      async expire(engineId, cluster) {
        await knex.raw(`UPDATE ${schema}.engines SET expires_at = now() WHERE cluster = ? AND id = ?`, [cluster, engineId]);
      },
      close: () => ledger.close(),
    };
  });
});
