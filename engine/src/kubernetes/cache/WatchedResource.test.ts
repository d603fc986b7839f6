import type { KubeObject } from '@aviary/provider-contract';
import { KubeClient } from '../client/KubeClient';
import { KubeTransport } from '../client/KubeTransport';
import { resourceTypes } from '../client/ResourceType';
import { ManualTimers } from '../testing/ManualTimers';
import { ScriptedServer } from '../testing/ScriptedServer';
import { ClusterCache, type ResourceChange, type WatchResourceOptions } from './ClusterCache';

let server: ScriptedServer;
let transport: KubeTransport;
let cache: ClusterCache;
let timers: ManualTimers;
let changes: string[];

beforeEach(async () => {
  server = await ScriptedServer.start();
  transport = new KubeTransport({ server: server.url, credentials: async () => ({ headers: {}, tls: {} }) });
  timers = new ManualTimers();
  changes = [];
  cache = new ClusterCache(new KubeClient(transport), { timers, random: () => 0.5 });
  cache.onChange((change) => changes.push(shown(change)));
});

afterEach(async () => {
  await cache.stop();
  await transport.close();
  await server.stop();
});

describe('WatchedResource', () => {
  it('lists the newest there is, which no other API server has seen more of, then watches from the version of the list with bookmarks and a random end', async () => {
    const watched = watch();
    const list = await server.next();
    expect(list.path).toBe('/apis/apps/v1/deployments');
    expect(Object.fromEntries(list.query)).toEqual({ limit: '500' });
    list.answer(200, listOf('10', object('a', 5)));
    await watched.synced;
    const open = await server.next();
    expect(Object.fromEntries(open.query)).toEqual({
      watch: 'true',
      allowWatchBookmarks: 'true',
      resourceVersion: '10',
      timeoutSeconds: '435',
    });
    expect(watched.get('prod', 'a')).toMatchObject({ apiVersion: 'apps/v1', kind: 'Deployment' });
    expect(changes).toEqual(['added a@5']);
    expect(watched.healthy).toBe(true);
  });

  it('takes changes and bookmarks as they come, cut anywhere and without managedFields', async () => {
    const { watched, open } = await watching();
    const added = Buffer.from(`${JSON.stringify({ type: 'ADDED', object: object('é', 11, { managedFields: [{ manager: 'x' }] }) })}\n`);
    open.write(added.subarray(0, added.indexOf('é') + 1));
    open.write(added.subarray(added.indexOf('é') + 1));
    open.event('MODIFIED', object('a', 12));
    open.event('DELETED', object('a', 13));
    open.event('BOOKMARK', { metadata: { resourceVersion: '20' } });
    open.end();
    const again = await server.next();
    expect(again.query.get('resourceVersion')).toBe('20');
    expect(changes).toEqual(['added a@5', 'added é@11', 'modified a@5→12', 'deleted a@12']);
    expect(watched.get('prod', 'é')?.metadata).not.toHaveProperty('managedFields');
    expect(watched.metrics()).toMatchObject({ objects: 1, events: 4, relists: 0, errors: 0 });
  });

  it('goes on from the last version after a reset, waiting longer each time', async () => {
    const { watched, open } = await watching();
    open.event('MODIFIED', object('a', 12));
    await until(() => changes.length === 2);
    open.reset();
    const waits: number[] = [];
    for (let index = 0; index < 2; index += 1) {
      waits.push(await pausing());
      timers.advance(waits[index]);
      const again = await server.next();
      expect(again.query.get('resourceVersion')).toBe('12');
      again.open();
      again.reset();
    }
    await pausing();
    expect(waits).toEqual([600, 1200]);
    expect(watched.get('prod', 'a')?.metadata.resourceVersion).toBe('12');
    expect(watched.metrics().errors).toBe(3);
  });

  it('distrusts the version after three watches in a row that broke and lists anew', async () => {
    let { open } = await watching();
    for (let failures = 1; failures < 3; failures += 1) {
      open.reset();
      await afterPause();
      open = await server.next();
      expect(open.query.get('resourceVersion')).toBe('10');
      open.open();
    }
    open.reset();
    await afterPause();
    expect((await server.next()).query.has('watch')).toBe(false);
  });

  it('lists anew when the server could not be reached: it may come back with another past', async () => {
    const { open } = await watching();
    open.reset();
    await afterPause();
    (await server.next()).answer(500, { kind: 'Status', message: 'etcd is gone' });
    await afterPause();
    expect((await server.next()).query.has('watch')).toBe(false);
  });

  it('spares a server that has enough to do the list', async () => {
    const { open } = await watching();
    open.reset();
    for (let refusals = 0; refusals < 5; refusals += 1) {
      await afterPause();
      const again = await server.next();
      expect(again.query.get('resourceVersion')).toBe('10');
      again.answer(429, { kind: 'Status', message: 'slow down' });
    }
  });

  it('tries a list once and then waits, longer each time, so that a server that is away is not stormed', async () => {
    watch();
    const waits: number[] = [];
    for (let failures = 0; failures < 4; failures += 1) {
      (await server.next()).reset();
      waits.push(await pausing());
      expect(server.pending).toBe(0);
      timers.advance(waits[failures]);
    }
    expect(waits).toEqual([600, 1200, 2400, 4800]);
  });

  it('waits no longer when it is told that the server is back', async () => {
    const watched = watch();
    for (let failures = 0; failures < 4; failures += 1) {
      (await server.next()).answer(503, { kind: 'Status', message: 'starting' });
      if (failures < 3) await afterPause();
    }
    expect(await pausing()).toBe(4_800);
    cache.retry();
    (await server.next()).answer(503, { kind: 'Status', message: 'starting' });
    expect(await pausing()).toBe(600);
    cache.retry();
    (await server.next()).answer(200, listOf('10'));
    await watched.synced;
    cache.retry();
    expect((await server.next()).query.get('resourceVersion')).toBe('10');
    expect(server.pending).toBe(0);
  });

  it('starts from the shortest wait again after a healthy minute', async () => {
    const { open } = await watching();
    open.reset();
    await afterPause();
    const second = await server.next();
    second.open();
    second.event('MODIFIED', object('a', 12));
    await until(() => changes.length === 2);
    timers.advance(40_000);
    second.event('MODIFIED', object('a', 13));
    await until(() => changes.length === 3);
    timers.advance(21_000);
    second.reset();
    expect(await pausing()).toBe(600);
  });

  it('gives up a watch on which nothing was heard, even no bookmark, and opens another where it was', async () => {
    const { watched, open } = await watching();
    timers.advance(74_000);
    open.event('BOOKMARK', { metadata: { resourceVersion: '15' } });
    await until(() => watched.metrics().events === 1);
    timers.advance(74_000);
    expect(server.pending).toBe(0);
    timers.advance(1_000);
    await open.closed;
    const check = await server.next();
    expect(Object.fromEntries(check.query)).toEqual({ limit: '1' });
    check.answer(200, listOf('400'));
    expect((await server.next()).query.get('resourceVersion')).toBe('15');
    expect([watched.healthy, watched.problem]).toEqual([true, undefined]);
  });

  it('lists anew after a silence because the cluster has yet to reach the version: its etcd was restored', async () => {
    const watched = watch();
    (await server.next()).answer(200, listOf('900', object('a', 850), object('b', 860)));
    await watched.synced;
    (await server.next()).open();
    timers.advance(75_000);
    (await server.next()).answer(200, listOf('120', object('a', 100)));
    const list = await server.next();
    expect(Object.fromEntries(list.query)).toEqual({ limit: '500' });
    list.answer(200, listOf('121', object('a', 100)));
    expect((await server.next()).query.get('resourceVersion')).toBe('121');
    expect(changes).toEqual(['added a@850', 'added b@860', 'modified a@850→100', 'deleted b@860']);
  });

  it('names what keeps it from looking after a silence, and lists anew then', async () => {
    const { watched } = await watching();
    timers.advance(75_000);
    (await server.next()).answer(503, { kind: 'Status', message: 'no backend' });
    await afterPause();
    expect((await server.next()).query.get('limit')).toBe('500');
    expect(String(watched.problem)).toContain('no backend');
  });

  it.each([
    ['the status of the watch', (open: Opened) => open.answer(410, { kind: 'Status', reason: 'Expired', code: 410 })],
    ['an ERROR event with code 410', (open: Opened) => (open.open(), open.event('ERROR', { kind: 'Status', code: 410, reason: 'Gone' }))],
    ['an ERROR event with reason Expired', (open: Opened) => (open.open(), open.event('ERROR', { kind: 'Status', reason: 'Expired' }))],
  ])('lists anew, consistently and at once, when the version is expired: %s', async (_, expire) => {
    const watched = watch();
    (await server.next()).answer(200, listOf('10', object('a', 5), object('b', 6)));
    expire(await server.next());
    const list = await server.next();
    expect(list.query.has('resourceVersion')).toBe(false);
    list.answer(200, listOf('30', object('a', 25), object('c', 26)));
    expect((await server.next()).query.get('resourceVersion')).toBe('30');
    expect(changes).toEqual(['added a@5', 'added b@6', 'modified a@5→25', 'added c@26', 'deleted b@6']);
    expect(watched.metrics().relists).toBe(1);
  });

  it('does not spin when the version of every list is expired already', async () => {
    watch();
    (await server.next()).answer(200, listOf('10'));
    (await server.next()).answer(410, { kind: 'Status', reason: 'Expired', code: 410 });
    const waits: number[] = [];
    for (let index = 0; index < 2; index += 1) {
      (await server.next()).answer(200, listOf('10'));
      (await server.next()).answer(410, { kind: 'Status', reason: 'Expired', code: 410 });
      waits.push(await pausing());
      timers.advance(waits[index]);
    }
    expect(waits).toEqual([600, 1200]);
  });

  it('keeps the version after an ERROR event that is not about the version', async () => {
    const { open } = await watching();
    open.event('ERROR', { kind: 'Status', code: 500, reason: 'InternalError', message: 'decoding' });
    await afterPause();
    expect((await server.next()).query.get('resourceVersion')).toBe('10');
  });

  it('waits as long as the server asks', async () => {
    const watched = watch();
    (await server.next()).answer(200, listOf('10'));
    await watched.synced;
    (await server.next()).answer(429, { kind: 'Status', message: 'slow down' }, { 'retry-after': '7' });
    expect(await pausing()).toBe(7_000);
  });

  it('does not spin when the server ends every watch at once', async () => {
    const { open } = await watching();
    open.end();
    expect(await pausing()).toBe(600);
    expect(server.pending).toBe(0);
  });

  it('is absent and looks every 30 s while the cluster does not serve the kind, and syncs when it does', async () => {
    const watched = watch();
    (await server.next()).answer(404, '404 page not found');
    await watched.synced;
    expect([watched.absent, watched.healthy]).toEqual([true, false]);
    expect(await pausing()).toBe(30_000);
    timers.advance(30_000);
    (await server.next()).answer(200, listOf('10', object('a', 5)));
    await server.next();
    expect([watched.absent, watched.healthy]).toEqual([false, true]);
    expect(changes).toEqual(['added a@5']);
  });

  it('keeps what it knows, unhealthy, when the kind disappears', async () => {
    const { watched, open } = await watching();
    open.end();
    await afterPause();
    (await server.next()).answer(404, '404 page not found');
    (await server.next()).answer(404, '404 page not found');
    await until(() => watched.absent);
    expect(watched.get('prod', 'a')).toBeDefined();
    expect(changes).toEqual(['added a@5']);
  });

  it('looks soon for a kind that was there before', async () => {
    const { open } = await watching();
    open.end();
    await afterPause();
    (await server.next()).answer(404, '404 page not found');
    const waits: number[] = [];
    for (let index = 0; index < 2; index += 1) {
      (await server.next()).answer(404, '404 page not found');
      waits.push(await pausing());
      timers.advance(waits[index]);
    }
    (await server.next()).answer(200, listOf('30', object('b', 26)));
    await until(() => changes.length === 3);
    expect(waits).toEqual([1_200, 2_400]);
    expect(changes).toEqual(['added a@5', 'added b@26', 'deleted a@5']);
  });

  it('names a missing permission as its problem and keeps trying', async () => {
    const watched = watch();
    (await server.next()).answer(403, { kind: 'Status', reason: 'Forbidden', message: 'deployments is forbidden' });
    await watched.settled;
    await pausing();
    expect(watched.problem).toMatchObject({ kind: 'forbidden', verb: 'list' });
    timers.advance(1_000);
    (await server.next()).answer(200, listOf('10'));
    await watched.synced;
    expect(watched.problem).toBeUndefined();
  });

  it.each([
    ['is served at last', 404],
    ['may be listed at last', 403],
  ])('tells when a kind %s, and not of any other trouble', async (_, status) => {
    let recovered = 0;
    cache.onRecovered(() => (recovered += 1));
    const watched = watch();
    (await server.next()).answer(status, { kind: 'Status', message: 'no' });
    await watched.settled;
    await pausing();
    cache.retry();
    (await server.next()).answer(200, listOf('10'));
    await until(() => recovered === 1);
    (await server.next()).reset();
    await afterPause();
    (await server.next()).answer(410, { kind: 'Status', reason: 'Expired', message: 'too old' });
    (await server.next()).answer(200, listOf('20'));
    await until(() => watched.problem === undefined);
    expect(recovered).toBe(1);
  });

  it('is unhealthy when it could not watch for 30 s', async () => {
    const { watched, open } = await watching();
    open.reset();
    await until(() => watched.problem !== undefined);
    expect(watched.healthy).toBe(true);
    timers.advance(30_000);
    expect(watched.healthy).toBe(false);
    (await server.next()).open();
    await until(() => watched.healthy);
  });

  it.each([
    ['does not answer', (open: Opened) => open.answer(503, { kind: 'Status', message: 'starting' }), true],
    ['does not accept our token', (open: Opened) => open.answer(401, { kind: 'Status', reason: 'Unauthorized' }), true],
    ['refuses', (open: Opened) => open.answer(403, { kind: 'Status', reason: 'Forbidden' }), false],
    ['does not serve the kind any more', (open: Opened) => open.answer(404, '404 page not found'), false],
  ])('is out of sight 5 s after the watch broke, for a server that %s, until it is open again', async (_, answer, expected) => {
    const { watched, open } = await watching();
    open.reset();
    await afterPause();
    answer(await server.next());
    while (watched.metrics().errors < 2) await new Promise((resolve) => setImmediate(resolve));
    expect(watched.outOfSight).toBe(false);
    timers.advance(5_000);
    expect(watched.outOfSight).toBe(expected);
    (await server.next()).answer(200, listOf('10'));
    (await server.next()).open();
    await until(() => !watched.outOfSight);
  });

  it('does not watch when it was stopped during the list', async () => {
    const watched = watch();
    const list = await server.next();
    const stopped = cache.stop();
    await list.closed;
    await stopped;
    expect(server.pending).toBe(0);
    expect(watched.healthy).toBe(false);
    expect(() => watch('other')).toThrow('the cache is stopped and cannot begin to watch deployments.apps');
  });

  it('ends the open watch when it is stopped', async () => {
    const { open } = await watching();
    await cache.stop();
    await open.closed;
    expect(timers.waits()).toEqual([]);
  });

  it('goes on when a listener throws', async () => {
    const errors: string[] = [];
    cache = new ClusterCache(new KubeClient(transport), { timers, onListenerError: (error) => errors.push(String(error)) });
    cache.onChange(() => {
      throw new Error('broken listener');
    });
    cache.onChange((change) => changes.push(shown(change)));
    const { open } = await watching();
    open.event('MODIFIED', object('a', 12));
    await until(() => changes.length === 2);
    expect(errors).toEqual(['Error: broken listener', 'Error: broken listener']);
  });

  it('keeps and asks for metadata alone where told to, even when the server sends more', async () => {
    const watched = watch(undefined, { metadataOnly: true });
    const list = await server.next();
    expect(list.headers.accept).toContain('as=PartialObjectMetadataList');
    list.answer(200, listOf('10', { ...object('a', 5), data: { password: 'x' } }));
    await watched.synced;
    (await server.next()).answer(200, '');
    expect(JSON.stringify(watched.list())).not.toContain('password');
    expect(watched.get('prod', 'a')).toMatchObject({ kind: 'Deployment', metadata: { name: 'a' } });
  });

  it('reads its own writes while all events come late', async () => {
    const { watched, open } = await watching();
    watched.put(object('a', 20, { generation: 3 }));
    expect(watched.get('prod', 'a')?.metadata.resourceVersion).toBe('20');
    for (const version of [12, 14, 20]) open.event('MODIFIED', object('a', version, { generation: 1 }));
    open.event('MODIFIED', object('a', 21, { generation: 3 }));
    await until(() => watched.get('prod', 'a')?.metadata.resourceVersion === '21');
    expect(changes).toEqual(['added a@5', 'modified a@5→20 (write)', 'modified a@20→21']);
  });

  describe('asked to list anew', () => {
    it('leaves its open watch at once, tells what changed meanwhile, and watches from there', async () => {
      const { watched, open } = await watching();
      const listed = watched.relist();
      await open.closed;
      (await server.next()).answer(200, listOf('30', object('b', 25)));
      expect(await listed).toBe(true);
      expect(changes).toEqual(['added a@5', 'added b@25', 'deleted a@5']);
      expect((await server.next()).query.get('resourceVersion')).toBe('30');
      expect(watched.metrics()).toMatchObject({ relists: 1, errors: 0 });
    });

    it('does not take a list for it that was under way already', async () => {
      const watched = watch();
      const underWay = await server.next();
      let listed = false;
      const asked = watched.relist().then(() => (listed = true));
      underWay.answer(200, listOf('10', object('a', 5)));
      const again = await server.next();
      expect([again.query.has('watch'), listed]).toEqual([false, false]);
      again.answer(200, listOf('11', object('a', 5)));
      await asked;
      expect((await server.next()).query.get('resourceVersion')).toBe('11');
    });

    it('does not storm a server that is away: waits as after any failure, and says that it saw nothing', async () => {
      const { watched, open } = await watching();
      open.reset();
      const wait = await pausing();
      const listed = watched.relist();
      expect(timers.waits()).toEqual([wait]);
      timers.advance(wait);
      (await server.next()).answer(503, { kind: 'Status', message: 'starting' });
      expect(await listed).toBe(false);
    });

    it.each([
      ['it may not list', 403],
      ['the cluster does not serve', 404],
    ])('has seen all there is to see of a kind that %s', async (_, status) => {
      const watched = watch();
      (await server.next()).answer(status, { kind: 'Status', message: 'no' });
      await watched.settled;
      const listed = cache.relist();
      cache.retry();
      await afterPause();
      (await server.next()).answer(status, { kind: 'Status', message: 'no' });
      expect(await listed).toEqual([]);
    });

    it('waits no longer than it runs', async () => {
      const { watched } = await watching();
      const listed = cache.relist();
      await server.next();
      await cache.stop();
      expect([await listed, await watched.relist()]).toEqual([[watched], false]);
    });
  });

  it('serves a namespace from the watch of the whole cluster, else watches that namespace alone', async () => {
    const whole = watch();
    expect(watch('prod')).toBe(whole);
    await server.next();
    const services = cache.watch(resourceTypes.service, { namespace: 'prod' });
    expect(services).not.toBe(whole);
    expect((await server.next()).path).toBe('/api/v1/namespaces/prod/services');
    expect(Object.keys(cache.metrics())).toEqual(['deployments.apps', 'services@prod']);
  });
});

