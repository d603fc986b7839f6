import type { KubeObject } from '@aviary/provider-contract';
import type { Command } from '../decision/Situation';
import { resourceTypes } from '../kubernetes';
import { shardOf } from '../store/shardOf';
import { InMemoryRolloutStore, InMemoryShardLeases } from '../store/testing';
import { sampleEntry } from '../store/testing/sampleEntry';
import { silentLogger } from '../telemetry/Logger';
import { aSituation } from '../testing/aSituation';
import { CanaryLoop } from './CanaryLoop';
import { dependencyKey } from './ClusterView';
import { Controller } from './Controller';
import { ShardKeeper } from './ShardKeeper';
import { idle } from './testing/idle';
import { TestCluster } from './testing/TestCluster';

const CANARIES = 'flagger.app/canaries';
const keyOf = (name: string) => ({ cluster: 'east', namespace: 'test', name });

let cluster: TestCluster;
let store: InMemoryRolloutStore;
let shards: ShardKeeper;
let controller: Controller;
/** What loops did: `podinfo observe changed`. */
let log: string[];
/** What the engine sees of the cluster, at a time of its own. */
let inSight: boolean;
let now: number;
/** Objects that each Canary's looks depend on, beside itself. */
let dependencies: Record<string, string[]>;

beforeEach(async () => {
  cluster = await TestCluster.start();
  store = new InMemoryRolloutStore();
  log = [];
  inSight = true;
  now = 0;
  dependencies = {};
});

afterEach(async () => {
  await controller.stop();
  await cluster.close();
});

async function start(engineId = 'one'): Promise<void> {
  const leases = new InMemoryShardLeases(store.ledger, { engineId, cluster: 'east' });
  shards = new ShardKeeper({
    leases: { renew: async (options) => ({ ...(await leases.renew(options)), sentAt: now }), release: () => leases.release() },
    sight: { inSight: () => inSight, lookAnew: () => cluster.view.lookAnew() },
    engineId,
    logger: silentLogger,
    now: () => now,
    timing: { renewEvery: 600_000, ttl: 10_000, margin: 3_000, writeLimit: 2_000 },
  });
  controller = new Controller({
    cluster: 'east',
    view: cluster.view,
    store,
    shards,
    shardOf,
    clock: cluster.clock,
    logger: silentLogger,
    makeLoop({ namespace, name }, uid, hooks) {
      const current = () => {
        const found = cluster.view.get('canaries', namespace, name);
        return found?.metadata.uid === uid ? found : undefined;
      };
      return new CanaryLoop(
        {
          lease: () => shards.lease(shardOf(uid)),
          inSight: () => inSight,
          async load() {
            log.push(`${name} load`);
            return null;
          },
          async observe(cause, memory) {
            log.push([name, 'observe', cause, ...hooks.commands().map(({ id }) => id)].join(' '));
            hooks.dependsOn(new Set(dependencies[name]));
            return current() ? aSituation({ now: cluster.clock.now(), cause, ...memory }) : null;
          },
          judge: () => ({ kind: 'idle', wakeAt: null }),
          ask: async () => [],
          record: async () => true,
          converge: () => ({ actions: [], confirmed: true, waiting: null }),
          async act() {},
          async fence() {},
          whenRoom: () => () => undefined,
          confirm: async () => true,
          async report() {},
          async forget() {
            log.push(`${name} forget ${uid.slice(0, 4)}`);
            hooks.gone();
          },
          leave: () => log.push(`${name} leave`),
        },
        { clock: cluster.clock, logger: silentLogger },
      );
    },
  });
  await controller.start();
  await idle();
}

function canary(name: string): KubeObject {
  return {
    apiVersion: 'flagger.app/v1beta1',
    kind: 'Canary',
    metadata: { name, namespace: 'test' },
    spec: {
      targetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name },
      service: { port: 80 },
      analysis: { interval: '10s', threshold: 1, stepWeight: 10 },
    },
  };
}

/** Lets the quiet time after a change pass, and what follows from it happen. */
async function quiet(): Promise<void> {
  await idle();
  cluster.clock.advance(1_000);
  await idle();
}

function command(id: string, name: string): Promise<void> {
  const pause: Command = { id, type: 'pause', rolloutId: null, revision: null, gate: null, by: 'ann', why: '', at: 1 };
  return store.addCommand(keyOf(name), pause);
}

/** Puts a Canary into the ledger, under the lease of an engine that is gone. */
async function knownToLedger(name: string, uid: string): Promise<void> {
  const leases = new InMemoryShardLeases(store.ledger, { engineId: 'before', cluster: 'east' });
  const { shards: held } = await leases.renew();
  const lease = { engineId: 'before', shard: shardOf(uid), epoch: held.get(shardOf(uid))! };
  expect(await store.record(lease, sampleEntry({ key: keyOf(name), uid }))).toBe('recorded');
  await leases.release();
}

