import type { createServer } from 'node:http';
import { ManualClock } from '../ManualClock';
import { MemoryObjectStore } from './MemoryObjectStore';
import type { KubeObject } from './ObjectStore';
import { startApiServer, type ApiServer } from './startApiServer';

const table = 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json';
const metadataOnly = 'application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1,application/json';
const configMaps = '/api/v1/namespaces/default/configmaps';

let clock: ManualClock;
let store: MemoryObjectStore;
let server: ApiServer;

beforeEach(async () => {
  clock = new ManualClock();
  store = new MemoryObjectStore({ clock });
  server = await startApiServer({
    store,
    clock,
    backends: { find: (_, name, port) => (name === 'echo' ? echo(port) : undefined) },
    historySize: 50,
  });
});

afterEach(async () => {
  await server.close();
  store.close();
});

function echo(port: string | undefined): Parameters<typeof createServer>[1] & ((request: any, response: any) => void) {
  return (request: any, response: any) => {
    response.end(`${request.method} ${request.url} ${port} ${request.headers.authorization ?? 'no credentials'}`);
  };
}

async function call(method: string, path: string, body?: unknown, headers: Record<string, string> = {}) {
  const response = await fetch(server.url + path, {
    method,
    body: body === undefined ? undefined : JSON.stringify(body),
    headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
  });
  const text = await response.text();
  return { code: response.status, headers: response.headers, text, body: text.startsWith('{') ? JSON.parse(text) : undefined };
}

/** A watch whose events are read one by one; `undefined` is its end. */
async function watch(path: string, headers: Record<string, string> = {}) {
  const abort = new AbortController();
  const response = await fetch(server.url + path, { headers, signal: abort.signal });
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  const next = async (): Promise<any> => {
    for (;;) {
      const end = text.indexOf('\n');
      if (end >= 0) {
        const event = JSON.parse(text.slice(0, end));
        text = text.slice(end + 1);
        return event;
      }
      const { done, value } = await reader.read();
      if (done) {
        return undefined;
      }
      text += value;
    }
  };
  return {
    next,
    name: async () => next().then((event) => `${event.type} ${event.object.metadata.name ?? ''}`.trim()),
    stop: () => abort.abort(),
  };
}

const configMap = (name: string, labels: Record<string, string> = {}): KubeObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace: 'default', labels },
});

const create = (name: string, labels?: Record<string, string>) => store.create('/configmaps', configMap(name, labels));

const things = (): KubeObject => ({
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'things.x.io' },
  spec: {
    group: 'x.io',
    scope: 'Namespaced',
    names: { plural: 'things', kind: 'Thing' },
    versions: [
      {
        name: 'v1',
        served: true,
        storage: true,
        subresources: { status: {} },
        schema: {
          openAPIV3Schema: {
            type: 'object',
            properties: { spec: { type: 'object', properties: { size: { type: 'integer' } } }, status: { type: 'object' } },
          },
        },
        additionalPrinterColumns: [{ name: 'Size', type: 'integer', jsonPath: '.spec.size' }],
      },
    ],
  },
});

