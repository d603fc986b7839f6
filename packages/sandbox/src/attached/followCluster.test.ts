import type { KubeObject, StoreEvent } from '../apiserver/ObjectStore';
import { ManualClock } from '../ManualClock';
import { type Sandbox, startSandbox } from '../startSandbox';
import { connectToApi } from './connectToApi';
import { followCluster, type FollowedCluster } from './followCluster';

jest.setTimeout(60_000);

describe('a followed cluster', () => {
  let sandbox: Sandbox;
  let followed: FollowedCluster;
  const clock = new ManualClock();
  const events: string[] = [];
  const told: string[] = [];

  beforeAll(async () => {
    sandbox = await startSandbox();
    for (const name of ['a', 'b']) sandbox.store.create('/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
    put('first', 'a');
    followed = await follow();
    followed.subscribe(({ type, object }: StoreEvent) => events.push(`${type} ${object.metadata.namespace}/${object.metadata.name}`));
  });

  afterEach(() => {
    // What there is to tell is told by then.
    clock.advance(5000);
    events.splice(0);
    told.splice(0);
  });

  afterAll(async () => {
    followed?.close();
    await sandbox.close();
  });

  const follow = () =>
    followCluster(
      connectToApi(sandbox.kubeconfigPath),
      [{ resource: '/services' }, { resource: '/configmaps', namespace: 'a', name: 'wanted' }, { resource: 'none.example.com/things' }],
      { clock, report: (sentence) => told.push(sentence) },
    );

  function put(name: string, namespace: string, labels: Record<string, string> = {}): KubeObject {
    const service = { apiVersion: 'v1', kind: 'Service', metadata: { name, namespace, labels }, spec: { ports: [{ port: 80 }] } };
    return sandbox.store.get('/services', namespace, name)
      ? sandbox.store.update('/services', { ...sandbox.store.get('/services', namespace, name)!, metadata: service.metadata })
      : sandbox.store.create('/services', service);
  }

  async function eventually(holds: () => boolean): Promise<void> {
    const deadline = Date.now() + 20_000;
    while (!holds()) {
      if (Date.now() > deadline) throw new Error(`waited in vain; heard of ${events.join(', ')}`);
      await new Promise((resolve) => setTimeout(resolve, 10));
      clock.advance(100);
    }
  }

  const isUpToDate = () => {
    const versions = (objects: KubeObject[]) => objects.map(({ metadata }) => `${metadata.uid} ${metadata.resourceVersion}`).sort();
    return versions(followed.list('/services')).join() === versions(sandbox.store.list('/services')).join();
  };

  it('has the objects as the cluster has them, by namespace and name', () => {
    expect(followed.list('/services', 'a')).toEqual(sandbox.store.list('/services', 'a'));
    expect(followed.get('/services', 'a', 'first')).toEqual(sandbox.store.get('/services', 'a', 'first'));
    expect(followed.get('/services', 'b', 'first')).toBeUndefined();
    expect(followed.list('/services', 'b')).toEqual([]);
  });

  it('tells of every change in its order', async () => {
    put('second', 'b');
    put('second', 'b', { changed: 'yes' });
    sandbox.store.delete('/services', 'b', 'second');
    await eventually(() => events.length === 3);
    expect(events).toEqual(['ADDED b/second', 'MODIFIED b/second', 'DELETED b/second']);
    expect(followed.get('/services', 'b', 'second')).toBeUndefined();
  });

  it('sees only the object it asked for by name', async () => {
    for (const [name, namespace] of [
      ['wanted', 'b'],
      ['other', 'a'],
      ['wanted', 'a'],
    ]) {
      sandbox.store.create('/configmaps', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace }, data: {} });
    }
    await eventually(() => events.length > 0);
    expect(followed.list('/configmaps').map(({ metadata }) => `${metadata.namespace}/${metadata.name}`)).toEqual(['a/wanted']);
  });

  it('has none of the objects of a kind that does not exist, and says so', () => {
    expect(followed.types.find('none.example.com/things')).toBeUndefined();
    expect(() => followed.list('none.example.com/things')).toThrow(/none\.example\.com\/things are not followed, or it has no such kind/);
  });

  it('goes on where a broken watch ended, without telling of anything twice', async () => {
    sandbox.apiServer.faults.dropWatches();
    put('third', 'a');
    await eventually(isUpToDate);
    expect(events).toEqual(['ADDED a/third']);
  });

  it.each([
    ['its resource version is too old by then', () => sandbox.apiServer.faults.expireHistory()],
    ['the server refuses for a while', () => sandbox.apiServer.faults.failNext({ status: 503, pathPattern: /services/, times: 3 })],
  ])('lists again when %s, and tells of what was changed and deleted in the meantime', async (_, make) => {
    put('gone', 'a');
    put('replaced', 'a');
    await eventually(isUpToDate);
    events.splice(0);
    sandbox.apiServer.faults.dropWatches();
    sandbox.store.delete('/services', 'a', 'gone');
    sandbox.store.delete('/services', 'a', 'replaced');
    put('replaced', 'a');
    put('first', 'a', { at: String(Date.now()) });
    make();
    await eventually(isUpToDate);
    expect([...events].sort()).toEqual(['ADDED a/replaced', 'DELETED a/gone', 'DELETED a/replaced', 'MODIFIED a/first']);
    expect(events.indexOf('DELETED a/replaced')).toBeLessThan(events.indexOf('ADDED a/replaced'));
  });

  it('tells of a kind that it may not read any more, and that it may again', async () => {
    sandbox.apiServer.faults.failNext({ status: 403, pathPattern: /services/, times: Infinity });
    sandbox.apiServer.faults.dropWatches();
    await eventually(() => told.length > 0);
    expect(told).toEqual([expect.stringMatching(/^lost sight of services: 403 .+; trying again$/)]);
    sandbox.apiServer.faults.endFailures();
    await eventually(() => told.length > 1);
    expect(told.slice(1)).toEqual([expect.stringMatching(/^sees services again after \d+ s$/)]);
  });

  it('notices a server that hangs within 18 s, begins its watches anew, and tells of both', async () => {
    sandbox.apiServer.faults.freeze(true);
    const began = clock.now();
    await eventually(() => told.length > 0);
    expect(told).toEqual(['lost sight of services, configmaps, things: no answer within 5 s; trying again']);
    expect(clock.now() - began).toBeLessThanOrEqual(19_000);
    sandbox.apiServer.faults.freeze(false);
    put('thawed', 'a');
    await eventually(() => told.length > 1 && isUpToDate());
    expect(told.slice(1)).toEqual([expect.stringMatching(/^sees services, configmaps, things again after \d+ s$/)]);
    expect(events).toEqual(['ADDED a/thawed']);
  });

  it('says which request was refused when it cannot begin', async () => {
    sandbox.apiServer.faults.failNext({ status: 403, pathPattern: /\/api\/v1\/services/ });
    await expect(follow()).rejects.toThrow(/the cluster cannot be followed: GET .*\/api\/v1\/services: 403/);
  });
});
