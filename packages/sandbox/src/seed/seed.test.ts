import { MemoryObjectStore } from '../apiserver/MemoryObjectStore';
import { ManualClock } from '../ManualClock';
import { startWorkloads } from '../workloads/startWorkloads';
import { installDefinitions, seedCluster } from './seedCluster';
import { startReleases } from './startReleases';
import { withRelease, withTag } from './withRelease';

describe('the seed', () => {
  let clock: ManualClock;
  let store: MemoryObjectStore;

  beforeEach(() => {
    clock = new ManualClock();
    store = new MemoryObjectStore({ clock });
    installDefinitions(store);
    seedCluster(store);
  });

  afterEach(() => store.close());

  const image = (namespace: string, name: string) => store.get('apps/deployments', namespace, name)?.spec.template.spec.containers[0].image;

  function setPhase(namespace: string, name: string, phase: string): void {
    const canary = store.get('flagger.app/canaries', namespace, name)!;
    const before = { canaryWeight: 0, failedChecks: 0, iterations: 0, lastTransitionTime: '2024-01-01T00:00:00Z' };
    store.update('flagger.app/canaries', { ...canary, status: { ...before, phase } }, { subresource: 'status' });
  }

  it('holds the services and a Canary for each, none of whose fields the schema drops', () => {
    const canaries = store.list('flagger.app/canaries').map(({ metadata }) => `${metadata.namespace}/${metadata.name}`);
    expect(canaries).toEqual([
      'accounts/profile',
      'faces/face',
      'payments/ledger',
      'search/suggest',
      'shop/checkout',
      'shop/recommendations',
      'test/podinfo',
    ]);
    expect(store.get('flagger.app/canaries', 'test', 'podinfo')?.spec).toMatchObject({
      autoscalerRef: { apiVersion: 'autoscaling/v2beta1', kind: 'HorizontalPodAutoscaler', name: 'podinfo' },
      canaryAnalysis: {
        interval: '30s',
        stepWeight: 5,
        metrics: [{ name: 'request-success-rate', threshold: 99, interval: '1m' }, { threshold: 500 }],
        webhooks: [{ metadata: { type: 'bash' } }, { metadata: { cmd: 'hey -z 2m -q 10 -c 2 http://podinfo-canary.test:9898/' } }],
      },
    });
    expect(store.get('/services', 'faces', 'face')?.spec.selector).toEqual({ service: 'face' });
  });

  it('leaves a sandbox alone that was filled before', () => {
    store.delete('apps/deployments', 'shop', 'checkout');
    seedCluster(store);
    expect(image('shop', 'checkout')).toBeUndefined();
  });

  it('makes every seeded Deployment available', () => {
    const workloads = startWorkloads(store, clock);
    clock.advance(10_000);
    for (const deployment of store.list('apps/deployments'))
      expect(deployment.status).toMatchObject({ availableReplicas: deployment.spec.replicas });
    workloads.close();
  });

  it('makes each first release once, some seconds after its Canary is initialised', () => {
    const first = startReleases(store, clock);
    clock.advance(60_000);
    expect(image('shop', 'recommendations')).toBe('registry.example/recommendations:1.8.2');
    setPhase('shop', 'recommendations', 'Initialized');
    clock.advance(5000);
    expect(image('shop', 'recommendations')).toBe('registry.example/recommendations:1.9.0');
    expect(store.get('apps/deployments', 'shop', 'recommendations')?.spec.template.metadata.annotations).toEqual({
      'sandbox.aviary.dev/errors': '30%',
      'sandbox.aviary.dev/latency': '250ms',
    });
    first.close();

    const deployment = JSON.parse(JSON.stringify(store.get('apps/deployments', 'shop', 'recommendations')));
    deployment.spec.template.spec.containers[0].image = 'registry.example/recommendations:2.0.0';
    store.update('apps/deployments', deployment);
    const second = startReleases(store, clock);
    clock.advance(60_000);
    expect(image('shop', 'recommendations')).toBe('registry.example/recommendations:2.0.0');
    second.close();
  });

  it.each([
    ['no targetRef', (spec: any) => delete spec.targetRef, /spec\.targetRef/],
    ['neither analysis nor canaryAnalysis', (spec: any) => delete spec.analysis, /spec.*anyOf/],
    ['stepWeight beside stepWeights', (spec: any) => (spec.analysis.stepWeight = 10), /spec\.analysis/],
    ['an interval in hours', (spec: any) => (spec.analysis.interval = '1h'), /spec\.analysis\.interval/],
    ['a provider that is no id', (spec: any) => (spec.provider = 'Carrier Pigeon'), /spec\.provider/],
    ['an unknown policy', (spec: any) => (spec.analysis.metrics[0].onNoData = { action: 'pray' }), /onNoData/],
  ])('refuses a Canary with %s', (_, spoil, message) => {
    const canary = JSON.parse(JSON.stringify(store.get('flagger.app/canaries', 'shop', 'checkout')));
    spoil(canary.spec);
    expect(() => store.update('flagger.app/canaries', canary)).toThrow(message);
  });

  it("keeps the policies that a metric may have beyond Flagger's fields", () => {
    const canary = JSON.parse(JSON.stringify(store.get('flagger.app/canaries', 'shop', 'checkout')));
    canary.spec.analysis.metrics[0].onError = { action: 'rollback', limit: 4 };
    canary.spec.analysis.nonsense = true;
    const { metrics, nonsense } = store.update('flagger.app/canaries', canary).spec.analysis;
    expect(metrics[0].onError).toEqual({ action: 'rollback', limit: 4 });
    expect(nonsense).toBeUndefined();
  });
});

describe('withRelease', () => {
  it("changes the first container's tag, sets the wanted faults and ends the others", () => {
    const deployment = {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'podinfo' },
      spec: {
        template: {
          spec: {
            containers: [
              { name: 'a', image: 'host:5000/podinfo:1' },
              { name: 'b', image: 'sidecar:1' },
            ],
          },
        },
      },
    };
    expect(withRelease(deployment, { tag: '2', faults: { errors: '20%' } }).spec.template).toEqual({
      metadata: {
        annotations: {
          'sandbox.aviary.dev/ready-after': null,
          'sandbox.aviary.dev/never-ready': null,
          'sandbox.aviary.dev/crash-after': null,
          'sandbox.aviary.dev/stop-after': null,
          'sandbox.aviary.dev/errors': '20%',
          'sandbox.aviary.dev/latency': null,
        },
      },
      spec: {
        containers: [{ name: 'a', image: 'host:5000/podinfo:2' }],
      },
    });
  });

  it.each([
    ['podinfo', 'podinfo:2'],
    ['podinfo:1', 'podinfo:2'],
    ['host:5000/a/podinfo', 'host:5000/a/podinfo:2'],
    ['podinfo:1@sha256:abc', 'podinfo:2'],
  ])('retags %s as %s', (before, after) => expect(withTag(before, '2')).toBe(after));
});