describe('reading', () => {
  it('says what it serves', async () => {
    expect((await call('GET', '/version')).body.gitVersion).toBe('v1.35.0+aviary-sandbox');
    expect((await call('GET', '/readyz')).text).toBe('ok');
    expect((await call('GET', '/api')).body.versions).toEqual(['v1']);
    const groups = (await call('GET', '/apis')).body.groups;
    expect(groups.find(({ name }: any) => name === 'autoscaling').versions.map(({ version }: any) => version)).toEqual(['v2', 'v1']);
    const apps = (await call('GET', '/apis/apps/v1')).body.resources.map(({ name }: any) => name);
    expect(apps).toEqual(expect.arrayContaining(['deployments', 'deployments/status', 'deployments/scale']));
    const { paths } = (await call('GET', '/openapi/v3/apis/apps/v1')).body;
    expect(paths['/apis/apps/v1/namespaces/{namespace}/deployments/{name}'].patch.parameters).toContainEqual(
      expect.objectContaining({ name: 'fieldValidation', in: 'query' }),
    );
  });

  it('answers in the words of the real server when something is not there', async () => {
    expect((await call('GET', `${configMaps}/x`)).body).toEqual({
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Failure',
      message: 'configmaps "x" not found',
      reason: 'NotFound',
      details: { name: 'x', kind: 'configmaps' },
      code: 404,
    });
    expect((await call('GET', '/apis/apps/v1/things')).body.message).toBe('the server could not find the requested resource');
    expect((await call('GET', '/nowhere')).code).toBe(404);
    expect((await call('PUT', configMaps, configMap('a'))).body.reason).toBe('MethodNotAllowed');
  });

  it('gives lists in pages of one snapshot', async () => {
    ['a', 'b', 'c'].forEach((name) => create(name));
    const first = (await call('GET', `${configMaps}?limit=2`)).body;
    expect(first.items.map(({ metadata }: any) => metadata.name)).toEqual(['a', 'b']);
    expect(first.metadata.remainingItemCount).toBe(1);
    create('d');
    const second = (await call('GET', `${configMaps}?limit=2&continue=${first.metadata.continue}`)).body;
    expect(second.items.map(({ metadata }: any) => metadata.name)).toEqual(['c']);
    expect(second.metadata).toEqual({ resourceVersion: first.metadata.resourceVersion });
    server.faults.expireHistory();
    expect((await call('GET', `${configMaps}?limit=2&continue=${first.metadata.continue}`)).body).toMatchObject({
      code: 410,
      reason: 'Expired',
    });
  });

  it('chooses by labels and fields', async () => {
    create('a', { app: 'x' });
    create('b', { app: 'y' });
    const names = async (query: string) =>
      (await call('GET', `${configMaps}?${query}`)).body.items.map(({ metadata }: any) => metadata.name);
    expect(await names('labelSelector=app%20in%20(x)')).toEqual(['a']);
    expect(await names('fieldSelector=metadata.name!%3Da')).toEqual(['b']);
    expect((await call('GET', `${configMaps}?fieldSelector=data.x%3D1`)).body.message).toContain('"data.x" is not a known field selector');
  });

  it('shows tables and metadata by Accept, and refuses what it cannot make', async () => {
    create('a');
    clock.advance(65_000);
    const shown = (await call('GET', configMaps, undefined, { accept: table })).body;
    expect(shown).toMatchObject({ kind: 'Table', rows: [{ cells: ['a', 0, '65s'], object: { kind: 'PartialObjectMetadata' } }] });
    const whole = (await call('GET', `${configMaps}/a?includeObject=Object`, undefined, { accept: table })).body;
    expect(whole.rows[0].object.kind).toBe('ConfigMap');
    const list = (await call('GET', configMaps, undefined, { accept: metadataOnly })).body;
    expect(list).toMatchObject({ kind: 'PartialObjectMetadataList', items: [{ kind: 'PartialObjectMetadata', metadata: { name: 'a' } }] });
    expect((await call('GET', configMaps, undefined, { accept: 'application/vnd.kubernetes.protobuf' })).code).toBe(406);
  });

  it('refuses a resource version of the future with 504', async () => {
    expect((await call('GET', `${configMaps}?resourceVersion=999`)).body).toMatchObject({
      code: 504,
      message: 'Timeout: Too large resource version: 999, current: 3',
    });
  });
});

