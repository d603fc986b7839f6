import { blankState } from '../decision/blankState';
import type { Decision } from '../decision/Decision';
import type { Command, Situation } from '../decision/Situation';
import { shardOf } from '../store/shardOf';
import { InMemoryRolloutStore, InMemoryShardLeases } from '../store/testing';
import { EngineMetrics } from '../telemetry/EngineMetrics';
import { silentLogger } from '../telemetry/Logger';
import { resourceTypes } from '../kubernetes';
import type { LoopParts } from './CanaryLoop';
import { createLoopParts } from './createLoopParts';
import { DeliveryWorker } from './DeliveryWorker';
import { EventRecorder } from './EventRecorder';
import { ShardKeeper } from './ShardKeeper';
import { CanaryStage } from './testing/CanaryStage';

const key = { cluster: 'east', namespace: 'test', name: 'podinfo' };
const provider = (name: string) => ({ name, namespace: 'alerts' });

let stage: CanaryStage;
let store: InMemoryRolloutStore;
let shards: ShardKeeper;
let events: EventRecorder;
let parts: LoopParts;
let commands: Command[];
let gone: number;
let metrics: EngineMetrics;

beforeEach(async () => {
  stage = await CanaryStage.set({
    analysis: {
      interval: '10s',
      threshold: 3,
      stepWeight: 10,
      alerts: [
        { name: 'all', severity: 'info', providerRef: provider('all') },
        { name: 'on call', severity: 'error', providerRef: provider('on-call') },
      ],
      webhooks: [{ name: 'feed', type: 'event', url: 'http://feed.test/' }],
    },
  });
  const { cluster, observer, uid } = stage;
  store = new InMemoryRolloutStore();
  commands = [];
  gone = 0;
  shards = new ShardKeeper({
    leases: new InMemoryShardLeases(store.ledger, { engineId: 'one', cluster: 'east' }),
    sight: { inSight: () => true, lookAnew: async () => true },
    engineId: 'one',
    logger: silentLogger,
  });
  await shards.renew();
  metrics = new EngineMetrics({ version: '0', meshProvider: 'linkerd' });
  const { clock, client } = cluster;
  events = new EventRecorder({
    client: {
      createEvent: (event) => client.create(resourceTypes.event, event),
      mergePatchEvent: (at, patch) => client.mergePatch(resourceTypes.event, at, patch),
    },
    clock,
    logger: silentLogger,
  });
  parts = createLoopParts({
    inSight: () => true,
    key,
    uid,
    hooks: { commands: () => commands, dependsOn: () => {}, gone: () => (gone += 1) },
    view: cluster.view,
    store,
    shards,
    observer,
    // Nothing is asked here.
    asker: { ask: async () => [] } as never,
    events,
    deliveries: new DeliveryWorker({ store, cluster: 'east', shards: () => [], deliver: async () => {}, clock, logger: silentLogger }),
    metrics,
    clock,
    logger: silentLogger,
  });
});

afterEach(async () => {
  await events.stop();
  await shards.stop();
  await stage.close();
});

const lease = () => parts.lease()!;

async function look(): Promise<Situation> {
  const seen = await parts.observe('changed', { state: (await parts.load())?.state ?? null, confirmedAt: null, polledAt: null }, lease());
  return { ...seen!, outcomes: [] };
}

/** A decision that follows the one before, with what the test is about. */
function decision(situation: Situation, more: Partial<Decision> = {}, state: Partial<Decision['state']> = {}): Decision {
  const before = situation.state ?? blankState(situation.now);
  return {
    kind: 'notice',
    state: { ...before, ...state, sequence: before.sequence + 1 },
    verdict: null,
    checks: [],
    events: [],
    alerts: [],
    reason: 'Because.',
    answers: [],
    ...more,
  };
}

it('sends alerts by severity and events to event webhooks, in order, under ids that stay the same', async () => {
  const situation = await look();
  const recorded = await parts.record(
    lease(),
    situation,
    [],
    decision(situation, {
      events: [{ type: 'Normal', message: 'Advance podinfo.test canary weight 10' }],
      alerts: [
        { severity: 'info', message: 'New revision detected', withMetadata: true },
        { severity: 'error', message: 'Rolling back', withMetadata: false },
      ],
    }),
  );
  expect(recorded).toBe(true);
  const deliveries = store.ledger.deliveries.map(({ id, target, payload }) => [id, target, payload]);
  expect(deliveries).toEqual([
    [`${stage.uid}.1.0`, { webhookIndex: 0 }, expect.objectContaining({ url: 'http://feed.test/' })],
    [
      `${stage.uid}.1.1`,
      { alertProvider: provider('all') },
      { severity: 'info', message: 'New revision detected', fields: expect.arrayContaining([expect.objectContaining({ name: 'Target' })]) },
    ],
    [`${stage.uid}.1.2`, { alertProvider: provider('all') }, { severity: 'error', message: 'Rolling back', fields: [] }],
    [`${stage.uid}.1.3`, { alertProvider: provider('on-call') }, { severity: 'error', message: 'Rolling back', fields: [] }],
  ]);
  await events.stop();
  const [event] = stage.cluster.store.list('/events', 'test');
  expect(event).toMatchObject({ message: 'Advance podinfo.test canary weight 10', involvedObject: { uid: stage.uid } });
});

