import type { KubeObject } from '@aviary/provider-contract';
import type { RolloutProgress } from '../decision/RolloutState';
import { FENCE_ANNOTATION } from '../kubernetes';
import { observeFences } from './observeFences';
import { aTarget, CanaryStage } from './testing/CanaryStage';

const SPLITS = 'split.smi-spec.io/trafficsplits';
const HOME = { primary: 100, canary: 0, mirror: false };

let stage: CanaryStage;

/** What the engine sees of a Canary right after its initialisation. */
async function initialised(spec: Record<string, unknown> = {}): Promise<void> {
  stage = await CanaryStage.set(spec);
  stage.decide({ routes: HOME, primary: { revision: stage.revision(), configs: {}, podId: 'pod-1' } });
  for (const object of ['canaryService', 'primaryService', 'apexService'] as const) await stage.act({ type: 'ensure', object });
  await stage.act({ type: 'createPrimary', revision: stage.revision(), podId: 'pod-1' });
  await stage.act({ type: 'setRoutes', routes: HOME });
}

async function change(resource: string, name: string, edit: (object: KubeObject) => void): Promise<void> {
  const object = structuredClone(stage.get(resource, name)!);
  edit(object);
  await stage.cluster.put(resource, object);
}

const look = async () => (await stage.look()).situation;

afterEach(() => stage?.close());

describe('objects', () => {
  it('are absent before, matching after, differing when somebody changed them', async () => {
    stage = await CanaryStage.set();
    expect((await look()).objects).toEqual({
      apexService: { state: 'absent' },
      primaryService: { state: 'absent' },
      canaryService: { state: 'absent' },
      primaryScaler: { state: 'unwanted' },
      finalizer: { state: 'absent' },
    });
    await stage.close();
    await initialised();
    expect((await look()).objects).toMatchObject({
      apexService: { state: 'matching' },
      primaryService: { state: 'matching' },
      canaryService: { state: 'matching' },
    });
    await change('/services', 'podinfo-canary', ({ spec }) => (spec.selector = { app: 'other' }));
    expect((await look()).objects).toMatchObject({ canaryService: { state: 'differs' }, primaryService: { state: 'matching' } });
  });

  it('of somebody else are foreign, and name the owner; the apex service is adoptable whoever applied it', async () => {
    await initialised();
    const owner = { apiVersion: 'v1', kind: 'Release', name: 'chart', uid: 'uid-x', controller: true };
    for (const name of ['podinfo', 'podinfo-primary'])
      await change('/services', name, ({ metadata }) => (metadata.ownerReferences = [owner]));
    expect((await look()).objects).toMatchObject({
      primaryService: { state: 'foreign', owner: 'Release chart' },
      apexService: { state: 'matching' },
    });
  });

  it('cannot be compared without a selector label, which is a problem of its own', async () => {
    const target = aTarget();
    target.spec.template.metadata.labels = { tier: 'web' };
    target.spec.selector.matchLabels = { tier: 'web' };
    stage = await CanaryStage.set({}, target);
    const { problems, objects } = await look();
    expect(problems).toEqual([expect.objectContaining({ field: 'spec.targetRef', kind: 'misconfigured' })]);
    expect(objects.canaryService).toEqual({ state: 'absent' });
  });
});