describe('writing', () => {
  it('creates, refuses to create again, replaces, and refuses what is stale', async () => {
    const created = (await call('POST', configMaps, configMap('a'))).body;
    expect((await call('POST', configMaps, configMap('a'))).body).toMatchObject({ code: 409, reason: 'AlreadyExists' });
    expect((await call('PUT', `${configMaps}/a`, { ...created, data: { x: '1' } })).body.data).toEqual({ x: '1' });
    expect((await call('PUT', `${configMaps}/a`, { ...created, data: { x: '2' } })).body).toMatchObject({ code: 409, reason: 'Conflict' });
    expect((await call('PUT', `${configMaps}/b`, created)).body.message).toBe(
      'the name of the object (a) does not match the name on the URL (b)',
    );
    expect((await call('POST', '/api/v1/namespaces/kube-system/configmaps', configMap('a'))).code).toBe(400);
    expect((await call('POST', configMaps, { ...configMap('c'), apiVersion: 'v2' })).code).toBe(400);
  });

  it('has no effect with dryRun=All', async () => {
    const { revision } = store;
    expect((await call('POST', `${configMaps}?dryRun=All`, configMap('a'))).code).toBe(201);
    create('b');
    expect((await call('DELETE', `${configMaps}/b?dryRun=All`)).code).toBe(200);
    expect(
      (await call('PATCH', `${configMaps}/b?dryRun=All`, { data: { x: '1' } }, { 'content-type': 'application/merge-patch+json' })).body
        .data,
    ).toEqual({ x: '1' });
    expect([store.revision, store.list('/configmaps').length]).toEqual([revision + 1, 1]);
  });

  it('names every wrong field of a Deployment', async () => {
    const { body } = await call('POST', '/apis/apps/v1/namespaces/default/deployments', {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'Web' },
      spec: {
        selector: { matchLabels: { app: 'a' } },
        template: { metadata: { labels: { app: 'b' } }, spec: { containers: [{ name: 'c' }] } },
      },
    });
    expect(body).toMatchObject({ code: 422, reason: 'Invalid', details: { name: 'Web', group: 'apps', kind: 'Deployment' } });
    expect(body.details.causes.map(({ field }: any) => field)).toEqual([
      'metadata.name',
      'spec.template.metadata.labels',
      'spec.template.spec.containers[0].image',
    ]);
    expect(body.message).toContain('Invalid value: {"app":"b"}: `selector` does not match template `labels`');
  });

  it('deletes under preconditions only, and by selector', async () => {
    const { metadata } = create('a', { app: 'x' });
    create('b', { app: 'x' });
    create('c');
    const stale = await call('DELETE', `${configMaps}/a`, { preconditions: { uid: 'other' } });
    expect(stale.body).toMatchObject({ code: 409, message: expect.stringContaining('the UID in the precondition (other) does not match') });
    expect(
      (await call('DELETE', `${configMaps}/a`, { preconditions: { uid: metadata.uid, resourceVersion: metadata.resourceVersion } })).body,
    ).toMatchObject({
      status: 'Success',
      details: { name: 'a', kind: 'configmaps', uid: metadata.uid },
    });
    await call('DELETE', `${configMaps}?labelSelector=app%3Dx`);
    expect(store.list('/configmaps').map(({ metadata: { name } }) => name)).toEqual(['c']);
  });

  it('scales', async () => {
    const deployment = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web', namespace: 'default' } };
    const template = { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'c', image: 'i' }] } };
    store.create('apps/deployments', { ...deployment, spec: { replicas: 2, selector: { matchLabels: { app: 'web' } }, template } });
    const path = '/apis/apps/v1/namespaces/default/deployments/web/scale';
    const scale = (await call('GET', path)).body;
    expect(scale).toMatchObject({
      kind: 'Scale',
      apiVersion: 'autoscaling/v1',
      spec: { replicas: 2 },
      status: { replicas: 0, selector: 'app=web' },
    });
    await call('PUT', path, { ...scale, spec: { replicas: 5 } });
    expect((await call('PUT', path, { ...scale, spec: { replicas: 6 } })).code).toBe(409);
    await call('PATCH', path, { spec: { replicas: 7 } }, { 'content-type': 'application/merge-patch+json' });
    expect(store.get('apps/deployments', 'default', 'web')!.spec.replicas).toBe(7);
    expect((await call('PATCH', path, { spec: { replicas: -1 } }, { 'content-type': 'application/merge-patch+json' })).code).toBe(422);
    expect((await call('GET', `${configMaps}/web/scale`)).code).toBe(404);
  });

  it('refuses patch types that a kind does not take', async () => {
    store.create('apiextensions.k8s.io/customresourcedefinitions', things());
    store.create('x.io/things', { apiVersion: 'x.io/v1', kind: 'Thing', metadata: { name: 'a', namespace: 'default' } });
    const refused = await call(
      'PATCH',
      '/apis/x.io/v1/namespaces/default/things/a',
      {},
      { 'content-type': 'application/strategic-merge-patch+json' },
    );
    expect(refused.body).toMatchObject({ code: 415, reason: 'UnsupportedMediaType' });
  });
});

