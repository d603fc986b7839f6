import type { KubeObject } from '@aviary/provider-contract';
import { ManualTimers } from '../testing/ManualTimers';
import { ScriptedServer } from '../testing/ScriptedServer';
import type { ClusterAccess } from './ClusterAccess';
import { KubeClient, type KubeClientOptions } from './KubeClient';
import { isKubeError, isUnsent } from './KubeError';
import { KubeTransport, type KubeTransportOptions } from './KubeTransport';
import { resourceTypes } from './ResourceType';

const { deployment, service, configMap } = resourceTypes;
const key = { namespace: 'prod', name: 'podinfo' };

let server: ScriptedServer;
let transport: KubeTransport;
let timers: ManualTimers;

beforeEach(async () => {
  server = await ScriptedServer.start();
  timers = new ManualTimers();
});

afterEach(async () => {
  await transport.close();
  await server.stop();
});

describe('KubeClient', () => {
  it('sends what is to be written as it is, under its names, and gives back what the server made of it', async () => {
    const client = connect({}, { userAgent: 'aviary/1.2.3' });
    const written = client.create(deployment, { ...object(), future: { field: [1, null] } });
    const request = await server.next();
    expect(request).toMatchObject({ method: 'POST', path: '/apis/apps/v1/namespaces/prod/deployments' });
    expect(Object.fromEntries(request.query)).toEqual({ fieldManager: 'flagger', fieldValidation: 'Strict' });
    expect(request.headers).toMatchObject({
      'user-agent': 'aviary/1.2.3',
      authorization: 'Bearer secret',
      'content-type': 'application/json',
    });
    expect(JSON.parse(request.body)).toEqual({ ...object(), future: { field: [1, null] } });
    request.answer(201, { ...object(), unknown: 'kept' });
    expect(await written).toEqual({ ...object(), unknown: 'kept' });
  });

  it.each([
    ['get', (client: KubeClient) => client.get(deployment, key), 'GET', '/apis/apps/v1/namespaces/prod/deployments/podinfo', {}],
    [
      'replace',
      (client: KubeClient) => client.replace(service, object()),
      'PUT',
      '/api/v1/namespaces/prod/services/podinfo',
      { fieldManager: 'aviary' },
    ],
    [
      'replaceStatus',
      (client: KubeClient) => client.replaceStatus(resourceTypes.canary, object()),
      'PUT',
      '/apis/flagger.app/v1beta1/namespaces/prod/canaries/podinfo/status',
      { fieldManager: 'aviary' },
    ],
    [
      'mergePatch',
      (client: KubeClient) => client.mergePatch(deployment, key, { spec: { replicas: 0 } }),
      'PATCH',
      '/apis/apps/v1/namespaces/prod/deployments/podinfo',
      { fieldManager: 'aviary' },
    ],
    [
      'mergePatchStatus',
      (client: KubeClient) => client.mergePatchStatus(deployment, key, {}),
      'PATCH',
      '/apis/apps/v1/namespaces/prod/deployments/podinfo/status',
      { fieldManager: 'aviary' },
    ],
    [
      'delete',
      (client: KubeClient) => client.delete(deployment, key, { uid: 'u' }),
      'DELETE',
      '/apis/apps/v1/namespaces/prod/deployments/podinfo',
      {},
    ],
    [
      'cluster-scoped get',
      (client: KubeClient) => client.get(resourceTypes.namespace, { name: 'kube-system' }),
      'GET',
      '/api/v1/namespaces/kube-system',
      {},
    ],
    [
      'create of the last rank',
      (client: KubeClient) => client.create(resourceTypes.event, object(), { rank: 'last' }),
      'POST',
      '/api/v1/namespaces/prod/events',
      { fieldManager: 'aviary', fieldValidation: 'Strict' },
    ],
  ])('%s goes to the right place', async (_, act, method, path, query) => {
    const done = act(connect({ fieldManager: 'aviary' }));
    const request = await server.next();
    expect(request).toMatchObject({ method, path });
    expect(Object.fromEntries(request.query)).toEqual(query);
    if (method === 'PATCH') expect(request.headers['content-type']).toBe('application/merge-patch+json');
    request.answer(200, object());
    await done;
  });

  it('deletes only the object that was seen', async () => {
    const client = connect();
    const gone = client.delete(deployment, key, { uid: 'u', resourceVersion: '7' });
    const request = await server.next();
    expect(JSON.parse(request.body)).toMatchObject({ preconditions: { uid: 'u', resourceVersion: '7' }, propagationPolicy: 'Background' });
    request.answer(200, { kind: 'Status', status: 'Success' });
    expect(await gone).toBeUndefined();
    const kept = client.delete(deployment, key, { uid: 'u' });
    (await server.next()).answer(200, object());
    expect(await kept).toEqual(object());
  });

  it('sends writes of the first rank first, and tells of those that it could not send in time', async () => {
    const client = connect();
    const writes = Array.from({ length: 16 }, () => client.create(deployment, object()));
    const under = await Promise.all(writes.map(() => server.next()));
    const usual = client.replace(deployment, object());
    const home = client.mergePatch(service, key, {}, { rank: 'first' });
    under[0].answer(201, object());
    const next = await server.next();
    expect(next.method).toBe('PATCH');
    timers.advance(1_000);
    expect(isUnsent(await usual.catch((error: unknown) => error))).toBe(true);
    let called = 0;
    client.whenRoom('usual', () => (called += 1));
    expect(called).toBe(0);
    for (const request of [next, ...under.slice(1)]) request.answer(200, object());
    await Promise.all([...writes, home]);
    expect(called).toBe(1);
  });

  it('lists page by page and fills in the kinds that the server leaves out', async () => {
    const listed = connect().list(deployment, { labelSelector: 'app=x', limit: 1 });
    const first = await server.next();
    expect(Object.fromEntries(first.query)).toEqual({ labelSelector: 'app=x', limit: '1' });
    first.answer(200, { metadata: { resourceVersion: '10', continue: 'token' }, items: [{ metadata: { name: 'a' } }] });
    const second = await server.next();
    expect(Object.fromEntries(second.query)).toEqual({ labelSelector: 'app=x', limit: '1', continue: 'token' });
    second.answer(200, { metadata: { resourceVersion: '10' }, items: [{ kind: 'Own', metadata: { name: 'b' } }] });
    expect(await listed).toEqual({
      resourceVersion: '10',
      items: [
        { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'a' } },
        { kind: 'Own', metadata: { name: 'b' } },
      ],
    });
  });

  it('lists in one piece when the continue token has expired', async () => {
    const listed = connect().list(deployment);
    (await server.next()).answer(200, { metadata: { resourceVersion: '10', continue: 'token' }, items: [{ metadata: { name: 'a' } }] });
    (await server.next()).answer(410, { kind: 'Status', reason: 'Expired' });
    const again = await server.next();
    expect(Object.fromEntries(again.query)).toEqual({});
    again.answer(200, { metadata: { resourceVersion: '20' }, items: null });
    expect(await listed).toEqual({ resourceVersion: '20', items: [] });
  });

  it('tries a list once for who has a patience of its own', async () => {
    const listed = connect().list(deployment, { once: true });
    (await server.next()).answer(503, { kind: 'Status', message: 'starting' });
    await expect(listed).rejects.toMatchObject({ kind: 'unavailable', status: 503 });
    expect(server.pending).toBe(0);
  });

  it('asks for the version of a collection with one object at most', async () => {
    const version = connect().currentVersion(deployment, { namespace: 'prod' });
    const request = await server.next();
    expect(request.path).toBe('/apis/apps/v1/namespaces/prod/deployments');
    expect(Object.fromEntries(request.query)).toEqual({ limit: '1' });
    request.answer(200, { metadata: { resourceVersion: '77' }, items: [{ metadata: { name: 'a' } }] });
    expect(await version).toBe('77');
  });

  it.each([
    [200, 'ok', undefined],
    [403, 'a proxy that lets nobody there', undefined],
    [404, 'a proxy that does not know it', undefined],
    [
      500,
      '[+]ping ok\n[-]etcd failed: reason withheld\n[-]log failed\nreadyz check failed',
      'the API server is not ready: [-]etcd failed: reason withheld, [-]log failed',
    ],
    [503, 'no backend', 'the API server is not ready: 503 no backend'],
  ])('takes /readyz with %s %s for: %s', async (status, body, expected) => {
    const readiness = connect().readiness({ deadlineMs: 5_000 });
    const request = await server.next();
    expect(request.path).toBe('/readyz');
    request.answer(status, body);
    expect(await readiness).toBe(expected);
  });

  it('asks for metadata alone and keeps nothing else', async () => {
    const got = connect().getMetadata(configMap, key);
    const request = await server.next();
    expect(request.headers.accept).toContain('as=PartialObjectMetadata;');
    request.answer(200, { ...object(), data: { secret: 'x' } });
    expect(await got).toEqual({ apiVersion: 'v1', kind: 'ConfigMap', metadata: object().metadata });
  });

  it('knows what the cluster serves', async () => {
    const found = connect().discover('apps/v1');
    const request = await server.next();
    expect(request.path).toBe('/apis/apps/v1');
    request.answer(200, {
      kind: 'APIResourceList',
      resources: [
        { name: 'deployments', kind: 'Deployment', namespaced: true },
        { name: 'deployments/status', kind: 'Deployment', namespaced: true },
      ],
    });
    expect(await found).toEqual([{ group: 'apps', version: 'v1', plural: 'deployments', kind: 'Deployment', namespaced: true }]);
  });

  it.each([
    [400, { reason: 'BadRequest' }, 'invalid'],
    [401, { reason: 'Unauthorized' }, 'unauthorized'],
    [403, { reason: 'Forbidden' }, 'forbidden'],
    [403, { message: 'admission webhook "policy.example.com" denied the request: no' }, 'invalid'],
    [404, { reason: 'NotFound' }, 'notFound'],
    [409, { reason: 'Conflict' }, 'conflict'],
    [409, { reason: 'AlreadyExists' }, 'alreadyExists'],
    [410, { reason: 'Expired' }, 'expired'],
    [422, { reason: 'Invalid' }, 'invalid'],
    [429, { reason: 'TooManyRequests' }, 'tooManyRequests'],
    [500, { reason: 'InternalError' }, 'unavailable'],
    [503, 'upstream is away', 'unavailable'],
  ])('answers a write with status %d and %j by an error of kind %5$s, without another try', async (status, body, kind) => {
    const failed = connect()
      .replace(deployment, object())
      .catch((error) => error);
    (await server.next()).answer(status, typeof body === 'string' ? body : { kind: 'Status', message: 'text', ...body }, {
      'retry-after': '3',
    });
    const error = await failed;
    expect(isKubeError(error)).toBe(true);
    expect(error).toMatchObject({ kind, status, verb: 'update', resource: 'deployments.apps', retryAfterMs: 3_000 });
    expect(server.pending).toBe(0);
  });

  it('says in its errors what was asked and what was found', async () => {
    const failed = connect().mergePatchStatus(resourceTypes.canary, key, {});
    (await server.next()).answer(409, { kind: 'Status', reason: 'Conflict', message: 'the object has been modified' });
    await expect(failed).rejects.toThrow('patch canaries.flagger.app/status prod/podinfo: 409 Conflict: the object has been modified');
  });

  it('takes a write without an answer for not done, and does not try again', async () => {
    const client = connect();
    const reset = client.create(deployment, object());
    (await server.next()).reset();
    await expect(reset).rejects.toMatchObject({ kind: 'unavailable', status: 0, reason: 'Network' });
    const late = client.create(deployment, object());
    const request = await server.next();
    timers.advance(2_000);
    await expect(late).rejects.toMatchObject({ kind: 'unavailable', status: 0, reason: 'Timeout' });
    await request.closed;
    expect(server.pending).toBe(0);
  });

  it('reads again after 429, 5xx and broken connections, waiting as the server says', async () => {
    const client = connect();
    const got = client.get(deployment, key);
    (await server.next()).answer(429, { kind: 'Status' }, { 'retry-after': '2' });
    await paused(2_000);
    (await server.next()).answer(500, 'broken');
    await paused(150);
    (await server.next()).reset();
    await paused(300);
    (await server.next()).answer(200, object());
    expect(await got).toEqual(object());
    expect(client.counts()).toEqual({ get: 4 });
  });

  it('leaves time for another try when a read is not answered, and gives up at its limit', async () => {
    const failed = connect()
      .get(deployment, key)
      .catch((error) => error);
    await server.next();
    timers.advance(5_000);
    await paused(75);
    await server.next();
    timers.advance(5_000);
    expect(await failed).toMatchObject({ kind: 'unavailable', reason: 'Timeout' });
  });

  it('does not read again what is not there or not allowed', async () => {
    const failed = connect().get(deployment, key);
    (await server.next()).answer(404, { kind: 'Status', reason: 'NotFound', message: 'deployments.apps "podinfo" not found' });
    await expect(failed).rejects.toMatchObject({ kind: 'notFound' });
    expect(server.pending).toBe(0);
  });

  it('uses a few connections for many requests', async () => {
    const client = connect({}, { connections: 2 });
    server.always((request) => request.answer(200, object()));
    await Promise.all(Array.from({ length: 50 }, () => client.get(deployment, key)));
    expect(server.connections).toBeLessThanOrEqual(2);
  });

  it('gives all connections up after three time-outs in a row', async () => {
    const client = connect({}, { connections: 1 });
    const first = client.get(deployment, key);
    (await server.next()).answer(200, object());
    await first;
    for (let index = 0; index < 3; index += 1) {
      const failed = client.replace(deployment, object());
      await server.next();
      timers.advance(2_000);
      await expect(failed).rejects.toMatchObject({ reason: 'Timeout' });
    }
    const before = server.connections;
    const next = client.get(deployment, key);
    (await server.next()).answer(200, object());
    await next;
    expect(server.connections).toBe(before + 1);
  });

  it('asks for credentials with every request and says when there are none', async () => {
    let token = 'one';
    const client = connect({}, {}, async () => {
      if (token === '') throw new Error('the plug-in failed');
      return { headers: { Authorization: `Bearer ${token}` }, tls: {} };
    });
    for (token of ['one', 'two']) {
      const got = client.get(deployment, key);
      const request = await server.next();
      expect(request.headers.authorization).toBe(`Bearer ${token}`);
      request.answer(200, object());
      await got;
    }
    token = '';
    await expect(client.get(deployment, key)).rejects.toMatchObject({ kind: 'unauthorized', reason: 'Credentials' });
  });

  it('tells telemetry about every request', async () => {
    const records: string[] = [];
    const client = connect({ onRequest: ({ verb, resource, status }) => records.push(`${verb} ${resource} ${status}`) });
    const got = client.get(deployment, key);
    (await server.next()).answer(200, object());
    await got;
    expect(records).toEqual(['get deployments.apps 200']);
  });

  describe('serviceProxy', () => {
    const target = { namespace: 'monitoring', name: 'prometheus', port: 9090 };

    it('reaches a service through the API server and gives back its answer, whatever it is', async () => {
      const answered = connect().serviceProxy(target, '/api/v1/query?query=up', { method: 'POST', headers: { 'x-a': 'b' }, body: 'text' });
      const request = await server.next();
      expect(request).toMatchObject({
        method: 'POST',
        path: '/api/v1/namespaces/monitoring/services/prometheus:9090/proxy/api/v1/query',
        body: 'text',
      });
      expect(request.query.get('query')).toBe('up');
      expect(request.headers['x-a']).toBe('b');
      request.answer(503, 'not today');
      expect(await answered).toMatchObject({ status: 503, body: 'not today' });
    });

    it('names https services so, and keeps dot segments inside', async () => {
      const answered = connect().serviceProxy(target, '/../../secrets', { scheme: 'https' });
      const request = await server.next();
      expect(request.path).toBe('/api/v1/namespaces/monitoring/services/https:prometheus:9090/proxy/secrets');
      request.answer(200, '');
      await answered;
    });

    it('throws when it is the API server that refuses', async () => {
      const answered = connect().serviceProxy(target, '/');
      (await server.next()).answer(403, { kind: 'Status', reason: 'Forbidden', message: 'services/proxy is forbidden' });
      await expect(answered).rejects.toMatchObject({ kind: 'forbidden', verb: 'proxy' });
    });

    it.each(['Authorization', 'impersonate-user'])('refuses the header %s, which the API server would take for its own', async (header) => {
      await expect(connect().serviceProxy(target, '/', { headers: { [header]: 'x' } })).rejects.toMatchObject({ kind: 'invalid' });
      expect(server.connections).toBe(0);
    });

    it('accepts no more than it was told', async () => {
      const answered = connect().serviceProxy(target, '/', { maxBytes: 10 });
      (await server.next()).answer(200, 'x'.repeat(11));
      await expect(answered).rejects.toMatchObject({ kind: 'invalid', reason: 'TooLarge' });
    });
  });
});

function connect(
  options: KubeClientOptions = {},
  transportOptions: KubeTransportOptions = {},
  credentials: ClusterAccess['credentials'] = async () => ({ headers: { Authorization: 'Bearer secret' }, tls: {} }),
): KubeClient {
  transport = new KubeTransport({ server: server.url, credentials }, { timers, ...transportOptions });
  return new KubeClient(transport, { timers, random: () => 0.5, ...options });
}

/** Waits until the client pauses for `ms`, then lets that time pass. */
async function paused(ms: number): Promise<void> {
  while (timers.waits().length === 0 || timers.waits()[0] !== ms) await new Promise((resolve) => setImmediate(resolve));
  timers.advance(ms);
}

function object(): KubeObject {
  return { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { ...key, uid: 'u', resourceVersion: '7' } };
}