describe('routes', () => {
  it('are absent, then seen and intact', async () => {
    stage = await CanaryStage.set();
    expect((await look()).routes).toEqual({ state: 'absent' });
    await stage.close();
    await initialised();
    expect((await look()).routes).toEqual({ state: 'seen', routes: HOME, intact: true, fence: '3.1', by: null });
  });

  it('with other weights are no less intact; with other backends they are', async () => {
    await initialised();
    await change(SPLITS, 'podinfo', ({ spec }) => {
      for (const backend of spec.backends) backend.weight = backend.service === 'podinfo-canary' ? 30 : 70;
    });
    expect((await look()).routes).toMatchObject({ routes: { primary: 70, canary: 30 }, intact: true });
    await change(SPLITS, 'podinfo', ({ spec }) => (spec.service = 'elsewhere'));
    expect((await look()).routes).toMatchObject({ intact: false });
  });

  it('of an unknown router cannot be read, and the known routers are named', async () => {
    stage = await CanaryStage.set({ provider: 'osm' });
    const { routes, problems, abilities } = await look();
    expect(routes.state).toBe('unreadable');
    expect(problems).toEqual([expect.objectContaining({ field: 'spec.provider', message: expect.stringContaining('linkerd') })]);
    expect(abilities.weights).toBe(false);
  });

  it('whose kind the cluster does not serve are a problem that says what to install', async () => {
    stage = await CanaryStage.set();
    stage.cluster.store.delete('apiextensions.k8s.io/customresourcedefinitions', undefined, 'trafficsplits.split.smi-spec.io');
    const { problems } = await look();
    expect(problems).toEqual([
      expect.objectContaining({ kind: 'unavailable', message: expect.stringMatching(/^router linkerd needs TrafficSplit, but .*install/) }),
    ]);
  });
});

describe('checks', () => {
  const analysis = { interval: '10s', threshold: 3, stepWeight: 10, metrics: [{ name: 'queue', templateRef: { name: 'lag' } }] };

  it('that cannot be asked are a problem while nothing runs, and a matter of the look once something does', async () => {
    stage = await CanaryStage.set({ analysis });
    const missing = expect.objectContaining({ message: expect.stringContaining('MetricTemplate test/lag does not exist') });
    expect((await look()).problems).toEqual([missing]);
    stage.decide({}, { rollout: { endedAt: null } as RolloutProgress });
    const { problems, checks } = await look();
    expect(problems).toEqual([]);
    expect(checks).toEqual([expect.objectContaining({ name: 'queue', query: null, error: missing })]);
  });
});

describe('drift', () => {
  beforeEach(async () => {
    await initialised();
    stage.confirmedAt = stage.cluster.clock.now();
  });

  /** As a person or a tool would, by its name. */
  async function edit(path: string, patch: Record<string, unknown>): Promise<void> {
    stage.cluster.clock.advance(60_000);
    const answer = await stage.cluster.client.request({
      method: 'PATCH',
      path,
      query: { fieldManager: 'kubectl-edit' },
      headers: { 'content-type': 'application/merge-patch+json' },
      body: JSON.stringify(patch),
    });
    expect(answer.status).toBe(200);
    await stage.cluster.seen('/services', 'test', 'podinfo-canary');
    await stage.cluster.seen(SPLITS, 'test', 'podinfo');
  }

  it('names who changed a service', async () => {
    await edit('/api/v1/namespaces/test/services/podinfo-canary', { spec: { selector: { app: 'other' } } });
    expect((await look()).objects.canaryService).toEqual({ state: 'differs', by: 'kubectl-edit' });
  });

  it('names who changed the routes', async () => {
    const { apiVersion, spec } = stage.get(SPLITS, 'podinfo')!;
    const backends = spec.backends.map((backend: object) => ({ ...backend, weight: 50 }));
    await edit(`/apis/${apiVersion}/namespaces/test/trafficsplits/podinfo`, { spec: { backends } });
    expect((await look()).routes).toMatchObject({ routes: { canary: 50 }, intact: true, by: 'kubectl-edit' });
  });

  it('is nobody’s when the Canary itself wants something else now', async () => {
    await change('flagger.app/canaries', 'podinfo', ({ spec }) => (spec.service.port = 8080));
    expect((await look()).objects.canaryService).toEqual({ state: 'differs', by: null });
  });

  it('costs no request while all is right', async () => {
    await look();
    const before = stage.cluster.server.requests.total;
    await look();
    expect(stage.cluster.server.requests.total).toBe(before);
  });
});

