import { InMemoryLedger, InMemoryShardLeases } from '../store/testing';
import { silentLogger } from '../telemetry/Logger';
import { ShardKeeper } from './ShardKeeper';
import { idle } from './testing/idle';

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
  const log: string[] = [];
  const sight = { seen: true, looks: 0, answer: async () => true };
  const keeper = new ShardKeeper({
    // The ledger's own answer names the machine's clock.
    leases: { renew: async (options) => ({ ...(await leases.renew(options)), sentAt: now }), release: () => leases.release() },
    sight: {
      inSight: () => sight.seen,
      lookAnew: () => {
        sight.looks += 1;
        return sight.answer();
      },
    },
    engineId,
    logger: { ...silentLogger, info: (message) => log.push(message), warn: (message) => log.push(message) },
    now: () => now,
  });
  keeper.onChange((gained, lost) => changes.push({ gained: gained.length, lost: lost.length }));
  keepers.push(keeper);
  return { keeper, changes, log, sight };
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

describe('an engine that does not see its cluster', () => {
  /** Two engines with half of the shards each. */
  async function pair() {
    const [one, two] = [keeperOf('one'), keeperOf('two')];
    for (const { keeper } of [one, two, one, two]) await keeper.renew();
    return { one, two };
  }
  const sizes = (...engines: ReturnType<typeof keeperOf>[]) => engines.map(({ keeper }) => keeper.shards().length);
  /** Time passes, and the engines renew as they do. */
  async function pass(seconds: number, ...engines: ReturnType<typeof keeperOf>[]): Promise<void> {
    for (let second = 0; second < seconds; second += 1) {
      now += 1_000;
      for (const { keeper } of engines) await keeper.renew();
      await idle();
    }
  }

  it('keeps its shards for a while, and claims none', async () => {
    const { one, two } = await pair();
    one.sight.seen = false;
    await one.keeper.renew();
    await two.keeper.stop();
    await pass(9, one);
    expect([...sizes(one), one.keeper.valid, one.keeper.problem]).toEqual([256, true, undefined]);
    one.sight.seen = true;
    await pass(1, one);
    expect(sizes(one)).toEqual([512]);
    expect([one.log, one.sight.looks]).toEqual([[], 0]);
  });

  it('gives them back after ten seconds; others get them at once, and it says so', async () => {
    const { one, two } = await pair();
    const before = one.keeper.lease(7)!;
    one.sight.seen = false;
    await pass(10, one, two);
    expect(sizes(one, two)).toEqual([256, 256]);
    await pass(1, one, two);
    expect(sizes(one, two)).toEqual([0, 512]);
    expect(two.keeper.lease(7)).toMatchObject({ epoch: before.epoch + 1 });
    expect([one.keeper.valid, one.keeper.lease(7), one.keeper.mayWrite(before)]).toEqual([false, null, false]);
    expect(one.changes.at(-1)).toEqual({ gained: 0, lost: 256 });
    await pass(10, one, two);
    expect(sizes(one, two)).toEqual([0, 512]);
    expect(one.keeper.problem).toBe('gave its shards back: the API server has not been seen for 20 s');
    expect(one.log).toEqual(['gave its shards back: the API server has not been seen for 10 s']);
    expect([two.keeper.problem, two.log]).toEqual([undefined, []]);
  });

  it('counts the seconds anew when it was in sight between', async () => {
    const { one, two } = await pair();
    one.sight.seen = false;
    await pass(9, one, two);
    one.sight.seen = true;
    await pass(1, one, two);
    one.sight.seen = false;
    await pass(9, one, two);
    expect(sizes(one, two)).toEqual([256, 256]);
  });

  it('takes part again as soon as the cluster is in sight and was looked at anew', async () => {
    const { one, two } = await pair();
    one.sight.seen = false;
    await pass(11, one, two);
    one.sight.answer = async () => false;
    one.sight.seen = true;
    await pass(2, one, two);
    expect([...sizes(one, two), one.sight.looks]).toEqual([0, 512, 2]);
    one.sight.answer = async () => true;
    await pass(2, one, two);
    expect(sizes(one, two)).toEqual([256, 256]);
    expect([one.keeper.problem, one.keeper.valid, one.log.slice(1)]).toEqual([
      undefined,
      true,
      ['the cluster is in sight again: takes its share of the shards'],
    ]);
    expect(one.changes.at(-1)).toEqual({ gained: 256, lost: 0 });
    // Lost once more: ten seconds from then.
    one.sight.seen = false;
    await pass(10, one, two);
    expect(sizes(one, two)).toEqual([256, 256]);
    await pass(1, one, two);
    expect(sizes(one, two)).toEqual([0, 512]);
  });

  it('takes no part yet when the cluster is out of sight again by the time it was looked at', async () => {
    const { one, two } = await pair();
    one.sight.seen = false;
    await pass(11, one, two);
    let answered = (_seen: boolean) => {};
    one.sight.answer = () => new Promise((resolve) => (answered = resolve));
    one.sight.seen = true;
    await pass(2, one, two);
    expect(one.sight.looks).toBe(1);
    one.sight.seen = false;
    answered(true);
    await pass(1, one, two);
    expect(sizes(one, two)).toEqual([0, 512]);
    expect(one.log).toHaveLength(1);
  });

  it('waits with all others when nobody sees it: nothing goes to and fro, and everything comes back by itself', async () => {
    const { one, two } = await pair();
    const epochs = () => ledger.shards('east').map(({ epoch }) => epoch);
    const before = epochs();
    one.sight.seen = false;
    await pass(2, one, two);
    two.sight.seen = false;
    await pass(300, one, two);
    expect(sizes(one, two)).toEqual([0, 0]);
    expect(ledger.shards('east').every(({ owner }) => owner === null)).toBe(true);
    expect(epochs()).toEqual(before);
    for (const { sight } of [two, one]) sight.seen = true;
    await pass(4, two, one);
    expect(sizes(one, two)).toEqual([256, 256]);
    expect([one.log, two.log].map(({ length }) => length)).toEqual([2, 2]);
  });

  it('loses its shards also when the database does not hear of it', async () => {
    const { one, two } = await pair();
    one.sight.seen = false;
    await pass(10, one, two);
    ledger.away = true;
    await pass(1, one);
    expect([...sizes(one), one.keeper.valid]).toEqual([0, false]);
    ledger.away = false;
    await pass(8, one, two);
    expect(sizes(two)).toEqual([256]);
    await pass(1, one, two);
    expect(sizes(one, two)).toEqual([0, 512]);
  });

  it('looks at nothing and claims nothing once it is stopped, whoever asks', async () => {
    const one = keeperOf('one');
    await one.keeper.renew();
    await one.keeper.stop();
    one.sight.seen = false;
    const { length } = one.log;
    now += 60_000;
    for (const seen of [false, true]) {
      one.sight.seen = seen;
      await one.keeper.renew();
      now += 60_000;
      await one.keeper.renew();
    }
    expect([one.keeper.shards(), one.keeper.problem, one.log.slice(length), one.sight.looks]).toEqual([
      [],
      expect.stringMatching('no valid lease'),
      [],
      0,
    ]);
  });

  it('stops without waiting for a look that is not answered', async () => {
    const { one, two } = await pair();
    one.sight.seen = false;
    await pass(11, one, two);
    one.sight.answer = () => new Promise(() => {});
    one.sight.seen = true;
    await pass(1, one, two);
    await one.keeper.stop();
    expect(sizes(one, two)).toEqual([0, 512]);
  });
});
