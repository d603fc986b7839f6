import type { MemoryObjectStore } from '../apiserver/MemoryObjectStore';
import type { KubeObject } from '../apiserver/ObjectStore';
import type { ManualClock } from '../ManualClock';
import { startManualWorkloads } from './testing/startManualWorkloads';
import { webDeployment } from './testing/webDeployment';

describe('quotas', () => {
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

  const limit = (hard: Record<string, string>, more: object = {}) =>
    store.create('/resourcequotas', {
      apiVersion: 'v1',
      kind: 'ResourceQuota',
      metadata: { name: 'few', namespace: 'test' },
      spec: { hard, ...more },
    });
  const quota = () => store.get('/resourcequotas', 'test', 'few') as KubeObject;
  const configMap = (name: string) =>
    store.create('/configmaps', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: 'test' } });
  const deploy = (replicas: number) => store.create('apps/deployments', webDeployment(replicas));
  const failures = (resource: string) =>
    store.list(resource, 'test')[0].status.conditions?.filter(({ type }: { type: string }) => type === 'ReplicaFailure') ?? [];

  it('show what there is, and follow it; what they cannot count they do not show', () => {
    configMap('before');
    limit({ configmaps: '5', 'count/deployments.apps': '2', 'count/nothing.example.com': '1', 'requests.cpu': '4' });
    clock.advance(1);
    expect(quota().status).toEqual({
      hard: { configmaps: '5', 'count/deployments.apps': '2', 'count/nothing.example.com': '1' },
      used: { configmaps: '1', 'count/deployments.apps': '0', 'count/nothing.example.com': '0' },
    });
    deploy(0);
    store.delete('/configmaps', 'test', 'before');
    clock.advance(1);
    expect(quota().status.used).toMatchObject({ configmaps: '0', 'count/deployments.apps': '1' });
  });

  it('refuse what is too much in their namespace, and nothing when they have scopes', () => {
    limit({ configmaps: '1', 'count/configmaps': '1' });
    configMap('one');
    expect(() => configMap('two')).toThrow(
      'configmaps "two" is forbidden: exceeded quota: few, requested: configmaps=1,count/configmaps=1, used: configmaps=1,count/configmaps=1, limited: configmaps=1,count/configmaps=1',
    );
    store.create('/configmaps', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'two', namespace: 'default' } });
    store.update('/resourcequotas', { ...quota(), spec: { ...quota().spec, scopes: ['BestEffort'] } });
    configMap('two');
  });

  it('keep a ReplicaSet from making pods, which it says, and tries again until it may', () => {
    limit({ pods: '1' });
    deploy(3);
    clock.advance(5000);
    const message = expect.stringMatching(
      /^pods "web-\w+-\w+" is forbidden: exceeded quota: few, requested: pods=1, used: pods=1, limited: pods=1$/,
    );
    const failure = { type: 'ReplicaFailure', status: 'True', reason: 'FailedCreate', message };
    expect(failures('apps/replicasets')).toMatchObject([failure]);
    expect(failures('apps/deployments')).toMatchObject([failure]);
    const { revision } = store;
    clock.advance(3_600_000);
    // Not one write a try: the events are few as well.
    expect(store.revision - revision).toBeLessThan(60);
    const told = store.list('/events', 'test').filter(({ reason }) => reason === 'FailedCreate');
    expect(told.at(-1)).toMatchObject({ type: 'Warning', message: expect.stringContaining('Error creating: pods "web-') });
    store.update('/resourcequotas', { ...quota(), spec: { hard: { pods: '3' } } });
    clock.advance(1_010_000);
    expect(store.list('apps/deployments', 'test')[0].status).toMatchObject({ availableReplicas: 3 });
    expect([...failures('apps/replicasets'), ...failures('apps/deployments')]).toEqual([]);
  });
});