describe('workloads', () => {
  it('absent ones say so', async () => {
    stage = await CanaryStage.set();
    expect((await look()).primary).toMatchObject({ present: false, revision: null, ready: false, replicas: 0 });
  });

  it('tell generation, replicas and readiness in Flagger’s words', async () => {
    stage = await CanaryStage.set();
    expect((await look()).target).toMatchObject({
      present: true,
      revision: stage.revision(),
      replicas: 2,
      ready: true,
      notReadyReason: '',
    });
    await change('apps/deployments', 'podinfo', (target) => (target.status = { ...target.status, updatedReplicas: 1 }));
    expect((await look()).target).toMatchObject({
      ready: false,
      updated: 1,
      notReadyReason: expect.stringContaining('1 out of 2 new replicas have been updated'),
    });
  });

  it('that were just written are not ready by the status from before', async () => {
    await initialised();
    await change('apps/deployments', 'podinfo-primary', (primary) => {
      primary.status = { observedGeneration: 1, replicas: 2, updatedReplicas: 2, availableReplicas: 2 };
    });
    expect((await look()).primary.ready).toBe(true);
    await stage.deploy('6.0.1');
    stage.cluster.server.faults.stallWatches(true);
    stage.decide({ primary: { revision: stage.revision(), configs: {}, podId: 'pod-2' } });
    await stage.act({ type: 'promote', revision: stage.revision(), podId: 'pod-2' });
    expect((await look()).primary).toMatchObject({
      podId: 'pod-2',
      ready: false,
      notReadyReason: expect.stringContaining('generation less than desired generation'),
    });
  });

  it.each([
    [['ghcr.io/stefanprodan/podinfo:6.0.1'], '6.0.1'],
    [['registry.local:5000/podinfo'], 'latest'],
    [['registry.local:5000/podinfo:1.2', 'envoy:v1.30'], '1.2, v1.30'],
    [['podinfo:1.2', 'sidecar:1.2'], '1.2'],
    [['podinfo@sha256:0123456789abcdef'], 'sha256:0123456789ab'],
    [['podinfo:1.2@sha256:0123456789abcdef'], '1.2'],
  ])('with images %j are version %s to people', async (images, version) => {
    const target = aTarget();
    target.spec.template.spec.containers = images.map((image, i) => ({ name: `c${i}`, image }));
    stage = await CanaryStage.set({}, target);
    expect((await look()).target.version).toBe(version);
  });

  it('that Flagger made count as promoted from the target when they are just that', async () => {
    await initialised();
    await change('apps/deployments', 'podinfo-primary', ({ metadata }) => {
      delete metadata.annotations!['aviary.dev/revision'];
    });
    expect((await look()).primary.revision).toBe(stage.revision());
    const promoted = stage.revision();
    await stage.deploy('6.0.1');
    expect((await look()).primary.revision).not.toBe(stage.revision());
    expect((await look()).primary.revision).not.toBe(promoted);
  });

  it('have as many endpoints as their slices have ready pods', async () => {
    await initialised();
    await stage.setEndpoints({ primary: 2, canary: 1 });
    expect((await look()).endpoints).toEqual({ primary: 2, canary: 1 });
  });
});

describe('fences', () => {
  const object = (fence?: string): KubeObject => ({
    apiVersion: 'v1',
    kind: 'X',
    metadata: { name: 'x', ...(fence === undefined ? {} : { annotations: { [FENCE_ANNOTATION]: fence } }) },
  });

  it.each([
    ['none', [undefined], { sequence: 5, adoptedFences: [] }, []],
    ['our own', ['3.5', '3.4'], { sequence: 5, adoptedFences: [] }, []],
    ['of an earlier epoch', ['2.5'], { sequence: 5, adoptedFences: [] }, []],
    ['of a later epoch', ['4.1'], { sequence: 5, adoptedFences: [] }, ['4.1']],
    ['of a decision that we have not made', ['3.6', '3.6'], { sequence: 5, adoptedFences: [] }, ['3.6']],
    ['of an earlier epoch and a later decision: restored, then taken over', ['2.40'], { sequence: 5, adoptedFences: [] }, ['2.40']],
    ['that somebody adopted', ['9.40', '9.39'], { sequence: 5, adoptedFences: ['9.40'] }, ['9.39']],
    ['before our first decision', ['9.40'], null, ['9.40']],
    ['nonsense', ['abc'], { sequence: 5, adoptedFences: [] }, []],
  ])('%s', (_, fences, state, ahead) => {
    const [primary, ...routes] = fences.map(object);
    expect(observeFences({ primary, routes }, state, 3)).toEqual(ahead);
  });
});