it('begins with every Canary that is there, and with those that come later', async () => {
  await cluster.put(CANARIES, canary('podinfo'));
  await start();
  expect(log).toEqual(['podinfo load', 'podinfo observe takeover']);
  await cluster.put(CANARIES, canary('face'));
  await quiet();
  expect(log.slice(2, 4)).toEqual(['face load', 'face observe takeover']);
  expect(controller.count()).toEqual(new Map([['test', 2]]));
});

it('looks again when the Canary changes, or something that its last look read, and at nothing else', async () => {
  dependencies.podinfo = [
    dependencyKey(resourceTypes.service, 'test', 'podinfo'),
    dependencyKey(resourceTypes.endpointSlice, 'test', 'podinfo-canary'),
  ];
  await cluster.put(CANARIES, canary('podinfo'));
  await cluster.put(CANARIES, canary('face'));
  await start();
  log.length = 0;
  await cluster.put('/services', service('other'));
  await quiet();
  expect(log).toEqual([]);
  await cluster.put('/services', service('podinfo'));
  await quiet();
  expect(log).toEqual(['podinfo observe changed']);
  await cluster.put('discovery.k8s.io/endpointslices', {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { name: 'podinfo-canary-x7k2p', namespace: 'test', labels: { 'kubernetes.io/service-name': 'podinfo-canary' } },
    addressType: 'IPv4',
    endpoints: [],
  });
  await quiet();
  expect(log).toEqual(['podinfo observe changed', 'podinfo observe changed']);
  const changed = structuredClone(cluster.store.get(CANARIES, 'test', 'podinfo')!);
  changed.spec.analysis.threshold = 7;
  await cluster.put(CANARIES, changed);
  await quiet();
  expect(log).toHaveLength(3);
});

it('is not woken by its own writes', async () => {
  dependencies.podinfo = [dependencyKey(resourceTypes.service, 'test', 'podinfo')];
  await cluster.put(CANARIES, canary('podinfo'));
  await start();
  log.length = 0;
  const written = await cluster.client.create(resourceTypes.service, service('podinfo'));
  cluster.view.cache.put(resourceTypes.service, written);
  await cluster.seen('/services', 'test', 'podinfo');
  await quiet();
  expect(log).toEqual([]);
});

it('ends with a Canary that is deleted', async () => {
  const { metadata } = await cluster.put(CANARIES, canary('podinfo'));
  await start();
  log.length = 0;
  await cluster.remove(CANARIES, 'test', 'podinfo');
  await quiet();
  expect(log).toEqual(['podinfo observe changed', `podinfo forget ${metadata.uid!.slice(0, 4)}`]);
  expect(controller.count().size).toBe(0);
  await cluster.put('/services', service('podinfo'));
  await quiet();
  expect(log).toHaveLength(2);
});

it('takes a Canary that was deleted and made again under its name for another one', async () => {
  await cluster.put(CANARIES, canary('podinfo'));
  await start();
  log.length = 0;
  await cluster.remove(CANARIES, 'test', 'podinfo');
  await cluster.put(CANARIES, canary('podinfo'));
  await quiet();
  expect(log.filter((line) => line === 'podinfo load')).toHaveLength(1);
  expect(log.some((line) => line.includes('forget'))).toBe(false);
  expect(controller.count()).toEqual(new Map([['test', 1]]));
});

describe('commands', () => {
  beforeEach(async () => {
    const { metadata } = await cluster.put(CANARIES, canary('podinfo'));
    await cluster.put(CANARIES, canary('face'));
    await knownToLedger('podinfo', metadata.uid!);
    await start();
    log.length = 0;
  });

  it('reach their Canary at once by a hint', async () => {
    await command('c1', 'podinfo');
    await idle();
    expect(log).toEqual(['podinfo observe command c1']);
  });

  it('reach it within five seconds without one, and wake it once', async () => {
    const hint = store.ledger.hint;
    store.ledger.hint = () => {};
    await command('c1', 'podinfo');
    store.ledger.hint = hint;
    await idle();
    expect(log).toEqual([]);
    cluster.clock.advance(5_000);
    await idle();
    cluster.clock.advance(5_000);
    await idle();
    expect(log).toEqual(['podinfo observe command c1']);
  });

  it('are read again when the database was away', async () => {
    store.ledger.away = true;
    cluster.clock.advance(5_000);
    await idle();
    store.ledger.away = false;
    await command('c1', 'podinfo');
    await idle();
    expect(log).toContain('podinfo observe command c1');
  });
});

