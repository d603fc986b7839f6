import { FakeLedger } from '../testing/FakeLedger';
import { rolloutRow } from '../testing/rolloutRow';
import { CanaryIndex } from './CanaryIndex';

describe('CanaryIndex', () => {
  it('reads all pages once', async () => {
    const ledger = new FakeLedger(Array.from({ length: 1_200 }, (_, n) => rolloutRow(`c/n/s${n}`)));
    const list = jest.spyOn(ledger, 'list');
    const index = new CanaryIndex(async () => ledger);
    expect(await index.all()).toHaveLength(1_200);
    expect(await index.all()).toHaveLength(1_200);
    expect(list).toHaveBeenCalledTimes(3);
  });

  it('knows at once what it hears of, and forgets what is gone after five minutes', async () => {
    let now = 0;
    const ledger = new FakeLedger([rolloutRow('c/n/old')]);
    const index = new CanaryIndex(
      async () => ledger,
      () => now,
    );
    await index.all();
    ledger.rows = [rolloutRow('c/n/new')];
    index.add(ledger.rows[0].key);
    expect((await index.all()).map((key) => key.name)).toEqual(['old', 'new']);
    now = 300_001;
    expect((await index.all()).map((key) => key.name)).toEqual(['new']);
  });

  it('keeps what it hears of while it reads', async () => {
    const ledger = new FakeLedger([]);
    const index = new CanaryIndex(async () => ({
      async list(filter) {
        index.add({ cluster: 'c', namespace: 'n', name: 'late' });
        return ledger.list(filter);
      },
    }));
    expect((await index.all()).map((key) => key.name)).toEqual(['late']);
  });

  it('tries again after a failure', async () => {
    const ledger = new FakeLedger([rolloutRow('c/n/a')]);
    ledger.failure = new Error('away');
    const index = new CanaryIndex(async () => ledger);
    await expect(index.all()).rejects.toThrow('away');
    ledger.failure = null;
    expect(await index.all()).toHaveLength(1);
  });

  it('turns addresses into the Canaries that exist', async () => {
    const ledger = new FakeLedger(['eu/test/podinfo', 'us/test/podinfo', 'eu/web/podinfo', 'eu/web/shop'].map((ref) => rolloutRow(ref)));
    const index = new CanaryIndex(async () => ledger);
    const found = async (cluster: string | null, namespace: string | null, name: string) =>
      (await index.resolve([{ cluster, namespace, name }])).map((key) => Object.values(key).join('/'));
    expect(await found(null, 'test', 'podinfo')).toEqual(['eu/test/podinfo', 'us/test/podinfo']);
    expect(await found('eu', 'test', 'podinfo')).toEqual(['eu/test/podinfo']);
    expect(await found(null, null, 'shop')).toEqual(['eu/web/shop']);
    expect(await found(null, 'test', 'shop')).toEqual([]);
  });
});
