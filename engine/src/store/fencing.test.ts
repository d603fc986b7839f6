import type { Knex } from 'knex';
import type { CanaryKey, Lease } from './RolloutStore';
import { PostgresShardLeases } from './PostgresShardLeases';
import { shardCount, shardOf } from './shardOf';
import { sampleEntry } from './testing/sampleEntry';
import { TestDatabase } from './testing/TestDatabase';

jest.setTimeout(60_000);

const key: CanaryKey = { cluster: 'east', namespace: 'shop', name: 'cart' };
const uid = 'uid-cart';
const shard = shardOf(uid);

describe('the fence between a decision and a claim', () => {
  let server: TestDatabase;
  let ledger: Awaited<ReturnType<TestDatabase['openLedger']>>;
  beforeAll(async () => {
    server = await TestDatabase.start();
  });
  afterAll(() => server.stop());
  beforeEach(async () => {
    ledger = await server.openLedger();
  });
  afterEach(() => ledger.close());

  async function claim(engineId: string): Promise<Lease> {
    const { shards } = await ledger.leases({ engineId, cluster: key.cluster }).renew();
    return { engineId, shard, epoch: shards.get(shard)! };
  }

  async function expire(engineId: string): Promise<void> {
    await ledger.database.knex.raw(`UPDATE ${ledger.database.schema}.engines SET expires_at = now() WHERE id = ?`, [engineId]);
  }

  /** Waits until a statement that contains the text waits for a lock. */
  async function blocked(text: string): Promise<void> {
    for (;;) {
      const { rows } = await ledger.database.knex.raw(
        `SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE ? AND query LIKE ?`,
        [`%${text}%`, `%${ledger.schema}%`],
      );
      if (rows.length > 0) {
        return;
      }
    }
  }

  async function inTransaction(work: (transaction: Knex.Transaction) => Promise<void>): Promise<void> {
    const transaction = await ledger.database.knex.transaction();
    try {
      await work(transaction);
      await transaction.commit();
    } catch (error) {
      await transaction.rollback();
      throw error;
    }
  }

  it('stops a decision that waits while its shard is claimed', async () => {
    const old = await claim('one');
    const first = sampleEntry({ key, uid });
    let recording: Promise<string> | undefined;
    await inTransaction(async (transaction) => {
      await transaction.raw(`UPDATE ${ledger.database.schema}.engine_shards SET owner = 'two', epoch = epoch + 1 WHERE shard = ?`, [shard]);
      recording = ledger.store.record(old, first);
      await blocked('FOR SHARE');
    });
    expect(await recording).toBe('fenced');
    expect(await ledger.store.load(key)).toBeNull();
  });

  it('keeps a shard from being claimed in the middle of a decision', async () => {
    const old = await claim('one');
    await ledger.leases({ engineId: 'two', cluster: key.cluster }).renew();
    await expire('one');
    await inTransaction(async (transaction) => {
      // What `fenced` does first.
      await transaction.raw(
        `SELECT 1 FROM ${ledger.database.schema}.engine_shards WHERE cluster = ? AND shard = ? AND owner = ? AND epoch = ? FOR SHARE`,
        [key.cluster, shard, old.engineId, old.epoch],
      );
      const { shards } = await ledger.leases({ engineId: 'two', cluster: key.cluster }).renew();
      expect(shards.size).toBe(shardCount - 1);
      expect(shards.has(shard)).toBe(false);
    });
    expect((await claim('two')).epoch).toBe(old.epoch + 1);
    expect(await ledger.store.record(old, sampleEntry({ key, uid }))).toBe('fenced');
  });

  it('lets no engine renew past a claim of its shards', async () => {
    await claim('one');
    await ledger.leases({ engineId: 'two', cluster: key.cluster }).renew();
    await expire('one');
    let renewal: Promise<{ shards: Map<number, number> }> | undefined;
    await inTransaction(async (transaction) => {
      // Half of a claim by another engine: it has locked the row of the engine whose lease has ended.
      const { schema } = ledger.database;
      await transaction.raw(`SELECT id FROM ${schema}.engines WHERE id = 'one' FOR UPDATE`);
      renewal = ledger.leases({ engineId: 'one', cluster: key.cluster }).renew();
      await blocked('ON CONFLICT (cluster, id)');
      await transaction.raw(`UPDATE ${schema}.engine_shards SET owner = 'two', epoch = epoch + 1 WHERE owner = 'one'`);
    });
    expect((await renewal!).shards.size).toBe(0);
  });

  it('never lets two engines hold a shard under the same epoch, however they come and go', async () => {
    const engines = ['one', 'two', 'three'].map((engineId) => ({ engineId, leases: ledger.leases({ engineId, cluster: key.cluster }) }));
    const holders = new Map<string, string>();
    for (let round = 0; round < 12; round++) {
      const left = engines[round % 5]?.engineId;
      const held = await Promise.all(
        engines.map(async ({ engineId, leases }) => {
          if (engineId === left) {
            await expire(engineId);
            return { engineId, shards: new Map<number, number>() };
          }
          return { engineId, shards: (await leases.renew()).shards };
        }),
      );
      for (const { engineId, shards } of held) {
        for (const [of, epoch] of shards) {
          const holder = holders.get(`${of}.${epoch}`) ?? engineId;
          holders.set(`${of}.${epoch}`, holder);
          expect(holder).toBe(engineId);
        }
      }
    }
    // Left alone they come to rest with a third each.
    let sizes: number[] = [];
    for (let round = 0; round < 4; round++) {
      sizes = [];
      for (const { leases } of engines) {
        sizes.push((await leases.renew()).shards.size);
      }
    }
    expect(sizes.sort()).toEqual([170, 171, 171]);
  });

  it('needs four statements for a decision, a confirmation and a renewal', async () => {
    const statements: string[] = [];
    for (const { knex } of [ledger, ledger.database]) knex.on('query', ({ sql }: { sql: string }) => statements.push(sql));
    async function count(work: () => Promise<unknown>): Promise<number> {
      statements.length = 0;
      await work();
      return statements.length;
    }
    const leases = new PostgresShardLeases(ledger.database, { engineId: 'one', cluster: key.cluster, ttlMs: 10_000 });
    const { shards } = await leases.renew();
    const lease = { engineId: 'one', shard, epoch: shards.get(shard)! };
    const first = sampleEntry({ key, uid });
    await ledger.store.record(lease, first);
    const second = sampleEntry({
      key,
      uid,
      previous: first.decision.state,
      decision: { events: [{ type: 'Normal', message: 'Advance cart.shop canary weight 20' }] },
    });
    // BEGIN, the fence, one statement for everything, COMMIT.
    expect(await count(() => ledger.store.record(lease, second))).toBe(4);
    expect(await count(() => ledger.store.confirm(lease, key, 2, first.at, null))).toBe(4);
    expect(await count(() => leases.renew())).toBe(4);
  });

  it('renews a lease also while every connection of the pool is busy', async () => {
    const leases = ledger.leases({ engineId: 'one', cluster: key.cluster });
    await leases.renew();
    const busy = await Promise.all(Array.from({ length: 10 }, () => ledger.knex.transaction()));
    const { shards } = await leases.renew();
    expect(shards.size).toBe(shardCount);
    await Promise.all(busy.map((transaction) => transaction.rollback()));
  });
});
