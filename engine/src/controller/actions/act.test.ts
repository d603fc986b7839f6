import type { KubeObject } from '@aviary/provider-contract';
import type { ActionOutcome } from '../../decision/Situation';
import { FENCE_ANNOTATION, resourceTypes } from '../../kubernetes';
import { CanaryStage } from '../testing/CanaryStage';
import { act } from './act';
import { fenceObjects } from './fenceObjects';

const SPLITS = 'split.smi-spec.io/trafficsplits';
const HOME = { primary: 100, canary: 0, mirror: false };
const TEN = { primary: 90, canary: 10, mirror: false };

let stage: CanaryStage;

afterEach(() => stage.close());

async function ready(spec: Record<string, unknown> = {}): Promise<void> {
  stage = await CanaryStage.set(spec);
  stage.decide({ routes: HOME, primary: { revision: stage.revision(), configs: {}, podId: 'pod-1' } });
}

/** With everything that a Canary has after its initialisation. */
async function initialised(spec: Record<string, unknown> = {}): Promise<void> {
  await ready(spec);
  for (const object of ['canaryService', 'primaryService', 'apexService'] as const) await stage.act({ type: 'ensure', object });
  await stage.act({ type: 'createPrimary', revision: stage.revision(), podId: 'pod-1' });
  await stage.setEndpoints({ primary: 2, canary: 2 });
  await stage.act({ type: 'setRoutes', routes: HOME });
}

const fenceOf = (object: KubeObject | undefined) => object?.metadata.annotations?.[FENCE_ANNOTATION];
const weights = () =>
  Object.fromEntries(
    (stage.get(SPLITS, 'podinfo')?.spec.backends as { service: string; weight: unknown }[]).map(({ service, weight }) => [
      service,
      Number(weight),
    ]),
  );