describe('shards', () => {
  it('that another engine gets are left to it, and read again when they come back', async () => {
    const names = ['podinfo', 'face', 'shop', 'cart', 'pay'];
    for (const name of names) await cluster.put(CANARIES, canary(name));
    await start();
    log.length = 0;
    const other = new InMemoryShardLeases(store.ledger, { engineId: 'two', cluster: 'east' });
    await other.renew();
    await shards.renew();
    await idle();
    const uids = new Map(names.map((name) => [name, cluster.view.get('canaries', 'test', name)!.metadata.uid!]));
    const lost = names.filter((name) => shards.lease(shardOf(uids.get(name)!)) === null);
    expect([...log].sort()).toEqual(lost.map((name) => `${name} leave`).sort());
    expect([...controller.count().values()].reduce((sum, count) => sum + count, 0)).toBe(names.length - lost.length);
    log.length = 0;
    for (const name of names) {
      const changed = structuredClone(cluster.store.get(CANARIES, 'test', name)!);
      changed.spec.analysis.threshold = 5;
      await cluster.put(CANARIES, changed);
    }
    await quiet();
    expect(log.filter((line) => lost.some((name) => line.startsWith(name)))).toEqual([]);
    await other.release();
    await shards.renew();
    await idle();
    for (const name of lost) expect(log).toEqual(expect.arrayContaining([`${name} load`, `${name} observe takeover`]));
  });

  it('may hold Canaries that were deleted while nobody looked: they leave the lists', async () => {
    await knownToLedger('gone', 'uid-gone');
    const { metadata } = await cluster.put(CANARIES, canary('podinfo'));
    await knownToLedger('podinfo', metadata.uid!);
    await start();
    await cluster.until(() => store.ledger.canaries.some(({ gone }) => gone));
    expect(store.ledger.canaries.map(({ key, gone }) => [key.name, gone])).toEqual([
      ['gone', true],
      ['podinfo', false],
    ]);
  });

  it('begin no work at all while the database is away, and all of it when it is back', async () => {
    await cluster.put(CANARIES, canary('podinfo'));
    store.ledger.away = true;
    await start();
    expect(log).toEqual([]);
    store.ledger.away = false;
    await shards.renew();
    await idle();
    expect(log).toEqual(['podinfo load', 'podinfo observe takeover']);
  });
});

describe('an engine that does not see its cluster', () => {
  /** Time passes without a sight of the cluster. */
  async function blind(seconds: number): Promise<void> {
    inSight = false;
    await shards.renew();
    now += seconds * 1_000;
    await shards.renew();
    await idle();
  }

  it('leaves its Canaries to others, and reads them again when it sees them', async () => {
    const { metadata } = await cluster.put(CANARIES, canary('podinfo'));
    await knownToLedger('podinfo', metadata.uid!);
    await start();
    log.length = 0;
    await blind(10);
    expect(log).toEqual(['podinfo leave']);
    expect([controller.count().size, store.ledger.shards('east').some(({ owner }) => owner !== null)]).toEqual([0, false]);
    await cluster.put('/services', service('podinfo'));
    await cluster.put(CANARIES, canary('face'));
    await command('c1', 'podinfo');
    await quiet();
    // Its own shards are free, and it is told so: they stay free.
    expect(log).toEqual(['podinfo leave']);
    inSight = true;
    await shards.renew();
    await cluster.until(() => controller.count().get('test') === 2);
    await quiet();
    for (const name of ['podinfo', 'face']) expect(log).toEqual(expect.arrayContaining([`${name} load`, `${name} observe takeover`]));
  });

  it.each([
    ['no part while Canaries cannot be listed', 'canaries', 0],
    ['part again also when a kind that only some need cannot be listed', 'services', 1],
  ])('takes %s', async (_, plural, expected) => {
    await cluster.put(CANARIES, canary('podinfo'));
    await start();
    await blind(10);
    cluster.server.faults.failNext({ pathPattern: new RegExp(plural), status: 503 });
    const watched = cluster.view.cache.watches().find(({ resource }) => resource.plural === plural)!;
    inSight = true;
    await shards.renew();
    await cluster.until(() => watched.problem !== undefined);
    await cluster.until(() => cluster.view.cache.watches().every((each) => each === watched || each.metrics().relists > 0));
    await idle();
    expect(controller.count().size).toBe(expected);
  });

  it('does not forget a Canary that others have found meanwhile', async () => {
    await start();
    await blind(10);
    // The way is there again, and watches that lost it have yet to find out.
    cluster.server.faults.stallWatches(true);
    const { metadata } = cluster.store.create(CANARIES, canary('podinfo'));
    await knownToLedger('podinfo', metadata.uid!);
    inSight = true;
    await shards.renew();
    await cluster.until(() => controller.count().get('test') === 1);
    expect(store.ledger.canaries).toMatchObject([{ gone: false }]);
  });
});

test('an engine that watches one namespace forgets nothing of the others', async () => {
  await cluster.close();
  cluster = await TestCluster.start({ namespace: 'default' });
  await knownToLedger('podinfo', 'uid-podinfo');
  await start();
  await idle();
  expect(store.ledger.canaries).toMatchObject([{ gone: false }]);
});

test('stop gives the shards back, and nothing runs any more', async () => {
  await cluster.put(CANARIES, canary('podinfo'));
  await start();
  await controller.stop();
  log.length = 0;
  await cluster.put(CANARIES, canary('face'));
  await quiet();
  expect(log).toEqual([]);
  expect(store.ledger.shards('east').every(({ owner }) => owner === null)).toBe(true);
});

function service(name: string): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, namespace: 'test' },
    spec: { selector: { app: name }, ports: [{ name: 'http', port: 80 }] },
  };
}
