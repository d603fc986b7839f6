import { InMemoryLedger, InMemoryShardLeases } from '../store/testing';
import { silentLogger } from '../telemetry/Logger';
import { ShardKeeper } from './ShardKeeper';

/** Monotonic time of both engines and of the ledger. */
let now: number;
let ledger: InMemoryLedger;
const keepers: ShardKeeper[] = [];

beforeEach(() => {
  now = 50_000;
  ledger = new InMemoryLedger();
});

afterEach(async () => {
  await Promise.all(keepers.splice(0).map((keeper) => keeper.stop()));
});

function keeperOf(engineId: string) {
  const leases = new InMemoryShardLeases(ledger, { engineId, cluster: 'east', now: () => now });
  const changes: { gained: number; lost: number }[] = [];
  const keeper = new ShardKeeper({
    // The ledger's own answer names the machine's clock.
    leases: { renew: async () => ({ ...(await leases.renew()), sentAt: now }), release: () => leases.release() },
    engineId,
    logger: silentLogger,
    now: () => now,
  });
  keeper.onChange((gained, lost) => changes.push({ gained: gained.length, lost: lost.length }));
  keepers.push(keeper);
  return { keeper, changes };
}

describe('the lease', () => {
  it('is trusted until three seconds before its end, counted from when the renewal was sent', async () => {
    const { keeper } = keeperOf('one');
    await keeper.renew();
    const lease = keeper.lease(7)!;
    expect(lease).toEqual({ engineId: 'one', shard: 7, epoch: 1 });
    now += 6_999;
    expect([keeper.valid, keeper.lease(7)]).toEqual([true, lease]);
    now += 1;
    expect([keeper.valid, keeper.lease(7)]).toEqual([false, null]);
  });

  it('lets no write begin that could outlive it', async () => {
    const { keeper } = keeperOf('one');
    await keeper.renew();
    const lease = keeper.lease(7)!;
    now += 5_000;
    expect(keeper.mayWrite(lease)).toBe(true);
    now += 1;
    expect([keeper.mayWrite(lease), keeper.valid]).toEqual([false, true]);
  });

  it('runs out while the database is away, and everything is gained again when it is back', async () => {
    const { keeper, changes } = keeperOf('one');
    await keeper.renew();
    ledger.away = true;
    now += 3_000;
    await keeper.renew();
    expect(keeper.valid).toBe(true);
    now += 4_000;
    await keeper.renew();
    expect(keeper.valid).toBe(false);
    ledger.away = false;
    await keeper.renew();
    expect(keeper.lease(7)).toMatchObject({ epoch: 1 });
    expect(changes).toEqual([
      { gained: 512, lost: 0 },
      { gained: 512, lost: 0 },
    ]);
  });

  it('is silent about renewals that change nothing', async () => {
    const { keeper, changes } = keeperOf('one');
    await keeper.renew();
    now += 3_000;
    await keeper.renew();
    expect(changes).toHaveLength(1);
  });
});

describe('two engines', () => {
  it('share: the first gives half away, the second takes it under a higher epoch', async () => {
    const one = keeperOf('one');
    const two = keeperOf('two');
    await one.keeper.renew();
    const before = one.keeper.lease(500)!;
    await two.keeper.renew();
    await one.keeper.renew();
    await two.keeper.renew();
    expect([one.keeper.shards().length, two.keeper.shards().length]).toEqual([256, 256]);
    expect(one.changes.at(-1)).toEqual({ gained: 0, lost: 256 });
    expect(one.keeper.lease(500)).toBeNull();
    expect(two.keeper.lease(500)).toMatchObject({ engineId: 'two', epoch: 2 });
    // Its lease as a whole is valid; the one of this shard is not.
    expect([one.keeper.valid, one.keeper.mayWrite(before)]).toEqual([true, false]);
  });

  it('the second takes everything when the first has been silent for the time of a lease', async () => {
    const one = keeperOf('one');
    const two = keeperOf('two');
    await one.keeper.renew();
    now += 10_001;
    await two.keeper.renew();
    expect(two.keeper.shards()).toHaveLength(512);
    expect(one.keeper.valid).toBe(false);
    // The first comes back: it has lost what it held, and may not think otherwise.
    await one.keeper.renew();
    expect(one.keeper.shards()).toEqual([]);
    expect(one.changes.at(-1)).toEqual({ gained: 0, lost: 512 });
  });

  it('the second need not wait when the first stops', async () => {
    const one = keeperOf('one');
    const two = keeperOf('two');
    await one.keeper.renew();
    await one.keeper.stop();
    expect([one.keeper.valid, one.keeper.shards()]).toEqual([false, []]);
    await two.keeper.renew();
    expect(two.keeper.shards()).toHaveLength(512);
  });
});
