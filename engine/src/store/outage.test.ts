import { shardOf } from './shardOf';
import { sampleEntry, sampleTime } from './testing/sampleEntry';
import { TestDatabase } from './testing/TestDatabase';

jest.setTimeout(60_000);

const key = { cluster: 'east', namespace: 'shop', name: 'cart' };
const uid = 'uid-cart';

describe('while the database is away', () => {
  let server: TestDatabase;
  let ledger: Awaited<ReturnType<TestDatabase['openLedger']>>;
  beforeEach(async () => {
    server = await TestDatabase.start();
    ledger = await server.openLedger();
  });
  afterEach(async () => {
    await server.server.resume();
    await ledger.close();
    await server.stop();
  });

  async function recordedFirst() {
    const leases = ledger.leases({ engineId: 'one', cluster: key.cluster });
    const { shards } = await leases.renew();
    const lease = { engineId: 'one', shard: shardOf(uid), epoch: shards.get(shardOf(uid))! };
    const first = sampleEntry({ key, uid });
    await ledger.store.record(lease, first);
    return { leases, lease, first };
  }

  it('everything says so quickly, and goes on when it is back', async () => {
    const { leases, lease, first } = await recordedFirst();
    const second = sampleEntry({ key, uid, previous: first.decision.state });
    await server.server.suspend('refuse');
    const started = performance.now();
    const calls = [
      () => ledger.store.load(key),
      () => ledger.store.record(lease, second),
      () => ledger.store.confirm(lease, key, 1, sampleTime, null),
      () => ledger.store.pendingCommands(key.cluster, [0]),
      () => ledger.store.claimDeliveries(key.cluster, [0], sampleTime, 1),
      () => ledger.reader.list({ limit: 1 }),
      () => ledger.reader.counts(sampleTime),
      () => leases.renew(),
    ];
    for (const call of calls) {
      await expect(call()).rejects.toMatchObject({ name: 'StoreUnavailable', kind: 'unavailable' });
    }
    expect(await ledger.ping()).toBe(false);
    expect(performance.now() - started).toBeLessThan(5_000);

    await server.server.resume();
    expect((await ledger.store.load(key))?.state.sequence).toBe(1);
    expect(await ledger.store.record(lease, second)).toBe('recorded');
    expect((await leases.renew()).shards.size).toBe(512);
    expect(await ledger.ping()).toBe(true);
  });

  it('a server that does not answer is not waited for long, and its connections are not used again', async () => {
    const { lease, first } = await recordedFirst();
    const second = sampleEntry({ key, uid, previous: first.decision.state });
    const backend = async () => (await ledger.knex.raw('SELECT pg_backend_pid() AS pid')).rows[0].pid;
    const silent = await backend();
    await server.server.suspend('freeze');
    const started = performance.now();
    await expect(ledger.store.record(lease, second)).rejects.toMatchObject({ kind: 'unavailable' });
    expect(performance.now() - started).toBeLessThan(8_000);
    await server.server.resume();
    expect(await ledger.store.record(lease, second)).toBe('recorded');
    expect(await backend()).not.toBe(silent);
  });

  it('hints come again when it is back', async () => {
    await recordedFirst();
    let wanted: (() => void) | null = null;
    ledger.store.onHint((hint) => hint === 'command' && wanted?.());
    const command = { type: 'pause' as const, rolloutId: null, revision: null, gate: null, by: 'ann', why: '', at: sampleTime };
    async function hinted(prefix: string): Promise<void> {
      let heard = false;
      wanted = () => {
        heard = true;
      };
      for (let tries = 0; !heard; tries++) {
        await ledger.reader.addCommand(key, { id: `${prefix}-${tries}`, ...command });
      }
    }
    await hinted('before');
    await server.server.suspend('refuse');
    const back = new Promise<void>((resolve) => {
      wanted = resolve;
    });
    await server.server.resume();
    // Nothing was written: the hint says that something may have been missed.
    await back;
    await hinted('after');
  });
});
