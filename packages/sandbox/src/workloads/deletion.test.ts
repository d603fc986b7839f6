import type { MemoryObjectStore } from '../apiserver/MemoryObjectStore';
import type { KubeObject } from '../apiserver/ObjectStore';
import type { ManualClock } from '../ManualClock';
import { createResolver } from '../mesh/createResolver';
import { startWorkloads } from './startWorkloads';
import { startManualWorkloads } from './testing/startManualWorkloads';
import { webDeployment } from './testing/webDeployment';

describe('the end of pods', () => {
  let clock: ManualClock;
  let store: MemoryObjectStore;
  let workloads: { close(): void };

  beforeEach(() => {
    ({ clock, store, workloads } = startManualWorkloads());
    store.create('/services', {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'web', namespace: 'test' },
      spec: { selector: { app: 'web' }, ports: [{ port: 80 }] },
    });
  });

  afterEach(() => {
    workloads.close();
    store.close();
  });

  function deploy(annotations: Record<string, string>, replicas: number, podSpec: object = {}): void {
    store.create('apps/deployments', webDeployment(replicas, { annotations, podSpec }));
    clock.advance(5000);
  }

  const deployed = () => store.get('apps/deployments', 'test', 'web') as KubeObject;
  const set = () => store.list('apps/replicasets', 'test')[0];
  const pods = () => store.list('/pods', 'test');
  const ending = () => pods().filter(({ metadata }) => metadata.deletionTimestamp);
  const served = () => createResolver(store)('test', 'web').flatMap(({ servers }) => servers.map(({ pod }) => pod.metadata.name));
  const change = (edit: (deployment: any) => void) => {
    const deployment = JSON.parse(JSON.stringify(deployed()));
    edit(deployment);
    store.update('apps/deployments', deployment);
  };

  it('takes as long as annotated, without requests, and without being counted', () => {
    deploy({ 'sandbox.aviary.dev/stop-after': '20s' }, 3);
    expect(served()).toHaveLength(3);
    change((deployment) => (deployment.spec.replicas = 1));
    clock.advance(1);
    expect(ending().map(({ metadata, status }) => [metadata.deletionGracePeriodSeconds, status.phase])).toEqual(
      Array(2).fill([30, 'Running']),
    );
    expect(served()).toEqual(
      pods()
        .filter((pod) => !ending().includes(pod))
        .map(({ metadata }) => metadata.name),
    );
    expect(set().status).toMatchObject({ replicas: 1, readyReplicas: 1, availableReplicas: 1, terminatingReplicas: 2 });
    expect(deployed().status).toMatchObject({ replicas: 1, updatedReplicas: 1, availableReplicas: 1, terminatingReplicas: 2 });
    clock.advance(19_000);
    expect(pods()).toHaveLength(3);
    clock.advance(1000);
    expect(pods()).toHaveLength(1);
    expect(deployed().status).toMatchObject({ replicas: 1, terminatingReplicas: 0 });
  });

  it('comes at the end of the grace period at the latest, also of one that was shortened', () => {
    deploy({ 'sandbox.aviary.dev/stop-after': '10m' }, 2, { terminationGracePeriodSeconds: 60 });
    const [one, other] = pods().map(({ metadata }) => metadata.name);
    store.delete('/pods', 'test', one);
    store.delete('/pods', 'test', other);
    clock.advance(10_000);
    store.delete('/pods', 'test', other, { gracePeriodSeconds: 15 });
    clock.advance(4_000);
    expect(
      ending()
        .map(({ metadata }) => metadata.name)
        .sort(),
    ).toEqual([one, other].sort());
    clock.advance(1_000);
    expect(ending().map(({ metadata }) => metadata.name)).toEqual([one]);
    clock.advance(45_000);
    expect(ending()).toEqual([]);
    expect(pods()).toHaveLength(2);
  });

  it('is at once when forced, and the ReplicaSet makes another', () => {
    deploy({ 'sandbox.aviary.dev/stop-after': '20s' }, 1);
    const [{ metadata }] = pods();
    store.delete('/pods', 'test', metadata.name, { gracePeriodSeconds: 0 });
    expect(pods()).toEqual([]);
    clock.advance(4000);
    expect(pods()).toHaveLength(1);
    expect(pods()[0].metadata.name).not.toBe(metadata.name);
  });

  it('is not waited for by a rolling update, but by one that recreates', () => {
    deploy({ 'sandbox.aviary.dev/stop-after': '25s' }, 2);
    const image = (tag: string) => change((deployment) => (deployment.spec.template.spec.containers[0].image = tag));
    image('web:2');
    clock.advance(10_000);
    expect(deployed().status).toMatchObject({ replicas: 2, updatedReplicas: 2, availableReplicas: 2, terminatingReplicas: 2 });
    clock.advance(25_000);
    change((deployment) => (deployment.spec.strategy = { type: 'Recreate' }));
    image('web:3');
    clock.advance(24_000);
    expect(pods().map(({ spec }) => spec.containers[0].image)).toEqual(['web:2', 'web:2']);
    clock.advance(5_000);
    expect(pods().map(({ spec }) => spec.containers[0].image)).toEqual(['web:3', 'web:3']);
  });

  it('goes on after a restart of the controllers', () => {
    deploy({}, 1);
    store.delete('/pods', 'test', pods()[0].metadata.name);
    workloads.close();
    clock.advance(60_000);
    expect(ending()).toHaveLength(1);
    workloads = startWorkloads(store, clock);
    clock.advance(1);
    expect(ending()).toEqual([]);
  });

  it('is not held up by what earlier sandboxes left in their data', () => {
    deploy({}, 1);
    workloads.close();
    const [pod] = pods();
    store.update('/pods', { ...pod, metadata: { ...pod.metadata, finalizers: ['sandbox.aviary.dev/grace'] } });
    workloads = startWorkloads(store, clock);
    expect(pods()[0].metadata).not.toHaveProperty('finalizers');
  });

  it('comes for pods of a node that is not there a minute after their deletion', () => {
    const metadata = { name: 'lost', namespace: 'test' };
    const spec = { nodeName: 'nowhere', containers: [{ name: 'main', image: 'web:1' }] };
    store.create('/pods', { apiVersion: 'v1', kind: 'Pod', metadata, spec });
    store.delete('/pods', 'test', 'lost');
    clock.advance(59_000);
    expect(pods()).toHaveLength(1);
    clock.advance(1_000);
    expect(pods()).toEqual([]);
  });
});