describe('ensure', () => {
  it('makes the three services, and writes nothing when they are right', async () => {
    await ready();
    for (const object of ['canaryService', 'primaryService', 'apexService'] as const) await stage.act({ type: 'ensure', object });
    expect(stage.get('/services', 'podinfo-canary')!.spec.selector).toEqual({ app: 'podinfo' });
    expect(stage.get('/services', 'podinfo-primary')!.spec.selector).toEqual({ app: 'podinfo-primary' });
    expect(stage.get('/services', 'podinfo')!.spec.selector).toEqual({ app: 'podinfo-primary' });
    const written = stage.cluster.writes().length;
    for (const object of ['canaryService', 'primaryService', 'apexService'] as const) await stage.act({ type: 'ensure', object });
    expect(stage.cluster.writes()).toHaveLength(written);
  });

  it('sets a changed service right, and keeps what others wrote into it', async () => {
    await initialised();
    const service = structuredClone(stage.get('/services', 'podinfo-primary')!);
    service.spec.selector = { app: 'somebody' };
    service.spec.sessionAffinity = 'ClientIP';
    await stage.cluster.put('/services', service);
    await stage.act({ type: 'ensure', object: 'primaryService' });
    expect(stage.get('/services', 'podinfo-primary')!.spec).toMatchObject({
      selector: { app: 'podinfo-primary' },
      sessionAffinity: 'ClientIP',
    });
  });

  it('makes the autoscaler of the primary from that of the target, and says when that is missing', async () => {
    await ready({ autoscalerRef: { apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler', name: 'podinfo' } });
    await expect(stage.act({ type: 'ensure', object: 'primaryScaler' })).rejects.toMatchObject({
      kind: 'misconfigured',
      message: 'HorizontalPodAutoscaler podinfo.test get query error: it does not exist',
    });
    await stage.cluster.put('autoscaling/horizontalpodautoscalers', {
      apiVersion: 'autoscaling/v2',
      kind: 'HorizontalPodAutoscaler',
      metadata: { name: 'podinfo', namespace: 'test' },
      spec: { scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'podinfo' }, minReplicas: 2, maxReplicas: 4 },
    });
    await stage.act({ type: 'ensure', object: 'primaryScaler' });
    expect(stage.get('autoscaling/horizontalpodautoscalers', 'podinfo-primary')!.spec).toMatchObject({
      scaleTargetRef: { name: 'podinfo-primary' },
      minReplicas: 2,
      maxReplicas: 4,
    });
  });

  it('leaves it to the next look when somebody was faster', async () => {
    await ready();
    const context = await stage.context();
    await stage.act({ type: 'ensure', object: 'canaryService' });
    await expect(act({ type: 'ensure', object: 'canaryService', key: 'k', direction: 'forward' }, context)).rejects.toMatchObject({
      result: 'failed',
      kind: 'conflict',
    });
    await stage.act({ type: 'ensure', object: 'canaryService' });
  });
});

describe('setRoutes', () => {
  it('writes weights and fence in one request, and nothing when they are so already', async () => {
    await initialised();
    stage.decide({ routes: TEN });
    const before = stage.cluster.writes().length;
    await stage.act({ type: 'setRoutes', routes: TEN });
    expect(stage.cluster.writes().slice(before)).toEqual([expect.stringMatching(/^PUT .*\/trafficsplits\/podinfo$/)]);
    expect(weights()).toEqual({ 'podinfo-canary': 10, 'podinfo-primary': 90 });
    expect(fenceOf(stage.get(SPLITS, 'podinfo'))).toBe('3.2');
    stage.decide({ routes: TEN });
    await stage.act({ type: 'setRoutes', routes: TEN });
    expect(stage.cluster.writes()).toHaveLength(before + 1);
  });

  it.each([
    ['the canary', { primary: 2, canary: 0 }, TEN, 'the canary has no ready endpoints'],
    ['the primary', { primary: 0, canary: 2 }, HOME, 'the primary has no ready endpoints'],
  ])('sends nothing to %s while it has no ready endpoints (G1)', async (_, endpoints, routes, why) => {
    await initialised();
    await stage.setEndpoints(endpoints);
    const before = stage.get(SPLITS, 'podinfo')!.metadata.resourceVersion;
    await expect(stage.act({ type: 'setRoutes', routes })).rejects.toMatchObject({ kind: 'conflict', message: why });
    expect(stage.get(SPLITS, 'podinfo')!.metadata.resourceVersion).toBe(before);
  });

  it('does not write over what changed since it looked', async () => {
    await initialised();
    const context = await stage.context();
    const split = structuredClone(stage.get(SPLITS, 'podinfo')!);
    split.metadata.labels = { touched: 'yes' };
    stage.cluster.store.update(SPLITS, split);
    const action = { type: 'setRoutes' as const, routes: TEN, key: 'k', direction: 'forward' as const };
    await expect(act(action, context)).rejects.toMatchObject({ result: 'failed', kind: 'conflict' });
    expect(weights()).toEqual({ 'podinfo-canary': 0, 'podinfo-primary': 100 });
  });

  it('never writes over a newer decision, unless a person adopted it', async () => {
    await initialised();
    stage.epoch = 9;
    stage.decide({ routes: HOME }, { sequence: 40 });
    await fenceObjects(await stage.context());
    stage.epoch = 4;
    stage.decide({ routes: TEN }, { sequence: 12 });
    await expect(stage.act({ type: 'setRoutes', routes: TEN })).rejects.toMatchObject({
      result: 'superseded',
      message: 'TrafficSplit podinfo was written by a newer decision (9.40) than this one (4.12)',
    });
    expect((await stage.look()).situation.fencesAhead).toEqual(['9.40']);
    stage.decide({ routes: TEN }, { adoptedFences: ['9.40'] });
    await stage.act({ type: 'setRoutes', routes: TEN });
    expect([weights()['podinfo-canary'], fenceOf(stage.get(SPLITS, 'podinfo'))]).toEqual([10, '4.13']);
    expect((await stage.look()).situation.fencesAhead).toEqual([]);
  });
});

describe('the fence of a takeover', () => {
  it('marks routes and primary, once', async () => {
    await initialised();
    const generation = stage.get('apps/deployments', 'podinfo-primary')!.metadata.generation;
    stage.epoch = 4;
    await fenceObjects(await stage.context());
    expect([fenceOf(stage.get(SPLITS, 'podinfo')), fenceOf(stage.get('apps/deployments', 'podinfo-primary'))]).toEqual(['4.1', '4.1']);
    // Pods must not start anew for it.
    expect(stage.get('apps/deployments', 'podinfo-primary')!.metadata.generation).toBe(generation);
    const written = stage.cluster.writes().length;
    await fenceObjects(await stage.context());
    expect(stage.cluster.writes()).toHaveLength(written);
  });

  it('marks the primary where the router has no route objects', async () => {
    await initialised({ provider: 'kubernetes' });
    stage.epoch = 4;
    await fenceObjects(await stage.context());
    expect(fenceOf(stage.get('apps/deployments', 'podinfo-primary'))).toBe('4.1');
  });

  it('makes writes fail that the engine before had begun', async () => {
    await initialised();
    const before = await stage.context();
    stage.epoch = 4;
    await fenceObjects(await stage.context());
    const late = { type: 'setRoutes' as const, routes: TEN, key: 'k', direction: 'forward' as const };
    await expect(act(late, before)).rejects.toMatchObject({ kind: 'conflict' });
    stage.epoch = 3;
    await expect(stage.act({ type: 'setRoutes', routes: TEN })).rejects.toMatchObject({ result: 'superseded' });
  });
});

describe('scaling the canary', () => {
  const replicas = () => stage.get('apps/deployments', 'podinfo')!.spec.replicas;

  it('down to zero only when nothing is sent to it and the primary can serve (G2)', async () => {
    await initialised();
    stage.decide({ routes: TEN });
    await stage.act({ type: 'setRoutes', routes: TEN });
    await expect(stage.act({ type: 'scaleToZero' })).rejects.toMatchObject({
      kind: 'conflict',
      message: 'routes without traffic to the canary are not confirmed',
    });
    await stage.act({ type: 'setRoutes', routes: HOME });
    await stage.setEndpoints({ primary: 0, canary: 2 });
    await expect(stage.act({ type: 'scaleToZero' })).rejects.toMatchObject({ message: 'the primary has no ready endpoints' });
    expect(replicas()).toBe(2);
    await stage.setEndpoints({ primary: 2, canary: 2 });
    await stage.act({ type: 'scaleToZero' });
    expect(replicas()).toBe(0);
  });

  it('up only from zero, to as many as the primary has (G4)', async () => {
    await initialised();
    await expect(stage.act({ type: 'scaleUp' })).rejects.toMatchObject({
      result: 'superseded',
      message: 'the target already has replicas',
    });
    await stage.act({ type: 'scaleToZero' });
    await stage.act({ type: 'scaleUp' });
    expect(replicas()).toBe(stage.get('apps/deployments', 'podinfo-primary')!.spec.replicas);
  });
});

describe('handing everything back', () => {
  it('adds the finalizer, restores apex service and routes, and takes the finalizer off', async () => {
    await initialised();
    const service = { name: 'podinfo', namespace: 'test', labels: { app: 'podinfo' } };
    await stage.cluster.remove('/services', 'test', 'podinfo');
    await stage.cluster.put('/services', {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: service,
      spec: { selector: { app: 'podinfo' }, ports: [{ name: 'http', port: 9898, targetPort: 9898 }] },
    });
    await stage.act({ type: 'ensure', object: 'apexService' });
    await stage.act({ type: 'addFinalizer' });
    expect(stage.get('flagger.app/canaries', 'podinfo')!.metadata.finalizers).toEqual(['finalizer.flagger.app']);
    expect((await stage.look()).situation.objects.finalizer.state).toBe('matching');
    await stage.act({ type: 'restore', object: 'apexService' });
    expect(stage.get('/services', 'podinfo')!.spec.selector).toEqual({ app: 'podinfo' });
    await stage.act({ type: 'restore', object: 'routes' });
    await stage.act({ type: 'removeFinalizer' });
    expect(stage.get('flagger.app/canaries', 'podinfo')!.metadata.finalizers ?? []).toEqual([]);
  });
});

describe('what the API server answers', () => {
  it.each<[number, number | undefined, ActionOutcome['kind']]>([
    [409, undefined, 'conflict'],
    [404, undefined, 'conflict'],
    [410, undefined, 'conflict'],
    [401, undefined, 'unauthorized'],
    [403, undefined, 'unauthorized'],
    [400, undefined, 'refused'],
    [422, undefined, 'refused'],
    [429, 7, 'unavailable'],
    [500, undefined, 'unavailable'],
    [503, undefined, 'unavailable'],
  ])('%i (Retry-After %s) is %s', async (status, retryAfter, kind) => {
    await initialised();
    stage.cluster.server.faults.failNext({ method: 'PUT', status, ...(retryAfter === undefined ? {} : { retryAfter }) });
    await expect(stage.act({ type: 'setRoutes', routes: TEN })).rejects.toMatchObject({
      name: 'ActionFailure',
      result: 'failed',
      kind,
      retryAfter: retryAfter === undefined ? undefined : retryAfter * 1_000,
      message: expect.stringMatching(/update trafficsplits.*podinfo/i),
    });
    expect(weights()['podinfo-canary']).toBe(0);
    await stage.act({ type: 'setRoutes', routes: TEN });
    expect(weights()['podinfo-canary']).toBe(10);
  });

  it('is not asked when the lease is about to end', async () => {
    await initialised();
    stage.mayWrite = false;
    const written = stage.cluster.writes().length;
    await expect(stage.act({ type: 'setRoutes', routes: TEN })).rejects.toMatchObject({
      kind: 'conflict',
      message: /lease is about to end/,
    });
    expect(stage.cluster.writes()).toHaveLength(written);
  });

  it('is in the cache before the action is over', async () => {
    await initialised();
    stage.cluster.server.faults.stallWatches(true);
    await stage.act({ type: 'setRoutes', routes: TEN });
    const { routes } = (await stage.look()).situation;
    expect(routes).toMatchObject({ state: 'seen', routes: TEN });
    stage.cluster.server.faults.stallWatches(false);
  });

  it('removes only what was seen', async () => {
    await initialised();
    const { writer } = await stage.context();
    const service = stage.cluster.view.get('services', 'test', 'podinfo-canary')!;
    const touched = { ...service, metadata: { ...service.metadata, labels: { touched: 'yes' } } };
    stage.cluster.store.update('/services', touched as never);
    await expect(writer.remove(resourceTypes.service, service)).rejects.toMatchObject({ kind: 'conflict' });
    const now = await stage.cluster.seen('/services', 'test', 'podinfo-canary');
    await writer.remove(resourceTypes.service, now);
    expect(stage.cluster.view.get('services', 'test', 'podinfo-canary')).toBeUndefined();
  });
});

test('KEDA is refused in words', async () => {
  await ready();
  await expect(stage.act({ type: 'pauseScaler' })).rejects.toMatchObject({ kind: 'misconfigured' });
});
