import type { MemoryObjectStore } from '../apiserver/MemoryObjectStore';
import type { KubeObject } from '../apiserver/ObjectStore';
import type { ManualClock } from '../ManualClock';
import { startManualWorkloads } from './testing/startManualWorkloads';
import { webDeployment } from './testing/webDeployment';

describe('events of the workloads', () => {
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

  function deploy(annotations: Record<string, string>, replicas = 1, container: object = {}): void {
    store.create('apps/deployments', webDeployment(replicas, { annotations, container }));
  }

  const scale = (replicas: number) => {
    const deployment = store.get('apps/deployments', 'test', 'web') as KubeObject;
    store.update('apps/deployments', { ...deployment, spec: { ...deployment.spec, replicas } });
  };
  // Names end with the moment.
  const moment = ({ metadata }: KubeObject) => metadata.name.split('.').at(-1)!;
  const events = (kind: string) =>
    store
      .list('/events', 'test')
      .filter(({ involvedObject }) => involvedObject.kind === kind)
      .sort((a, b) => (moment(a) < moment(b) ? -1 : 1));
  const told = (kind: string) =>
    events(kind).map(({ type, reason, message, count, source, reportingComponent }) =>
      [
        type,
        reason,
        message.replace(/web-\w+(-\w+)?/g, 'X').replace(/\([0-9a-f-]{36}\)/, '(UID)'),
        count,
        source.component ?? reportingComponent,
      ].join(' | '),
    );

  it('tell of a pod from its node to its start, and of its end', () => {
    deploy({});
    clock.advance(5000);
    expect(told('Pod')).toEqual([
      'Normal | Scheduled | Successfully assigned test/X to sandbox-node |  | default-scheduler',
      'Normal | Pulling | Pulling image "web:1" | 1 | kubelet',
      'Normal | Pulled | Successfully pulled image "web:1" in 500ms (500ms including waiting). Image size: 26214400 bytes. | 1 | kubelet',
      'Normal | Created | Container created | 1 | kubelet',
      'Normal | Started | Container started | 1 | kubelet',
    ]);
    expect(events('Pod').at(-1)).toMatchObject({
      involvedObject: { apiVersion: 'v1', fieldPath: 'spec.containers{main}', uid: expect.any(String) },
      source: { component: 'kubelet', host: 'sandbox-node' },
    });
    scale(0);
    clock.advance(5000);
    expect(told('Pod').slice(5)).toEqual(['Normal | Killing | Stopping container main | 1 | kubelet']);
  });

  it('say that an image is there already when it is', () => {
    deploy({});
    clock.advance(5000);
    scale(2);
    clock.advance(5000);
    expect(
      told('Pod')
        .slice(5)
        .map((line) => line.split(' | ')[2]),
    ).toEqual([
      'Successfully assigned test/X to sandbox-node',
      'Container image "web:1" already present on machine and can be accessed by the pod',
      'Container created',
      'Container started',
    ]);
  });

  it('tell of every pod that a ReplicaSet makes or deletes, many of them in one', () => {
    deploy({}, 2);
    clock.advance(5000);
    scale(1);
    clock.advance(5000);
    expect(told('ReplicaSet')).toEqual([
      'Normal | SuccessfulCreate | Created pod: X | 1 | replicaset-controller',
      'Normal | SuccessfulCreate | Created pod: X | 1 | replicaset-controller',
      'Normal | SuccessfulDelete | Deleted pod: X | 1 | replicaset-controller',
    ]);
    scale(15);
    clock.advance(5000);
    expect(told('ReplicaSet').at(-1)).toBe(
      'Normal | SuccessfulCreate | (combined from similar events): Created pod: X | 7 | replicaset-controller',
    );
    expect(told('Deployment').map((line) => line.split(' | ')[2])).toEqual([
      'Scaled up replica set X from 0 to 2',
      'Scaled down replica set X from 2 to 1',
      'Scaled up replica set X from 1 to 15',
    ]);
  });

  it('of a pod that crashes count up instead of becoming more, and none is older than an hour', () => {
    deploy({ 'sandbox.aviary.dev/crash-after': '5s' });
    clock.advance(60_000);
    expect(told('Pod').slice(2)).toEqual([
      expect.stringMatching(/^Normal \| Pulled \| Successfully pulled image/),
      'Normal | Created | Container created | 3 | kubelet',
      'Normal | Started | Container started | 3 | kubelet',
      'Warning | BackOff | Back-off restarting failed container main in pod X(UID) | 3 | kubelet',
      'Normal | Pulled | Container image "web:1" already present on machine and can be accessed by the pod | 2 | kubelet',
    ]);
    clock.advance(24 * 3_600_000);
    expect(events('Pod').length).toBeLessThan(10);
    for (const { lastTimestamp } of events('Pod')) expect(clock.now() - Date.parse(lastTimestamp)).toBeLessThan(62 * 60_000);
  });

  it('tell of failing readiness probes as often as the container is probed, and no more once it is ready', () => {
    deploy({ 'sandbox.aviary.dev/ready-after': '11s' }, 1, { readinessProbe: { httpGet: { port: 80 }, periodSeconds: 3 } });
    clock.advance(60_000);
    expect(told('Pod').slice(-1)).toEqual([
      'Warning | Unhealthy | Readiness probe failed: HTTP probe failed with statuscode: 503 | 3 | kubelet',
    ]);
  });

  it('of a pod that never becomes ready are few in the store, however long it lasts', () => {
    deploy({ 'sandbox.aviary.dev/never-ready': 'true' });
    const before = store.revision;
    clock.advance(10 * 3_600_000);
    const [unhealthy, ...more] = told('Pod').filter((line) => line.includes('Unhealthy'));
    expect(more).toEqual([]);
    expect(Number(unhealthy.split(' | ')[3])).toBeGreaterThan(3000);
    expect(store.revision - before).toBeLessThan(220);
  });

  it('that cannot be written, because the namespace is ending, hinder nobody', () => {
    deploy({}, 3);
    clock.advance(5000);
    store.delete('/namespaces', undefined, 'test');
    clock.advance(5000);
    expect(store.get('/namespaces', undefined, 'test')).toBeUndefined();
  });
});