type Opened = Awaited<ReturnType<ScriptedServer['next']>>;

function watch(namespace?: string, options: WatchResourceOptions = {}) {
  return cache.watch(resourceTypes.deployment, { namespace, ...options });
}

async function watching() {
  const watched = watch();
  (await server.next()).answer(200, listOf('10', object('a', 5)));
  await watched.synced;
  const open = await server.next();
  open.open();
  return { watched, open };
}

/** Waits until the reflector does, and tells for how long. */
async function pausing(): Promise<number> {
  await until(() => timers.waits().some((wait) => wait <= 30_000));
  return timers.waits()[0];
}

async function afterPause(): Promise<void> {
  timers.advance(await pausing());
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve));
}

function listOf(resourceVersion: string, ...items: object[]) {
  return { kind: 'DeploymentList', apiVersion: 'apps/v1', metadata: { resourceVersion }, items };
}

function object(name: string, version: number, metadata: Record<string, unknown> = {}): KubeObject {
  const base = { name, namespace: 'prod', uid: `uid-${name}`, resourceVersion: String(version) };
  return { metadata: { ...base, ...metadata } } as unknown as KubeObject;
}

function shown({ type, object: now, old, source }: ResourceChange): string {
  const version = old ? `${old.metadata.resourceVersion}→${now.metadata.resourceVersion}` : now.metadata.resourceVersion;
  return `${type} ${now.metadata.name}@${version}${source === 'write' ? ' (write)' : ''}`;
}
