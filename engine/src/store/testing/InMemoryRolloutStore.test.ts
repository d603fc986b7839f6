import { sampleEntry } from './sampleEntry';
import { InMemoryLedger } from './InMemoryLedger';
import { InMemoryRolloutStore } from './InMemoryRolloutStore';
import { InMemoryShardLeases } from './InMemoryShardLeases';
import { rolloutStoreContract } from './rolloutStoreContract';

describe('InMemoryRolloutStore', () => {
  rolloutStoreContract(async () => {
    const ledger = new InMemoryLedger();
    const store = new InMemoryRolloutStore(ledger);
    return {
      store,
      leases: (engineId, cluster) => new InMemoryShardLeases(ledger, { engineId, cluster }),
      addCommand: (key, command) => store.addCommand(key, command),
      async expire(engineId, cluster) {
        ledger.engines.set(`${cluster}/${engineId}`, 0);
      },
      async close() {},
    };
  });

  it('can be away', async () => {
    const store = new InMemoryRolloutStore();
    store.ledger.away = true;
    const key = { cluster: 'east', namespace: 'shop', name: 'cart' };
    await expect(store.load(key)).rejects.toMatchObject({ kind: 'unavailable' });
    await expect(store.record({ engineId: 'one', shard: 0, epoch: 1 }, sampleEntry({ key }))).rejects.toMatchObject({
      kind: 'unavailable',
    });
  });
});
