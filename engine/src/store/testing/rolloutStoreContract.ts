import type { Command } from '../../decision/Situation';
import type { CanaryKey, Delivery, Lease, RolloutStore, ShardLeases } from '../RolloutStore';
import { shardCount, shardOf } from '../shardOf';
import { sampleEntry, sampleTime } from './sampleEntry';

/** One ledger, empty, and ways to reach it that engines do not have. */
export interface LedgerUnderTest {
  store: RolloutStore;
  leases(engineId: string, cluster: string): ShardLeases;
  /** As the portal does it. */
  addCommand(key: CanaryKey, command: Command): Promise<void>;
  /** Lets the lease of an engine end, as if it had not renewed for long. */
  expire(engineId: string, cluster: string): Promise<void>;
  close(): Promise<void>;
}

const key: CanaryKey = { cluster: 'east', namespace: 'shop', name: 'cart' };
const uid = 'uid-cart';
const shard = shardOf(uid);

/** What every implementation of RolloutStore and ShardLeases promises. Call it inside a test file. */
export function rolloutStoreContract(open: () => Promise<LedgerUnderTest>): void {
  let ledger: LedgerUnderTest;
  let store: RolloutStore;
  beforeEach(async () => {
    ledger = await open();
    store = ledger.store;
  });
  afterEach(() => ledger.close());

  /** Claims as much as it may, and gives the lease of the shard in question. */
  async function leaseOf(engineId: string, wanted = shard): Promise<Lease> {
    const { shards } = await ledger.leases(engineId, key.cluster).renew();
    return { engineId, shard: wanted, epoch: shards.get(wanted)! };
  }

  function command(id: string, at = sampleTime): Command {
    return { id, type: 'pause', rolloutId: 'rollout-1', revision: 'r2', gate: null, by: 'user:default/ann', why: 'lunch', at };
  }

  function delivery(id: string): Delivery {
    return { id, kind: 'alert', target: { alertProvider: { namespace: 'shop', name: 'chat' } }, payload: { text: id } };
  }

  describe('decisions', () => {
    it('gives back what was recorded, and what is confirmed', async () => {
      const lease = await leaseOf('one');
      const first = sampleEntry({ key, uid });
      expect(await store.load(key)).toBeNull();
      expect(await store.record(lease, first)).toBe('recorded');
      expect(await store.load(key)).toEqual({ key, uid, state: first.decision.state, confirmedAt: null });
      expect(await store.confirm(lease, key, 1, sampleTime + 5, sampleTime + 30_000)).toBe('recorded');
      expect((await store.load(key))?.confirmedAt).toBe(sampleTime + 5);

      const second = sampleEntry({ key, uid, previous: first.decision.state });
      expect(await store.record(lease, second)).toBe('recorded');
      expect(await store.load(key)).toEqual({ key, uid, state: second.decision.state, confirmedAt: null });
      expect(await store.loadShards(key.cluster, [shard])).toEqual([await store.load(key)]);
      expect(await store.loadShards(key.cluster, [(shard + 1) % shardCount])).toEqual([]);
      expect(await store.loadShards('west', [shard])).toEqual([]);
    });

    it('takes one decision per sequence, and none out of order', async () => {
      const lease = await leaseOf('one');
      const first = sampleEntry({ key, uid });
      const second = sampleEntry({ key, uid, previous: first.decision.state });
      const third = sampleEntry({ key, uid, previous: second.decision.state });
      expect(await store.record(lease, second)).toBe('fenced');
      expect(await store.record(lease, first)).toBe('recorded');
      expect(await store.record(lease, first)).toBe('fenced');
      expect(await store.record(lease, third)).toBe('fenced');
      const both = await Promise.all([store.record(lease, second), store.record(lease, second)]);
      expect(both.sort()).toEqual(['fenced', 'recorded']);
      expect(await store.confirm(lease, key, 1, sampleTime, null)).toBe('fenced');
      expect((await store.load(key))?.state.sequence).toBe(2);
    });

    it('takes nothing under an epoch that is over', async () => {
      const old = await leaseOf('one');
      const first = sampleEntry({ key, uid });
      await store.record(old, first);
      await ledger.expire('one', key.cluster);
      const current = await leaseOf('two');
      expect(current.epoch).toBe(old.epoch + 1);

      const second = sampleEntry({ key, uid, previous: first.decision.state });
      expect(await store.record(old, second)).toBe('fenced');
      expect(await store.record({ ...current, engineId: 'one' }, second)).toBe('fenced');
      expect(await store.record({ ...old, engineId: 'two' }, second)).toBe('fenced');
      expect(await store.confirm(old, key, 1, sampleTime, null)).toBe('fenced');
      expect(await store.forget(old, key, sampleTime)).toBe('fenced');
      expect((await store.load(key))?.state.sequence).toBe(1);
      expect(await store.record(current, second)).toBe('recorded');
    });

    it('forgets a Canary that is gone, and begins again with one of the same name', async () => {
      const lease = await leaseOf('one');
      const first = sampleEntry({ key, uid });
      await store.record(lease, first);
      await ledger.addCommand(key, command('c1'));
      expect(await store.forget(lease, key, sampleTime)).toBe('recorded');
      expect(await store.forget(lease, key, sampleTime)).toBe('recorded');
      expect(await store.load(key)).toBeNull();
      expect(await store.pendingCommands(key.cluster, [shard])).toEqual([]);
      expect(await store.record(lease, sampleEntry({ key, uid, previous: first.decision.state }))).toBe('fenced');
      expect(await store.record(lease, first)).toBe('recorded');
    });

    it('replaces a Canary that was made again without anybody seeing it go', async () => {
      const lease = await leaseOf('one');
      await store.record(lease, sampleEntry({ key, uid }));
      const again = 'uid-again';
      const leaseOfAgain = await leaseOf('one', shardOf(again));
      expect(await store.record(leaseOfAgain, sampleEntry({ key, uid: again }))).toBe('recorded');
      expect((await store.load(key))?.uid).toBe(again);
      // What the old one's engine has still to say is not about the new one.
      expect(await store.forget(lease, key, sampleTime)).toBe('recorded');
      expect((await store.load(key))?.uid).toBe(again);
    });

    it('keeps the template of the last promotions', async () => {
      const lease = await leaseOf('one');
      const template = { revision: 'r2', target: { kind: 'Deployment', metadata: { name: 'cart' } } };
      await store.record(lease, sampleEntry({ key, uid, promotedTemplate: template }));
      expect(await store.promotedTemplate(key, 'r2')).toEqual(template.target);
      expect(await store.promotedTemplate(key, 'r1')).toBeNull();
    });
  });

  describe('commands', () => {
    it('are pending, oldest first, until a decision answers them', async () => {
      const lease = await leaseOf('one');
      const hints: string[] = [];
      const heard = new Promise<void>((resolve) => {
        store.onHint((hint) => {
          hints.push(hint);
          if (hint === 'command') resolve();
        });
      });
      const first = sampleEntry({ key, uid });
      await store.record(lease, first);
      await ledger.addCommand(key, command('later', sampleTime + 1));
      await ledger.addCommand(key, command('earlier'));
      await ledger.addCommand(key, command('earlier'));
      await heard;
      expect(await store.pendingCommands(key.cluster, [shard])).toEqual([
        { ...command('earlier'), key },
        { ...command('later', sampleTime + 1), key },
      ]);
      expect(await store.pendingCommands(key.cluster, [(shard + 1) % shardCount])).toEqual([]);
      const answers = [{ commandId: 'earlier', outcome: 'done' as const, message: 'Paused.' }];
      await store.record(lease, sampleEntry({ key, uid, previous: first.decision.state, decision: { answers } }));
      expect((await store.pendingCommands(key.cluster, [shard])).map(({ id }) => id)).toEqual(['later']);
    });

    it('are refused for a Canary that does not exist', async () => {
      await expect(ledger.addCommand(key, command('c1'))).rejects.toThrow('There is no Canary shop/cart in cluster east to pause.');
    });
  });

  describe('the outbox', () => {
    async function claimed(now = sampleTime, limit = 10): Promise<string[]> {
      return (await store.claimDeliveries(key.cluster, [shard], now, limit)).map(({ id, attempts }) => `${id} after ${attempts}`);
    }

    it('hands out one delivery per Canary at a time, in order, again and again until it is delivered', async () => {
      const lease = await leaseOf('one');
      const first = sampleEntry({ key, uid, deliveries: [delivery('1.0'), delivery('1.1')] });
      await store.record(lease, first);
      await store.record(lease, sampleEntry({ key, uid, previous: first.decision.state, deliveries: [delivery('2.0')] }));

      expect(await store.claimDeliveries(key.cluster, [shard], sampleTime, 10)).toEqual([{ ...delivery('1.0'), key, attempts: 0 }]);
      expect(await claimed()).toEqual(['1.0 after 0']);
      await store.deliveryFailed('1.0', '503', sampleTime + 1_000);
      expect(await claimed()).toEqual([]);
      expect(await claimed(sampleTime + 1_000)).toEqual(['1.0 after 1']);
      await store.delivered('1.0', sampleTime);
      expect(await claimed()).toEqual(['1.1 after 0']);
      await store.deliveryFailed('1.1', '400', null);
      expect(await claimed()).toEqual(['2.0 after 0']);
      await store.delivered('2.0', sampleTime);
      expect(await claimed()).toEqual([]);
    });

    it('hands out deliveries of other Canaries beside one that fails, and not more than asked for', async () => {
      const { shards } = await ledger.leases('one', key.cluster).renew();
      const names = ['cart', 'pay', 'stock'];
      for (const name of names) {
        const of = shardOf(`uid-${name}`);
        const lease = { engineId: 'one', shard: of, epoch: shards.get(of)! };
        await store.record(
          lease,
          sampleEntry({ key: { ...key, name }, uid: `uid-${name}`, deliveries: [delivery(`${name}.0`), delivery(`${name}.1`)] }),
        );
      }
      const all = [...shards.keys()];
      await store.deliveryFailed('cart.0', '503', sampleTime + 1_000);
      const ids = async (limit: number) => (await store.claimDeliveries(key.cluster, all, sampleTime, limit)).map(({ id }) => id).sort();
      expect(await ids(10)).toEqual(['pay.0', 'stock.0']);
      expect(await ids(1)).toHaveLength(1);
      expect(await store.claimDeliveries('west', all, sampleTime, 10)).toEqual([]);
      expect(await store.claimDeliveries(key.cluster, [], sampleTime, 10)).toEqual([]);
    });
  });

  describe('leases', () => {
    it('give everything to one engine, and half to each of two', async () => {
      const one = ledger.leases('one', key.cluster);
      const two = ledger.leases('two', key.cluster);
      const before = performance.now();
      const alone = await one.renew();
      expect(alone.sentAt).toBeGreaterThanOrEqual(before);
      expect(alone.sentAt).toBeLessThanOrEqual(performance.now());
      expect(alone.shards.size).toBe(shardCount);
      expect((await two.renew()).shards.size).toBe(0);
      const kept = (await one.renew()).shards;
      const gained = (await two.renew()).shards;
      expect([kept.size, gained.size]).toEqual([256, 256]);
      expect(new Set([...kept.keys(), ...gained.keys()]).size).toBe(shardCount);
      // A shard's epoch changes with its owner, and with nothing else.
      expect([...kept].every(([of, epoch]) => alone.shards.get(of) === epoch)).toBe(true);
      expect([...gained].every(([of, epoch]) => alone.shards.get(of)! + 1 === epoch)).toBe(true);
      expect((await one.renew()).shards).toEqual(kept);
      expect((await two.renew()).shards).toEqual(gained);
    });

    it('pass on when an engine does not renew, and only then', async () => {
      const one = ledger.leases('one', key.cluster);
      const two = ledger.leases('two', key.cluster);
      const held = (await one.renew()).shards;
      await two.renew();
      await ledger.expire('one', key.cluster);
      const taken = (await two.renew()).shards;
      expect(taken.size).toBe(shardCount);
      expect([...taken].every(([of, epoch]) => held.get(of)! + 1 === epoch)).toBe(true);
      // The first engine was only slow: it comes back to nothing, and gets its share again.
      expect((await one.renew()).shards.size).toBe(0);
      await two.renew();
      expect((await one.renew()).shards.size).toBe(256);
    });

    it('stay with an engine whose lease has ended as long as nobody claims them', async () => {
      const one = ledger.leases('one', key.cluster);
      const held = (await one.renew()).shards;
      await ledger.expire('one', key.cluster);
      expect((await one.renew()).shards).toEqual(held);
    });

    it('are free at once when an engine gives them back, and others are told', async () => {
      const told = new Promise<void>((resolve) => {
        store.onHint((hint) => hint === 'shards' && resolve());
      });
      // The hint may be sent before a new listener is connected; every release sends another one.
      const one = ledger.leases('one', key.cluster);
      const two = ledger.leases('two', key.cluster);
      await one.renew();
      await two.renew();
      await one.release();
      expect((await two.renew()).shards.size).toBe(shardCount);
      let heard = false;
      void told.then(() => {
        heard = true;
      });
      while (!heard) {
        await one.release();
      }
    });

    it('are renewed without a claim by who wants none, who gives away what is too much all the same', async () => {
      const one = ledger.leases('one', key.cluster);
      const two = ledger.leases('two', key.cluster);
      expect((await one.renew({ claim: false })).shards.size).toBe(0);
      await one.renew();
      await two.renew({ claim: false });
      expect((await one.renew({ claim: false })).shards.size).toBe(256);
      expect((await two.renew({ claim: false })).shards.size).toBe(0);
      await two.release();
      expect((await one.renew({ claim: false })).shards.size).toBe(256);
      expect((await one.renew()).shards.size).toBe(shardCount);
    });

    it('are per cluster', async () => {
      const east = (await ledger.leases('one', 'east').renew()).shards;
      const west = (await ledger.leases('one', 'west').renew()).shards;
      expect([east.size, west.size]).toEqual([shardCount, shardCount]);
    });
  });
}