describe('server-side apply', () => {
  const apply = (manager: string, data: Record<string, string>) =>
    call(
      'PATCH',
      `${configMaps}/a?fieldManager=${manager}&force=true`,
      { apiVersion: 'v1', kind: 'ConfigMap', data },
      { 'content-type': 'application/apply-patch+yaml' },
    );

  it('creates, keeps what others own and removes what the manager leaves out', async () => {
    expect((await apply('one', { a: '1', b: '1' })).code).toBe(201);
    expect((await apply('two', { b: '1', c: '1' })).body.data).toEqual({ a: '1', b: '1', c: '1' });
    const last = (await apply('one', {})).body;
    expect(last.data).toEqual({ b: '1', c: '1' });
    expect(last.metadata.managedFields.find(({ manager }: any) => manager === 'two').fieldsV1).toEqual({
      'f:data': { 'f:b': {}, 'f:c': {} },
    });
  });

  it('changes nothing when nothing changes', async () => {
    await apply('one', { a: '1' });
    const { revision } = store;
    clock.advance(5000);
    await apply('one', { a: '1' });
    expect(store.revision).toBe(revision);
  });

  it('takes a field over, also from a plain update', async () => {
    await apply('one', { a: '1' });
    await call('PATCH', `${configMaps}/a?fieldManager=hand`, { data: { a: '2' } }, { 'content-type': 'application/merge-patch+json' });
    const managers = (object: any) => object.metadata.managedFields.map(({ manager, operation }: any) => `${manager} ${operation}`);
    expect(managers((await call('GET', `${configMaps}/a`)).body)).toEqual(['hand Update']);
    expect(managers((await apply('one', { a: '3' })).body)).toEqual(['one Apply']);
  });

  it('needs a field manager', async () => {
    const { body } = await call(
      'PATCH',
      `${configMaps}/a`,
      { apiVersion: 'v1', kind: 'ConfigMap' },
      { 'content-type': 'application/apply-patch+yaml' },
    );
    expect(body).toMatchObject({ code: 422, message: expect.stringContaining('fieldManager: Required value') });
  });
});

describe('custom resources', () => {
  const path = '/apis/x.io/v1/namespaces/default/things';
  const thing = (spec: object) => ({ apiVersion: 'x.io/v1', kind: 'Thing', metadata: { name: 'a' }, spec });

  beforeEach(() => store.create('apiextensions.k8s.io/customresourcedefinitions', things()));

  it('are served at once, pruned, checked and shown with their columns', async () => {
    expect((await call('GET', '/apis/x.io/v1')).body.resources.map(({ name }: any) => name)).toEqual(['things', 'things/status']);
    const created = await call('POST', path, { ...thing({ size: 1, colour: 'red' }), status: {} });
    expect(created.body.spec).toEqual({ size: 1 });
    expect(created.body.status).toBeUndefined();
    expect(created.headers.get('warning')).toBe('299 - "unknown field \\"spec.colour\\""');
    expect((await call('POST', path, thing({ size: 'big' }))).body.message).toBe(
      'Thing.x.io "a" is invalid: spec.size: Invalid value: "string": spec.size in body must be of type integer: "string"',
    );
    expect((await call('GET', path, undefined, { accept: table })).body.rows[0].cells).toEqual(['a', 1]);
  });

  it('refuse unknown fields when asked to be strict, and a replacement without resource version', async () => {
    expect((await call('POST', `${path}?fieldValidation=Strict`, thing({ colour: 'red' }))).body).toMatchObject({
      code: 400,
      message: 'Thing in version "v1" cannot be handled as a Thing: strict decoding error: unknown field "spec.colour"',
    });
    await call('POST', path, thing({ size: 1 }));
    expect((await call('PUT', `${path}/a`, thing({ size: 2 }))).body.details.causes[0].field).toBe('metadata.resourceVersion');
  });

  it('go with their definition, and are no longer served then', async () => {
    await call('POST', path, thing({ size: 1 }));
    const deleted: string[] = [];
    store.subscribe(({ type, object }) => deleted.push(`${type} ${object.kind}`));
    await call('DELETE', '/apis/apiextensions.k8s.io/v1/customresourcedefinitions/things.x.io');
    expect(deleted).toEqual(['MODIFIED CustomResourceDefinition', 'DELETED Thing', 'DELETED CustomResourceDefinition']);
    expect((await call('GET', path)).code).toBe(404);
  });
});

