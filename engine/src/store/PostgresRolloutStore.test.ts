import type { RolloutState } from '../decision/RolloutState';
import { shardOf } from './shardOf';
import { sampleEntry } from './testing/sampleEntry';
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

  it('keeps the templates of the last two promotions alone: they are large and hold what users put into environments', async () => {
    const ledger = await server.openLedger();
    const key = { cluster: 'east', namespace: 'shop', name: 'cart' };
    const { shards } = await ledger.leases({ engineId: 'one', cluster: 'east' }).renew();
    const lease = { engineId: 'one', shard: shardOf('uid'), epoch: shards.get(shardOf('uid'))! };
    let previous: RolloutState | null = null;
    for (const revision of ['r2', 'r3', 'r4']) {
      const entry = sampleEntry({
        key,
        uid: 'uid',
        previous,
        state: { promoted: { revision, version: revision } },
        promotedTemplate: { revision, target: { revision } },
      });
      expect(await ledger.store.record(lease, entry)).toBe('recorded');
      previous = entry.decision.state;
    }
    expect(await ledger.store.promotedTemplate(key, 'r2')).toBeNull();
    expect(await ledger.store.promotedTemplate(key, 'r3')).toEqual({ revision: 'r3' });
    expect(await ledger.store.promotedTemplate(key, 'r4')).toEqual({ revision: 'r4' });
    await ledger.close();
  });
});