it('keeps the target with the decision that promotes it, and only with that', async () => {
  const revision = stage.revision();
  let situation = await look();
  const primary = { revision, configs: {}, podId: 'pod-1' };
  await parts.record(lease(), situation, [], decision(situation, {}, { desired: { ...blankState(0).desired, primary } }));
  expect(await store.promotedTemplate(key, revision)).toMatchObject({
    kind: 'Deployment',
    spec: { template: { spec: { containers: [{ image: 'ghcr.io/stefanprodan/podinfo:6.0.0' }] } } },
  });
  situation = await look();
  await parts.record(lease(), situation, [], decision(situation));
  expect(store.ledger.canaries[0].entries.map(({ promotedTemplate }) => promotedTemplate !== undefined)).toEqual([true, false]);
});

it('puts no command to a decision that has answered it, however long the list is old', async () => {
  commands = ['c1', 'c2'].map((id) => ({ id, type: 'pause', rolloutId: null, revision: null, gate: null, by: 'ann', why: '', at: 1 }));
  const situation = await look();
  expect(situation.commands.map(({ id }) => id)).toEqual(['c1', 'c2']);
  await parts.record(lease(), situation, [], decision(situation, { answers: [{ commandId: 'c1', outcome: 'done', message: '' }] }));
  expect((await look()).commands.map(({ id }) => id)).toEqual(['c2']);
});

it('is no stranger to its own status, holds for a foreign one, and takes it over when a person says so', async () => {
  let situation = await look();
  await parts.record(lease(), situation, [], decision(situation));
  situation = await look();
  await parts.report(situation, { actions: [], confirmed: true, waiting: null }, lease());
  const status = () => stage.get('flagger.app/canaries', 'podinfo')!;
  expect(status().status).toMatchObject({ phase: 'Initializing' });
  const memory = { state: situation.state, confirmedAt: null, polledAt: null };
  expect((await parts.observe('changed', memory, lease()))!.canary.drivenByAnother).toBeNull();
  stage.cluster.store.update(
    'flagger.app/canaries',
    { ...status(), status: { ...status().status, phase: 'Progressing' } },
    { subresource: 'status' },
  );
  await stage.cluster.seen('flagger.app/canaries', 'test', 'podinfo');
  const driven = await parts.observe('changed', memory, lease());
  expect(driven!.canary).toMatchObject({
    drivenByAnother: expect.stringContaining('status.phase'),
    importedStatus: { phase: 'Progressing' },
  });
  await parts.record(lease(), { ...driven!, outcomes: [] }, [], decision({ ...driven!, outcomes: [] }, { kind: 'import' }));
  expect((await parts.observe('changed', memory, lease()))!.canary.drivenByAnother).toBeNull();
});

it('says that another engine was faster', async () => {
  const situation = await look();
  await parts.record(lease(), situation, [], decision(situation));
  expect(await parts.record(lease(), situation, [], decision(situation))).toBe(false);
  expect(await parts.confirm(lease(), 7, 1, null)).toBe(false);
  expect(await parts.confirm(lease(), 1, 1, null)).toBe(true);
});

it('shows where a Canary stands as soon as its shard is ours, before anything is decided about it', async () => {
  const situation = await look();
  await parts.record(lease(), situation, [], decision(situation, {}, { phase: 'Failed' }));
  parts.leave();
  const figures = async () => (await metrics.registry.metrics()).split('\n').filter((line) => /^flagger_canary_(status|weight)/.test(line));
  expect(await figures()).toEqual([]);
  await parts.load();
  expect(await figures()).toEqual([
    'flagger_canary_status{name="podinfo",namespace="test"} 2',
    'flagger_canary_weight{workload="podinfo",namespace="test"} 0',
    'flagger_canary_weight{workload="podinfo-primary",namespace="test"} 100',
  ]);
  parts.leave();
  expect(await figures()).toEqual([]);
});

describe('the end of a Canary', () => {
  const figures = async () => (await metrics.registry.metrics()).includes('workload="podinfo"');

  beforeEach(async () => {
    const situation = await look();
    await parts.record(lease(), situation, [], decision(situation));
    expect(await figures()).toBe(true);
  });

  it('takes it out of the ledger’s lists and out of the metrics', async () => {
    await stage.cluster.remove('flagger.app/canaries', 'test', 'podinfo');
    await parts.forget(lease());
    expect([store.ledger.canaries[0].gone, gone, await figures()]).toEqual([true, 1, false]);
  });

  it('leaves the ledger alone when another Canary has the name by now', async () => {
    const again = structuredClone(stage.get('flagger.app/canaries', 'podinfo')!);
    await stage.cluster.remove('flagger.app/canaries', 'test', 'podinfo');
    await stage.cluster.put('flagger.app/canaries', { ...again, metadata: { name: 'podinfo', namespace: 'test' } });
    expect(await parts.observe('changed', { state: null, confirmedAt: null, polledAt: null }, lease())).toBeNull();
    await parts.forget(lease());
    expect([store.ledger.canaries[0].gone, gone]).toEqual([false, 1]);
  });

  it('is not meant when the shard only goes elsewhere: its figures do', async () => {
    parts.leave();
    expect([store.ledger.canaries[0].gone, gone, await figures()]).toEqual([false, 0, false]);
  });

  it('belongs to the shard of its uid', () => {
    expect(lease()).toMatchObject({ shard: shardOf(stage.uid), engineId: 'one' });
  });
});
