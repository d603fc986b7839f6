import type { MemoryObjectStore } from '../apiserver/MemoryObjectStore';
import type { KubeObject } from '../apiserver/ObjectStore';
import type { ManualClock } from '../ManualClock';
import { startWorkloads } from './startWorkloads';
import { startManualWorkloads } from './testing/startManualWorkloads';

describe('workloads', () => {
  let clock: ManualClock;
  let store: MemoryObjectStore;
  let workloads: { close(): void };

  beforeEach(() => {
    ({ clock, store, workloads } = startManualWorkloads());
  });

  afterEach(() => {
    workloads.close();
    store.close();
  });

  function deploy(annotations: Record<string, string> = {}, spec: object = {}): void {
    store.create('apps/deployments', {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'podinfo', namespace: 'test' },
      spec: {
        replicas: 4,
        selector: { matchLabels: { app: 'podinfo' } },
        template: {
          metadata: { labels: { app: 'podinfo' }, annotations },
          spec: { containers: [{ name: 'podinfod', image: 'podinfo:1', ports: [{ name: 'http', containerPort: 9898 }] }] },
        },
        ...spec,
      },
    });
  }

  function change(edit: (deployment: any) => void): void {
    const deployment = JSON.parse(JSON.stringify(deployed()));
    edit(deployment);
    store.update('apps/deployments', deployment);
  }

  const deployed = () => store.get('apps/deployments', 'test', 'podinfo') as KubeObject;
  const pods = () => store.list('/pods', 'test');
  const images = () => pods().map((pod) => pod.spec.containers[0].image);
  const progressing = () => deployed().status.conditions.find((condition: any) => condition.type === 'Progressing');
  const available = () => deployed().status.conditions.find((condition: any) => condition.type === 'Available');

  it('brings a Deployment up through a ReplicaSet to ready pods in about two seconds', () => {
    deploy();
    clock.advance(1);
    expect(store.list('apps/replicasets', 'test')).toHaveLength(1);
    expect(pods().map((pod) => [pod.status.phase, pod.spec.nodeName])).toEqual(Array(4).fill(['Pending', 'sandbox-node']));
    expect(progressing()).toMatchObject({ status: 'True', reason: expect.stringMatching(/NewReplicaSetCreated|ReplicaSetUpdated/) });
    expect(available()).toMatchObject({ status: 'False', reason: 'MinimumReplicasUnavailable' });
    clock.advance(1000);
    expect(deployed().status).toMatchObject({ replicas: 4, updatedReplicas: 4, unavailableReplicas: 4 });
    expect(pods().every((pod) => pod.status.phase === 'Running' && /^10\.244\.\d+\.\d+$/.test(pod.status.podIP))).toBe(true);
    expect(new Set(pods().map((pod) => pod.status.podIP)).size).toBe(4);
    clock.advance(1500);
    expect(deployed().status).toMatchObject({
      observedGeneration: 1,
      replicas: 4,
      updatedReplicas: 4,
      readyReplicas: 4,
      availableReplicas: 4,
    });
    expect(deployed().status.unavailableReplicas).toBeUndefined();
    expect(progressing()).toMatchObject({
      reason: 'NewReplicaSetAvailable',
      message: expect.stringMatching(/^ReplicaSet "podinfo-\w+" has successfully progressed\.$/),
    });
    expect(available()).toMatchObject({
      status: 'True',
      reason: 'MinimumReplicasAvailable',
      message: 'Deployment has minimum availability.',
    });
    expect(deployed().metadata.annotations?.['deployment.kubernetes.io/revision']).toBe('1');
  });

  it('writes nothing more once everything is ready', () => {
    deploy();
    clock.advance(10_000);
    const { revision } = store;
    clock.advance(3_000_000);
    expect(store.revision).toBe(revision);
  });

  it('rolls to a new image without ever leaving the limits of its strategy', () => {
    deploy();
    clock.advance(5000);
    change((deployment) => (deployment.spec.template.spec.containers[0].image = 'podinfo:2'));
    for (let step = 0; step < 40; step++) {
      clock.advance(250);
      const live = pods().filter((pod) => !pod.metadata.deletionTimestamp);
      expect(live.length).toBeLessThanOrEqual(5);
      expect(deployed().status.availableReplicas).toBeGreaterThanOrEqual(3);
    }
    expect(new Set(images())).toEqual(new Set(['podinfo:2']));
    expect(deployed().status).toMatchObject({ observedGeneration: 2, replicas: 4, updatedReplicas: 4, availableReplicas: 4 });
    expect(
      store
        .list('apps/replicasets', 'test')
        .map((set) => set.spec.replicas)
        .sort(),
    ).toEqual([0, 4]);
    expect(deployed().metadata.annotations?.['deployment.kubernetes.io/revision']).toBe('2');
  });

  it('reuses the old ReplicaSet when the template goes back, as a newer revision', () => {
    deploy();
    clock.advance(5000);
    for (const image of ['podinfo:2', 'podinfo:1']) {
      change((deployment) => (deployment.spec.template.spec.containers[0].image = image));
      clock.advance(15_000);
    }
    expect(store.list('apps/replicasets', 'test')).toHaveLength(2);
    expect(new Set(images())).toEqual(new Set(['podinfo:1']));
    expect(deployed().metadata.annotations?.['deployment.kubernetes.io/revision']).toBe('3');
  });

  it('keeps the old pods and gives up after the progress deadline when new pods never get ready', () => {
    deploy({}, { progressDeadlineSeconds: 60 });
    clock.advance(5000);
    change((deployment) => (deployment.spec.template.metadata.annotations = { 'sandbox.aviary.dev/never-ready': 'true' }));
    clock.advance(50_000);
    expect(progressing()).toMatchObject({ status: 'True', reason: 'ReplicaSetUpdated' });
    clock.advance(20_000);
    expect(progressing()).toMatchObject({
      status: 'False',
      reason: 'ProgressDeadlineExceeded',
      message: expect.stringMatching(/^ReplicaSet "podinfo-\w+" has timed out progressing\.$/),
    });
    expect(deployed().status.availableReplicas).toBe(3);
    expect(available()).toMatchObject({ status: 'True' });
  });

  it('scales to zero and back, and pods end after their grace period', () => {
    deploy();
    clock.advance(5000);
    change((deployment) => (deployment.spec.replicas = 0));
    clock.advance(500);
    expect(pods().map((pod) => Boolean(pod.metadata.deletionTimestamp))).toEqual([true, true, true, true]);
    clock.advance(1000);
    expect(pods()).toEqual([]);
    expect(deployed().status.replicas).toBeUndefined();
    change((deployment) => (deployment.spec.replicas = 2));
    clock.advance(4000);
    expect(deployed().status).toMatchObject({ replicas: 2, availableReplicas: 2 });
  });

  it('stops all old pods before the first new one with strategy Recreate', () => {
    deploy({}, { strategy: { type: 'Recreate' } });
    clock.advance(5000);
    change((deployment) => (deployment.spec.template.spec.containers[0].image = 'podinfo:2'));
    for (let step = 0; step < 40; step++) {
      clock.advance(100);
      expect(new Set(images()).size).toBeLessThanOrEqual(1);
    }
    clock.advance(4000);
    expect(images()).toEqual(Array(4).fill('podinfo:2'));
    expect(deployed().status.availableReplicas).toBe(4);
  });

  it('removes everything below a deleted Deployment', () => {
    deploy();
    clock.advance(5000);
    store.delete('apps/deployments', 'test', 'podinfo');
    clock.advance(3000);
    expect([...pods(), ...store.list('apps/replicasets', 'test')]).toEqual([]);
  });

  it('crashes, backs off and restarts as annotated', () => {
    deploy({ 'sandbox.aviary.dev/crash-after': '10s' }, { replicas: 1 });
    const status = () => pods()[0].status.containerStatuses[0];
    clock.advance(5000);
    expect(status()).toMatchObject({ ready: true, restartCount: 0, state: { running: {} } });
    clock.advance(6000);
    expect(status()).toMatchObject({
      ready: false,
      restartCount: 0,
      state: {
        waiting: { reason: 'CrashLoopBackOff', message: expect.stringMatching(/^back-off 10s restarting failed container=podinfod/) },
      },
    });
    expect(available()).toMatchObject({ status: 'False' });
    clock.advance(13_000);
    expect(status()).toMatchObject({
      ready: true,
      restartCount: 1,
      lastState: { terminated: { exitCode: 1, startedAt: '2024-01-01T00:00:00Z', finishedAt: '2024-01-01T00:00:10Z' } },
    });
  });

  it('lets readiness wait as annotated', () => {
    deploy({ 'sandbox.aviary.dev/ready-after': '8s' });
    clock.advance(7000);
    expect(deployed().status.readyReplicas).toBeUndefined();
    clock.advance(2000);
    expect(deployed().status.readyReplicas).toBe(4);
  });

  it('lists ready, starting and ending pods in the EndpointSlice, with the named port resolved', () => {
    store.create('/services', {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'podinfo', namespace: 'test' },
      spec: { selector: { app: 'podinfo' }, ports: [{ name: 'http', port: 80, targetPort: 'http' }] },
    });
    deploy({}, { replicas: 2 });
    const slice = () => store.list('discovery.k8s.io/endpointslices', 'test')[0];
    const conditions = () => slice().endpoints.map((endpoint: any) => endpoint.conditions);
    clock.advance(1000);
    expect(slice()).toMatchObject({
      metadata: { labels: { 'kubernetes.io/service-name': 'podinfo' } },
      ports: [{ name: 'http', port: 9898, protocol: 'TCP' }],
    });
    expect(conditions()).toEqual(Array(2).fill({ ready: false, serving: false, terminating: false }));
    clock.advance(2000);
    expect(conditions()).toEqual(Array(2).fill({ ready: true, serving: true, terminating: false }));
    expect(store.get('/endpoints', 'test', 'podinfo')?.subsets[0].addresses).toHaveLength(2);
    change((deployment) => (deployment.spec.replicas = 1));
    clock.advance(500);
    expect(conditions()).toContainEqual({ ready: false, serving: true, terminating: true });
    clock.advance(2000);
    expect(conditions()).toEqual([{ ready: true, serving: true, terminating: false }]);
  });

  it('goes on with half-started pods after a restart of the controllers', () => {
    deploy();
    clock.advance(1000);
    workloads.close();
    clock.advance(5000);
    expect(deployed().status.readyReplicas).toBeUndefined();
    workloads = startWorkloads(store, clock);
    clock.advance(100);
    expect(deployed().status.readyReplicas).toBe(4);
  });

  it("shows its target's replicas in an autoscaler", () => {
    deploy();
    store.create('autoscaling/horizontalpodautoscalers', {
      apiVersion: 'autoscaling/v2',
      kind: 'HorizontalPodAutoscaler',
      metadata: { name: 'podinfo', namespace: 'test' },
      spec: { scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'podinfo' }, minReplicas: 2, maxReplicas: 8 },
    });
    clock.advance(100);
    expect(store.get('autoscaling/horizontalpodautoscalers', 'test', 'podinfo')?.status).toMatchObject({
      currentReplicas: 4,
      desiredReplicas: 4,
    });
  });
});
