import fc from 'fast-check';
import type { RolloutState } from '../decision/RolloutState';
import type { CanaryKey, RolloutFilter, RolloutRow } from './RolloutStore';
import { PostgresRolloutReader } from './PostgresRolloutReader';
import { Notifications } from './Notifications';
import { shardOf } from './shardOf';
import { type SampleEntry, sampleEntry, sampleTime } from './testing/sampleEntry';
import { TestDatabase } from './testing/TestDatabase';

jest.setTimeout(60_000);

const hour = 3_600_000;

describe('PostgresRolloutReader', () => {
  let server: TestDatabase;
  let ledger: Awaited<ReturnType<TestDatabase['openLedger']>>;
  let reader: PostgresRolloutReader;
  let epochs: Map<number, number>;
  beforeAll(async () => {
    server = await TestDatabase.start();
  });
  afterAll(() => server.stop());
  beforeEach(async () => {
    ledger = await server.openLedger();
    const notifications = new Notifications(server.server.connectionString, { pingEvery: 50, firstRetry: 10, longestRetry: 50 });
    reader = new PostgresRolloutReader(ledger.database, notifications, { now: () => sampleTime, close: () => notifications.close() });
    ({ shards: epochs } = await ledger.leases({ engineId: 'one', cluster: 'east' }).renew());
    await ledger.leases({ engineId: 'one', cluster: 'west' }).renew();
  });
  afterEach(async () => {
    await reader.close();
    await ledger.close();
  });

  function keyOf(name: string, namespace = 'shop', cluster = 'east'): CanaryKey {
    return { cluster, namespace, name };
  }

  async function record(sample: SampleEntry): Promise<RolloutState> {
    const entry = sampleEntry(sample);
    const shard = shardOf(entry.uid);
    expect(await ledger.store.record({ engineId: 'one', shard, epoch: epochs.get(shard)! }, entry)).toBe('recorded');
    return entry.decision.state;
  }

  async function forget(key: CanaryKey, uid: string): Promise<void> {
    const shard = shardOf(uid);
    await ledger.store.forget({ engineId: 'one', shard, epoch: epochs.get(shard)! }, key, sampleTime);
  }

  function names(rows: RolloutRow[]): string[] {
    return rows.map(({ key }) => key.name);
  }

  async function all(filter: Partial<RolloutFilter>): Promise<string[]> {
    return names((await reader.list({ limit: 100, ...filter })).items).sort();
  }

  describe('a row', () => {
    it('shows the Canary as the last decision left it', async () => {
      const key = keyOf('cart');
      const paused = { by: 'user:default/ann', why: 'lunch', at: sampleTime };
      const state = await record({ key, rollout: { weight: 20, failedChecks: 2, looks: 4, paused } });
      expect(await reader.get(key)).toEqual({
        key,
        rolloutId: 'rollout-1',
        phase: 'Progressing',
        valid: true,
        stage: 'analysing',
        verdict: 'pass',
        paused,
        gate: null,
        reason: 'At 20 %: all checks passed.',
        fromVersion: '6.0.0',
        toVersion: '6.0.1',
        revision: 'r2',
        strategy: 'canary',
        provider: 'linkerd',
        target: 'Deployment/cart',
        weight: 20,
        maxWeight: 20,
        iterations: 0,
        confirmed: false,
        failedChecks: 2,
        threshold: 5,
        interval: 30_000,
        plan: [{ kind: 'weight', weight: 10 }, { kind: 'promotion' }],
        checks: [{ name: 'request-success-rate', unit: '%', min: 99, max: null, source: 'Prometheus' }],
        looks: 4,
        startedAt: sampleTime,
        endedAt: null,
        dueAt: null,
        changedAt: sampleTime,
      });
      const shard = shardOf(sampleEntry({ key }).uid);
      await ledger.store.confirm(
        { engineId: 'one', shard, epoch: epochs.get(shard)! },
        key,
        state.sequence,
        sampleTime,
        sampleTime + 30_000,
      );
      expect(await reader.get(key)).toMatchObject({ confirmed: true, dueAt: sampleTime + 30_000 });
    });

    it('keeps the verdict of the last look until there is another look or rollout', async () => {
      const key = keyOf('cart');
      let state = await record({ key, decision: { verdict: 'fail', kind: 'hold' } });
      state = await record({ key, previous: state, decision: { verdict: null, kind: 'pause' } });
      expect((await reader.get(key))?.verdict).toBe('fail');
      await record({ key, previous: state, rollout: { id: 'rollout-2' }, decision: { verdict: null, kind: 'restart' } });
      expect((await reader.get(key))?.verdict).toBeNull();
    });

    it('is gone with the Canary', async () => {
      const key = keyOf('cart');
      await record({ key, uid: 'uid-1' });
      await forget(key, 'uid-1');
      expect(await reader.get(key)).toBeNull();
      expect(await all({})).toEqual([]);
      expect(await reader.rollouts(key, { limit: 10 })).toMatchObject([{ id: 'rollout-1', outcome: 'Superseded', endedAt: sampleTime }]);
      expect(await reader.decisions(key, { limit: 10 })).toHaveLength(1);
    });
  });

  describe('lists', () => {
    it('give every row exactly once, in order, forwards and backwards, whatever the page size', async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 1, maxLength: 12 }),
          fc.integer({ min: 1, max: 5 }),
          async (ages, limit) => {
            const { knex, schema } = ledger.database;
            await knex.raw(`TRUNCATE ${schema}.canaries, ${schema}.decisions, ${schema}.rollouts`);
            for (const [index, age] of ages.entries()) {
              await record({ key: keyOf(`c${index}`), at: sampleTime - age * 1_000 });
            }
            const expected = ages
              .map((age, index) => ({ age, index }))
              .sort((one, other) => one.age - other.age || other.index - one.index)
              .map(({ index }) => `c${index}`);
            const pages: string[][] = [];
            let page = await reader.list({ limit });
            expect(page.previous).toBeNull();
            pages.push(names(page.items));
            while (page.next) {
              page = await reader.list({ limit, cursor: page.next });
              pages.push(names(page.items));
            }
            expect(pages.flat()).toEqual(expected);
            expect(pages.every((each) => each.length > 0)).toBe(true);
            for (const forward of pages.slice(0, -1).reverse()) {
              page = await reader.list({ limit, cursor: page.previous! });
              expect(names(page.items)).toEqual(forward);
            }
            expect(page.previous).toBeNull();
          },
        ),
        { numRuns: 15 },
      );
    });

    it('refuse a cursor that is not theirs', async () => {
      await expect(reader.list({ limit: 1, cursor: 'bm9uc2Vuc2U' })).rejects.toMatchObject({ kind: 'misconfigured' });
    });

    it('filter by cluster, namespace, phase, name, version, reason and key', async () => {
      await record({ key: keyOf('cart'), state: { phase: 'Failed' }, decision: { reason: 'Rolled back: 100 % of_it' } });
      await record({ key: keyOf('pay', 'money'), rollout: { toVersion: '7.1.0' } });
      await record({ key: keyOf('cart', 'shop', 'west') });
      expect(await all({ cluster: ['west'] })).toEqual(['cart']);
      expect(await all({ namespace: ['money', 'nowhere'] })).toEqual(['pay']);
      expect(await all({ phase: ['Failed'] })).toEqual(['cart']);
      expect(await all({ search: 'CART' })).toEqual(['cart', 'cart']);
      expect(await all({ search: '7.1.0' })).toEqual(['pay']);
      expect(await all({ search: '100 % of_it' })).toEqual(['cart']);
      expect(await all({ search: '%' })).toEqual(['cart', 'cart', 'pay']);
      expect(await all({ search: '1_0 %' })).toEqual([]);
      expect(await all({ search: "'; --\\" })).toEqual([]);
      expect(await all({ keys: [keyOf('pay', 'money'), keyOf('pay', 'shop')] })).toEqual(['pay']);
      expect(await all({ keys: [] })).toEqual([]);
    });
  });

  describe('tiles', () => {
    async function ended(name: string, phase: 'Failed' | 'Succeeded', at: number, duration: number): Promise<void> {
      await record({
        key: keyOf(name),
        at,
        state: { phase },
        rollout: { startedAt: at - duration, endedAt: at, weight: 0 },
        decision: { kind: phase === 'Failed' ? 'fail' : 'succeed' },
      });
    }

    it('count and list the same', async () => {
      await record({ key: keyOf('moving') });
      await record({ key: keyOf('held'), decision: { kind: 'hold', verdict: 'fail' } });
      await record({ key: keyOf('stopped'), rollout: { paused: { by: 'ann', why: '', at: sampleTime } } });
      const gate = { type: 'confirm-promotion', name: 'sign-off', since: sampleTime - 5_000 };
      await record({ key: keyOf('asks'), state: { phase: 'WaitingPromotion' }, rollout: { gate } });
      await record({ key: keyOf('new'), state: { phase: 'Initialized' }, rollout: null });
      await ended('broke', 'Failed', sampleTime - 30 * 60_000, 60_000);
      await ended('broke-before', 'Failed', sampleTime - 25 * hour, 60_000);
      await ended('went', 'Succeeded', sampleTime - 90 * 60_000, 100_000);
      await ended('went-too', 'Succeeded', sampleTime - 23.5 * hour, 300_000);
      const cancelled = { startedAt: sampleTime - 60_000, endedAt: sampleTime - 1_000 };
      await record({ key: keyOf('taken-back'), state: { phase: 'Succeeded' }, rollout: cancelled, decision: { kind: 'cancel' } });

      const counts = await reader.counts(sampleTime);
      expect(counts).toMatchObject({
        running: 3,
        holding: 1,
        paused: 1,
        waiting: 1,
        oldestWaitingSince: gate.since,
        failedDay: 1,
        promotedDay: 2,
        endedDay: 4,
        medianDuration: 200_000,
        clusters: ['east'],
        namespaces: ['shop'],
      });
      expect(counts.hours).toHaveLength(24);
      expect(counts.hours[23]).toEqual({ failed: 1, promoted: 0 });
      expect(counts.hours[22]).toEqual({ failed: 0, promoted: 1 });
      expect(counts.hours[0]).toEqual({ failed: 0, promoted: 1 });
      expect(await all({ group: 'running' })).toEqual(['held', 'moving', 'stopped']);
      expect(await all({ group: 'waiting' })).toEqual(['asks']);
      expect(await all({ group: 'failed' })).toEqual(['broke']);
      expect(await all({ group: 'promoted' })).toEqual(['went', 'went-too']);
    });

    it('count what the filter lets through, and name all that can be filtered by', async () => {
      await record({ key: keyOf('cart') });
      await record({ key: keyOf('pay', 'money') });
      await record({ key: keyOf('cart', 'shop', 'west') });
      expect(await reader.counts(sampleTime, { cluster: ['east'], namespace: ['shop'] })).toMatchObject({
        running: 1,
        clusters: ['east', 'west'],
        namespaces: ['money', 'shop'],
      });
      expect(await reader.counts(sampleTime, { keys: [keyOf('pay', 'money')] })).toMatchObject({
        running: 1,
        clusters: ['east'],
        namespaces: ['money'],
      });
      expect(await reader.counts(sampleTime, { keys: [] })).toMatchObject({
        running: 0,
        endedDay: 0,
        medianDuration: null,
        clusters: [],
        namespaces: [],
      });
    });
  });

  describe('history', () => {
    it('tells the decisions of a rollout, with everything that led to them', async () => {
      const key = keyOf('cart');
      const check = {
        name: 'request-success-rate',
        kind: 'metric' as const,
        value: 98.69,
        primaryValue: 99.7,
        min: 99,
        max: null,
        unit: '%',
        verdict: 'fail' as const,
        reason: '98.69 % is below 99 %',
      };
      const first = await record({ key });
      const second = await record({
        key,
        previous: first,
        at: sampleTime + 1_000,
        rollout: { weight: 20, failedChecks: 1 },
        decision: { kind: 'hold', verdict: 'fail', checks: [check] },
      });
      await record({
        key,
        previous: second,
        at: sampleTime + 2_000,
        rollout: { id: 'rollout-2', weight: 0 },
        decision: { kind: 'restart' },
      });

      expect(await reader.decisions(key, { limit: 10 })).toMatchObject([
        { sequence: 3, rolloutId: 'rollout-2', kind: 'restart', weightBefore: 20, weight: 0 },
      ]);
      const decisions = await reader.decisions(key, { rolloutId: 'rollout-1', limit: 10 });
      expect(decisions.map(({ sequence }) => sequence)).toEqual([2, 1]);
      expect(decisions[0]).toEqual({
        sequence: 2,
        rolloutId: 'rollout-1',
        at: sampleTime + 1_000,
        kind: 'hold',
        phase: 'Progressing',
        weightBefore: 10,
        weight: 20,
        iterations: 0,
        verdict: 'fail',
        reason: 'At 20 %: all checks passed.',
        failedChecks: 1,
        checks: [check],
      });
      expect((await reader.decisions(key, { rolloutId: 'rollout-1', limit: 10, before: 2 })).map(({ sequence }) => sequence)).toEqual([1]);
      expect(await reader.decisions(key, { rolloutId: 'rollout-1', limit: 1 })).toHaveLength(1);

      const expected = sampleEntry({
        key,
        previous: first,
        at: sampleTime + 1_000,
        rollout: { weight: 20, failedChecks: 1 },
        decision: { kind: 'hold', verdict: 'fail', checks: [check] },
      });
      expect(await reader.evidence(key, 2)).toEqual({
        situation: expected.situation,
        answers: expected.answers,
        decision: expected.decision,
      });
      expect(await reader.evidence(key, 4)).toBeNull();
      const { rows } = await ledger.database.knex.raw(
        `SELECT name, value, lower_limit, verdict FROM ${ledger.database.schema}.measurements`,
      );
      expect(rows).toEqual([{ name: 'request-success-rate', value: 98.69, lower_limit: 99, verdict: 'fail' }]);
    });

    it('tells rollouts of all Canaries of the name, the highest weight and how each ended', async () => {
      const key = keyOf('cart');
      let state = await record({ key, uid: 'uid-1', rollout: { weight: 40, looks: 2 } });
      state = await record({
        key,
        uid: 'uid-1',
        previous: state,
        at: sampleTime + 1,
        state: { phase: 'Failed' },
        rollout: { weight: 0, endedAt: sampleTime + 1, looks: 3 },
        decision: { reason: 'Rolled back from 40 %.' },
      });
      await record({
        key,
        uid: 'uid-1',
        previous: state,
        at: sampleTime + 2,
        decision: { kind: 'closed', reason: 'Post-rollout hooks answered.' },
      });
      state = await record({ key, uid: 'uid-2', at: sampleTime + 10, rollout: { id: 'b', startedAt: sampleTime + 10 } });
      await record({ key, uid: 'uid-2', previous: state, at: sampleTime + 20, rollout: { id: 'c', startedAt: sampleTime + 20 } });
      expect(await reader.rollouts(key, { limit: 10 })).toMatchObject([
        { id: 'c', outcome: null, endedAt: null },
        { id: 'b', outcome: 'Superseded', endedAt: sampleTime + 20 },
        { id: 'rollout-1', outcome: 'Failed', endedAt: sampleTime + 1, reason: 'Rolled back from 40 %.', maxWeight: 40, looks: 3 },
      ]);
      expect((await reader.rollouts(key, { limit: 10, before: sampleTime + 20 })).map(({ id }) => id)).toEqual(['b', 'rollout-1']);
      expect(await reader.decisions(key, { rolloutId: 'rollout-1', limit: 10 })).toHaveLength(3);
    });

    it('tells events, newest first', async () => {
      const key = keyOf('cart');
      const events = [
        { type: 'Normal' as const, message: 'New revision detected! Scaling up cart.shop' },
        { type: 'Warning' as const, message: 'Halt advancement' },
      ];
      const state = await record({ key, decision: { events } });
      await record({ key, previous: state, at: sampleTime + 1, decision: { events: [{ type: 'Normal', message: 'Advance' }] } });
      expect(await reader.events(key, 2)).toEqual([
        { at: sampleTime + 1, type: 'Normal', message: 'Advance', rolloutId: 'rollout-1' },
        { at: sampleTime, type: 'Warning', message: 'Halt advancement', rolloutId: 'rollout-1' },
      ]);
    });

    it('has a place for any time, and for any text', async () => {
      const times = [Date.UTC(2019, 0, 1), Date.UTC(2026, 11, 31, 23, 59, 59, 999), Date.UTC(2027, 0, 1), Date.UTC(2041, 5, 30)];
      let previous: RolloutState | null = null;
      const key = keyOf('cart');
      for (const at of times) {
        previous = await record({
          key,
          previous,
          at,
          decision: { reason: 'broken \0 \ud83d text \\u0000', events: [{ type: 'Normal', message: 'a\0b' }] },
        });
      }
      const decisions = await reader.decisions(key, { limit: 10 });
      expect(decisions.map(({ at }) => at)).toEqual([...times].reverse());
      expect(decisions[0].reason).toBe('broken \ufffd \ufffd text \\u0000');
      expect((await reader.evidence(key, 1))?.decision.events[0].message).toBe('a\ufffdb');
    });
  });

  describe('commands', () => {
    it('can be asked for with their answer', async () => {
      const key = keyOf('cart');
      const state = await record({ key });
      const command = {
        id: 'c1',
        type: 'abort' as const,
        rolloutId: 'rollout-1',
        revision: 'r2',
        gate: null,
        by: 'user:default/ann',
        why: 'no',
        at: sampleTime,
      };
      await reader.addCommand(key, command);
      expect(await reader.command('c1')).toEqual({ id: 'c1', type: 'abort', outcome: null, message: null });
      await record({ key, previous: state, decision: { answers: [{ commandId: 'c1', outcome: 'done', message: 'Rolling back.' }] } });
      expect(await reader.command('c1')).toEqual({ id: 'c1', type: 'abort', outcome: 'done', message: 'Rolling back.' });
      expect(await reader.command('c2')).toBeNull();
    });
  });

  describe('changes', () => {
    it('are heard of, also those that were made while the connection was away', async () => {
      const heard: string[] = [];
      let wanted: { name: string; found: () => void } | null = null;
      reader.onChange(({ name }) => {
        heard.push(name);
        if (wanted?.name === name) wanted.found();
      });
      const change = (name: string) =>
        new Promise<void>((found) => {
          wanted = { name, found };
        });
      // Until the first one is heard the connection may still be on its way.
      let connected = false;
      void change('first').then(() => {
        connected = true;
      });
      let state = await record({ key: keyOf('first') });
      while (!connected) {
        state = await record({ key: keyOf('first'), previous: state });
      }
      const { knex } = ledger.database;
      const missed = change('missed');
      // A listener that is cut off hears nothing; the row is written before it can be back, or after: both must be told.
      await knex.raw(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'aviary notifications'`);
      await record({ key: keyOf('missed') });
      await missed;
      const after = change('after');
      await record({ key: keyOf('after') });
      await after;
      expect(new Set(heard)).toEqual(new Set(['first', 'missed', 'after']));
    });
  });
});