describe('watching', () => {
  it('goes on after a resource version', async () => {
    const { metadata } = create('a');
    create('b');
    const events = await watch(`${configMaps}?watch=true&resourceVersion=${metadata.resourceVersion}`);
    expect(await events.name()).toBe('ADDED b');
    store.update('/configmaps', { ...store.get('/configmaps', 'default', 'b')!, data: { x: '1' } });
    expect(await events.name()).toBe('MODIFIED b');
    store.delete('/configmaps', 'default', 'b');
    expect(await events.name()).toBe('DELETED b');
    events.stop();
  });

  it.each(['', '&resourceVersion=0'])('starts with what there is when no resource version is given (%s)', async (query) => {
    create('a');
    const events = await watch(`/api/v1/configmaps?watch=1${query}`);
    expect(await events.name()).toBe('ADDED a');
    create('b');
    expect(await events.name()).toBe('ADDED b');
    events.stop();
  });

  it('ends initial events with a bookmark', async () => {
    create('a');
    const events = await watch(
      `${configMaps}?watch=true&allowWatchBookmarks=true&sendInitialEvents=true&resourceVersionMatch=NotOlderThan`,
    );
    expect(await events.name()).toBe('ADDED a');
    expect(await events.next()).toMatchObject({
      type: 'BOOKMARK',
      object: {
        kind: 'ConfigMap',
        metadata: { resourceVersion: String(store.revision), annotations: { 'k8s.io/initial-events-end': 'true' } },
      },
    });
    events.stop();
    expect((await call('GET', `${configMaps}?watch=true&sendInitialEvents=true`)).code).toBe(422);
  });

  it('turns a change of labels into coming and going', async () => {
    const events = await watch(`${configMaps}?watch=true&labelSelector=app%3Dx&resourceVersion=${store.revision}`);
    const relabel = (labels: Record<string, string>) => {
      const current = store.get('/configmaps', 'default', 'a')!;
      store.update('/configmaps', { ...current, metadata: { ...current.metadata, labels } });
    };
    create('a');
    relabel({ app: 'x' });
    relabel({ app: 'x', b: 'c' });
    relabel({});
    expect([await events.name(), await events.name()]).toEqual(['ADDED a', 'MODIFIED a']);
    expect(await events.next()).toMatchObject({
      type: 'DELETED',
      object: { metadata: { labels: { app: 'x', b: 'c' }, resourceVersion: String(store.revision) } },
    });
    events.stop();
  });

  it('sends rows with headers once', async () => {
    create('a');
    create('b');
    const events = await watch(`${configMaps}?watch=true`, { accept: table });
    const [first, second] = [await events.next(), await events.next()];
    expect([first.object.columnDefinitions.length, second.object.columnDefinitions.length]).toEqual([3, 0]);
    expect(second.object.rows[0].cells[0]).toBe('b');
    events.stop();
  });

  it('marks its place once a minute and at its end', async () => {
    const events = await watch(`${configMaps}?watch=true&allowWatchBookmarks=true&timeoutSeconds=90&resourceVersion=${store.revision}`);
    clock.advance(60_000);
    expect(await events.next()).toMatchObject({ type: 'BOOKMARK', object: { metadata: { resourceVersion: String(store.revision) } } });
    clock.advance(30_000);
    expect((await events.next()).type).toBe('BOOKMARK');
    expect(await events.next()).toBeUndefined();
  });

  it('says 410 for what has left the history', async () => {
    const { revision } = store;
    for (let index = 0; index < 120; index++) {
      create(`c${index}`);
    }
    const events = await watch(`${configMaps}?watch=true&resourceVersion=${revision}`);
    expect(await events.next()).toMatchObject({ type: 'ERROR', object: { kind: 'Status', code: 410, reason: 'Expired' } });
    expect(await events.next()).toBeUndefined();
    const recent = await watch(`${configMaps}?watch=true&resourceVersion=${store.revision - 1}`);
    expect(await recent.name()).toBe('ADDED c119');
    recent.stop();
  });
});

