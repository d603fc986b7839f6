import { ManualTimers } from '../kubernetes/testing/ManualTimers';
import { shardOf } from '../store/shardOf';
import { InMemoryRolloutStore, InMemoryShardLeases } from '../store/testing';
import { sampleEntry } from '../store/testing/sampleEntry';
import { silentLogger } from '../telemetry/Logger';
import { DeliveryWorker } from './DeliveryWorker';
import { idle } from './testing/idle';

const TIMING = { every: 5_000, firstRetry: 1_000, longestRetry: 4_000, tries: 5 };

let clock: ManualTimers;
let store: InMemoryRolloutStore;
let worker: DeliveryWorker;
let sent: string[];
let shards: number[];
/** What the receiver says to a delivery; undefined: it takes it. */
let refusal: (id: string) => Promise<void> | undefined;

beforeEach(() => {
  clock = new ManualTimers();
  store = new InMemoryRolloutStore();
  sent = [];
  shards = [shardOf('uid-cart'), shardOf('uid-shop')];
  refusal = () => undefined;
  worker = new DeliveryWorker({
    store,
    cluster: 'east',
    shards: () => shards,
    async deliver({ id }) {
      sent.push(id);
      await refusal(id);
    },
    clock,
    logger: silentLogger,
    timing: TIMING,
  });
});

afterEach(() => worker.stop());

/** Records a decision about a Canary that goes with these deliveries. */
async function decide(name: string, ...ids: string[]): Promise<void> {
  const uid = `uid-${name}`;
  const { shards: held } = await new InMemoryShardLeases(store.ledger, { engineId: 'one', cluster: 'east' }).renew();
  const lease = { engineId: 'one', shard: shardOf(uid), epoch: held.get(shardOf(uid))! };
  const target = { alertProvider: { namespace: 'shop', name: 'chat' } };
  const deliveries = ids.map((id) => ({ id, kind: 'alert' as const, target, payload: { message: id } }));
  const key = { cluster: 'east', namespace: 'shop', name };
  const previous = (await store.load(key))?.state;
  expect(await store.record(lease, sampleEntry({ key, uid, at: clock.now(), previous, deliveries }))).toBe('recorded');
}

const states = () => Object.fromEntries(store.ledger.deliveries.map(({ id, state, attempts }) => [id, `${state} ${attempts}`]));

it('brings what was recorded, in order per Canary, soon after a hint', async () => {
  await decide('cart', 'cart.1', 'cart.2', 'cart.3');
  await decide('shop', 'shop.1');
  worker.hint();
  await idle();
  expect(sent.filter((id) => id.startsWith('cart'))).toEqual(['cart.1', 'cart.2', 'cart.3']);
  expect(sent).toContain('shop.1');
  expect(new Set(Object.values(states()))).toEqual(new Set(['delivered 1']));
});

it('looks by itself from time to time: a hint can be lost', async () => {
  worker.hint();
  await idle();
  await decide('cart', 'cart.1');
  clock.advance(4_999);
  await idle();
  expect(sent).toEqual([]);
  clock.advance(1);
  await idle();
  expect(sent).toEqual(['cart.1']);
});

it('leaves alone what belongs to other engines', async () => {
  await decide('cart', 'cart.1');
  await decide('shop', 'shop.1');
  shards = [shardOf('uid-shop')];
  worker.hint();
  await idle();
  expect(sent).toEqual(['shop.1']);
});

it('tries again after 1 s, 2 s, 4 s, and holds what comes after it back, but no other Canary', async () => {
  let away = true;
  refusal = async (id) => {
    if (away && id === 'cart.1') throw new Error('503');
  };
  await decide('cart', 'cart.1', 'cart.2');
  await decide('shop', 'shop.1');
  worker.hint();
  await idle();
  expect(sent).toEqual(['cart.1', 'shop.1']);
  expect(store.ledger.deliveries[0]).toMatchObject({ attempts: 1, error: '503', nextAt: clock.now() + 1_000 });
  clock.advance(5_000);
  await idle();
  expect(store.ledger.deliveries[0]).toMatchObject({ attempts: 2, nextAt: clock.now() + 2_000 });
  away = false;
  clock.advance(5_000);
  await idle();
  expect(sent).toEqual(['cart.1', 'shop.1', 'cart.1', 'cart.1', 'cart.2']);
  expect(states()).toEqual({ 'cart.1': 'delivered 3', 'cart.2': 'delivered 1', 'shop.1': 'delivered 1' });
});

it('gives up in the end, keeps the reason for people to see, and goes on with what comes after', async () => {
  refusal = async (id) => {
    if (id === 'cart.1') throw new Error('404: no such channel');
  };
  await decide('cart', 'cart.1', 'cart.2');
  worker.hint();
  for (let look = 0; look < 6; look++) {
    await idle();
    clock.advance(5_000);
  }
  await idle();
  expect(store.ledger.deliveries[0]).toMatchObject({ state: 'givenUp', attempts: 5, error: '404: no such channel' });
  expect(sent.at(-1)).toBe('cart.2');
});

it('waits for the database, and loses nothing', async () => {
  await decide('cart', 'cart.1');
  store.ledger.away = true;
  worker.hint();
  await idle();
  expect(sent).toEqual([]);
  store.ledger.away = false;
  clock.advance(5_000);
  await idle();
  expect(sent).toEqual(['cart.1']);
});

it('stops when what is on its way has arrived, and takes nothing new', async () => {
  let arrive = () => {};
  refusal = () => new Promise((resolve) => (arrive = resolve));
  await decide('cart', 'cart.1', 'cart.2');
  worker.hint();
  await idle();
  let stopped = false;
  const stopping = worker.stop().then(() => {
    stopped = true;
  });
  await idle();
  expect(stopped).toBe(false);
  arrive();
  await stopping;
  worker.hint();
  clock.advance(60_000);
  await idle();
  expect(states()).toEqual({ 'cart.1': 'delivered 1', 'cart.2': 'open 0' });
});