describe('service proxy', () => {
  const proxy = '/api/v1/namespaces/default/services';

  beforeEach(() => {
    for (const name of ['echo', 'silent']) {
      store.create('/services', {
        apiVersion: 'v1',
        kind: 'Service',
        metadata: { name, namespace: 'default' },
        spec: { ports: [{ port: 80, name: 'http' }] },
      });
    }
  });

  it.each([
    ['GET', '/echo/proxy/api/v1/query?query=a%2Fb', 'GET /api/v1/query?query=a%2Fb undefined no credentials'],
    ['GET', '/http:echo:80/proxy/', 'GET / 80 no credentials'],
    ['POST', '/echo:http/proxy', 'POST / http no credentials'],
  ])('hands %s %s on', async (method, path, expected) => {
    expect((await call(method, proxy + path, undefined, { authorization: 'Bearer secret' })).text).toBe(expected);
  });

  it.each([
    ['/nobody/proxy/', 404, 'services "nobody" not found'],
    ['/silent/proxy/', 503, 'no endpoints available for service "silent"'],
    ['/echo:81/proxy/', 503, 'no service port "81" found for service "echo"'],
  ])('refuses %s with %d', async (path, code, message) => {
    expect((await call('GET', proxy + path)).body).toMatchObject({ code, message });
  });
});

describe('faults', () => {
  it('break, silence and delay watches', async () => {
    const dropped = await watch(`${configMaps}?watch=true`);
    server.faults.dropWatches();
    await expect(dropped.next()).rejects.toThrow();

    const events = await watch(`${configMaps}?watch=true&resourceVersion=${store.revision}`);
    server.faults.stallWatches(true);
    create('a');
    create('b');
    expect((await call('GET', `${configMaps}/b`)).code).toBe(200);
    server.faults.stallWatches(false);
    expect([await events.name(), await events.name()]).toEqual(['ADDED a', 'ADDED b']);

    server.faults.delayWatchEvents(500);
    create('c');
    let arrived = false;
    const event = events.name().finally(() => (arrived = true));
    clock.advance(499);
    await call('GET', configMaps);
    expect(arrived).toBe(false);
    clock.advance(1);
    expect(await event).toBe('ADDED c');
    events.stop();
  });

  it('expire the history, so that only a new list helps', async () => {
    const { revision } = store;
    server.faults.expireHistory();
    const events = await watch(`${configMaps}?watch=true&resourceVersion=${revision}`);
    expect((await events.next()).object.code).toBe(410);
    const { metadata } = (await call('GET', configMaps)).body;
    const fresh = await watch(`${configMaps}?watch=true&resourceVersion=${metadata.resourceVersion}`);
    create('a');
    expect(await fresh.name()).toBe('ADDED a');
    fresh.stop();
  });

  it('fail the next matching requests', async () => {
    server.faults.failNext({ method: 'GET', pathPattern: /configmaps/, status: 429, retryAfter: 3, times: 2 });
    expect((await call('POST', configMaps, configMap('a'))).code).toBe(201);
    const refused = await call('GET', configMaps);
    expect([refused.code, refused.headers.get('retry-after')]).toEqual([429, '3']);
    expect((await call('GET', configMaps)).code).toBe(429);
    expect((await call('GET', configMaps)).code).toBe(200);
  });

  it('freeze the server until it is thawed', async () => {
    server.faults.freeze(true);
    let answered = false;
    const answer = call('GET', configMaps).finally(() => (answered = true));
    await new Promise((resolve) => setImmediate(resolve));
    expect(answered).toBe(false);
    server.faults.freeze(false);
    expect((await answer).code).toBe(200);
  });
});

describe('the request log', () => {
  it('counts every request by verb', async () => {
    await call('GET', configMaps, undefined, { 'user-agent': 'test/1' });
    await call('POST', configMaps, configMap('a'));
    await call('GET', `${configMaps}/a`);
    await call('GET', '/version');
    const events = await watch(`${configMaps}?watch=true`);
    expect(server.requests.counts).toEqual({ list: 1, create: 1, get: 1, other: 1, watch: 1 });
    expect(server.requests.total).toBe(5);
    expect(server.requests.entries[0]).toEqual({ method: 'GET', path: configMaps, at: clock.now(), userAgent: 'test/1', verb: 'list' });
    server.requests.reset();
    expect(server.requests.total).toBe(0);
    events.stop();
  });
});
