import { media } from '../Api';
import { configMap, deployment, made, newNamespace, type Subject } from '../Subject';
import { widget, widgetsOf } from './widgets';

const uid = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

/** What becomes of metadata and status when objects are written, and which writes are refused. */
export function writes(at: Subject): void {
  let namespace: string;
  let path: string;
  let deployments: string;

  beforeAll(async () => {
    namespace = await newNamespace(at, 'writes');
    path = `/api/v1/namespaces/${namespace}/configmaps`;
    deployments = `/apis/apps/v1/namespaces/${namespace}/deployments`;
  });

  test('a created object gets uid, resourceVersion and creationTimestamp, and is answered with 201', async () => {
    const { status, body } = await at.api.create(path, configMap('fresh'));
    expect(status).toBe(201);
    expect(body).toMatchObject({ kind: 'ConfigMap', apiVersion: 'v1', metadata: { name: 'fresh', namespace } });
    expect(body.metadata.uid).toMatch(uid);
    expect(body.metadata.creationTimestamp).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
    expect(body.metadata.resourceVersion).toMatch(/^\d+$/);
    expect(body.metadata).not.toHaveProperty('generation');
  });

  test('uid, creationTimestamp, generation and status of the sender do not count on creation', async () => {
    const metadata = { name: 'forged', uid: 'mine', creationTimestamp: '2001-01-01T00:00:00Z', generation: 7, selfLink: '/x' };
    const body = made(await at.api.create(widgetsOf(namespace), { ...widget('forged'), metadata, status: { phase: 'Ready' } }));
    expect(body.metadata.uid).toMatch(uid);
    expect(body.metadata.creationTimestamp).not.toBe('2001-01-01T00:00:00Z');
    expect(body.metadata.generation).toBe(1);
    expect(body).not.toHaveProperty('status');
  });

  test('a resourceVersion must not be set on creation', async () => {
    const { status, body } = await at.api.create(path, { ...configMap('x'), metadata: { name: 'x', resourceVersion: '12' } });
    expect([status, body.message]).toEqual([500, 'resourceVersion should not be set on objects to be created']);
  });

  test('generateName gets five characters more, without vowels and look-alikes', async () => {
    const body = made(await at.api.create(path, { ...configMap(''), metadata: { generateName: 'many-' } }));
    expect(body.metadata.name).toMatch(/^many-[bcdfghjklmnpqrstvwxz2456789]{5}$/);
    expect(body.metadata.generateName).toBe('many-');
  });

  test('an object needs a name', async () => {
    const { status, body } = await at.api.create(path, { apiVersion: 'v1', kind: 'ConfigMap', metadata: {} });
    expect(status).toBe(422);
    expect(body.message).toBe('ConfigMap "" is invalid: metadata.name: Required value: name or generateName is required');
    expect(body.details).toEqual({
      kind: 'ConfigMap',
      causes: [{ reason: 'FieldValueRequired', message: 'Required value: name or generateName is required', field: 'metadata.name' }],
    });
  });

  test.each([
    ['configmaps', 'Upper', /a lowercase RFC 1123 subdomain must consist of/],
    ['configmaps', 'a'.repeat(254), /must be no more than 253 characters/],
    ['services', 'a.b', /must not contain dots/],
    ['services', 'a_b', /a lowercase RFC 1123 label must consist of/],
  ])('names are validated: %s %s', async (plural, name, message) => {
    const kind = plural === 'services' ? 'Service' : 'ConfigMap';
    const spec = plural === 'services' ? { spec: { ports: [{ port: 80 }] } } : {};
    const { status, body } = await at.api.create(`/api/v1/namespaces/${namespace}/${plural}`, {
      apiVersion: 'v1',
      kind,
      metadata: { name },
      ...spec,
    });
    expect([status, body.reason]).toEqual([422, 'Invalid']);
    expect(body.message).toMatch(message);
    expect(body.details.causes[0]).toMatchObject({ reason: 'FieldValueInvalid', field: 'metadata.name' });
  });

  test('labels are validated', async () => {
    const { status, body } = await at.api.create(path, configMap('labelled', { labels: { 'a b': 'c', ok: 'not ok' } }));
    expect(status).toBe(422);
    expect(body.details.causes.map((cause: any) => cause.field)).toEqual(['metadata.labels', 'metadata.labels']);
  });

  test('a name that is taken is a 409 with the reason AlreadyExists', async () => {
    made(await at.api.create(path, configMap('taken')));
    const { status, body } = await at.api.create(path, configMap('taken'));
    expect(status).toBe(409);
    expect(body).toEqual({
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Failure',
      message: 'configmaps "taken" already exists',
      reason: 'AlreadyExists',
      details: { name: 'taken', kind: 'configmaps' },
      code: 409,
    });
  });

  test('an update under an old resourceVersion is a 409 with the reason Conflict', async () => {
    const old = made(await at.api.create(deployments, deployment('stale')));
    made(await at.api.patch(`${deployments}/stale`, 'merge', { metadata: { labels: { a: 'b' } } }));
    const { status, body } = await at.api.replace(`${deployments}/stale`, old);
    expect(status).toBe(409);
    expect(body).toMatchObject({
      reason: 'Conflict',
      message:
        'Operation cannot be fulfilled on deployments.apps "stale": the object has been modified; please apply your changes to the latest version and try again',
      details: { name: 'stale', group: 'apps', kind: 'deployments' },
    });
  });

  test('a patch that names an old resourceVersion is a 409 too, one that names the present one is not', async () => {
    const old = made(await at.api.create(path, configMap('patched')));
    const { metadata } = made(await at.api.patch(`${path}/patched`, 'merge', { data: { a: '1' } }));
    const stale = await at.api.patch(`${path}/patched`, 'merge', {
      metadata: { resourceVersion: old.metadata.resourceVersion },
      data: { a: '2' },
    });
    expect([stale.status, stale.body.reason]).toEqual([409, 'Conflict']);
    const fresh = await at.api.patch(`${path}/patched`, 'merge', {
      metadata: { resourceVersion: metadata.resourceVersion },
      data: { a: '2' },
    });
    expect(fresh.status).toBe(200);
  });

  test('an update for another uid is a 409', async () => {
    const object = made(await at.api.create(path, configMap('other-uid')));
    const { status, body } = await at.api.replace(`${path}/other-uid`, {
      ...object,
      metadata: { ...object.metadata, uid: '00000000-0000-4000-8000-000000000000' },
    });
    expect([status, body.reason]).toEqual([409, 'Conflict']);
    expect(body.message).toContain('Precondition failed: UID in precondition: 00000000-0000-4000-8000-000000000000, UID in object meta: ');
  });

  test('without a resourceVersion built-in kinds are replaced whatever they are by now, custom resources are not', async () => {
    made(await at.api.create(path, configMap('blind')));
    const replaced = made(await at.api.replace(`${path}/blind`, configMap('blind', { data: { other: 'x' } })));
    expect(replaced.data).toEqual({ other: 'x' });
    made(await at.api.create(widgetsOf(namespace), widget('blind')));
    const { status, body } = await at.api.replace(`${widgetsOf(namespace)}/blind`, widget('blind', { size: 2 }));
    expect([status, body.message]).toEqual([
      422,
      'widgets.behaviour.example "blind" is invalid: metadata.resourceVersion: Invalid value: 0: must be specified for an update',
    ]);
  });

  test('a write that changes nothing keeps the resourceVersion', async () => {
    const services = `/api/v1/namespaces/${namespace}/services`;
    const sent = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'same' }, spec: { ports: [{ port: 80 }], selector: { app: 'x' } } };
    const object = made(await at.api.create(services, sent));
    const one = `${services}/same`;
    for (const again of [
      await at.api.patch(one, 'strategic', { spec: { ports: [{ port: 80, protocol: 'TCP' }] } }),
      await at.api.patch(one, 'merge', {}),
      await at.api.patch(one, 'jsonPatch', []),
      await at.api.replace(one, object),
      await at.api.replace(one, sent),
    ]) {
      expect(made(again)).toEqual(object);
    }
  });

  test('the generation of a Deployment counts changes of its spec, and of nothing else', async () => {
    const one = `${deployments}/counted`;
    expect(made(await at.api.create(deployments, deployment('counted', { paused: true }))).metadata.generation).toBe(1);
    expect(made(await at.api.patch(one, 'merge', { metadata: { labels: { a: 'b' } } })).metadata.generation).toBe(1);
    expect(made(await at.api.patch(`${one}/status`, 'merge', { status: { collisionCount: 3 } })).metadata.generation).toBe(1);
    expect(made(await at.api.patch(one, 'merge', { spec: { minReadySeconds: 3 } })).metadata.generation).toBe(2);
    expect(made(await at.api.patch(one, 'merge', { spec: { minReadySeconds: 3 } })).metadata.generation).toBe(2);
    expect(made(await at.api.patch(one, 'merge', { metadata: { generation: 9 } })).metadata.generation).toBe(2);
  });

  test('the generation of a custom resource with a status subresource counts the same way', async () => {
    const one = `${widgetsOf(namespace)}/counted`;
    expect(made(await at.api.create(widgetsOf(namespace), widget('counted'))).metadata.generation).toBe(1);
    expect(made(await at.api.patch(one, 'merge', { metadata: { annotations: { a: 'b' } } })).metadata.generation).toBe(1);
    expect(made(await at.api.patch(`${one}/status`, 'merge', { status: { phase: 'Ready' } })).metadata.generation).toBe(1);
    expect(made(await at.api.patch(one, 'merge', { spec: { size: 2 } })).metadata.generation).toBe(2);
  });

  test('status is written through its subresource only, and nothing else is written through it', async () => {
    const one = `${widgetsOf(namespace)}/isolated`;
    made(await at.api.create(widgetsOf(namespace), widget('isolated')));
    const throughMain = made(await at.api.patch(one, 'merge', { status: { phase: 'Wrong' }, spec: { size: 5 } }));
    expect(throughMain).toMatchObject({ spec: { size: 5 } });
    expect(throughMain).not.toHaveProperty('status');
    const change = { status: { phase: 'Ready' }, spec: { size: 9 }, metadata: { labels: { a: 'b' } } };
    const throughStatus = made(await at.api.patch(`${one}/status`, 'merge', change));
    expect(throughStatus).toMatchObject({ spec: { size: 5 }, status: { phase: 'Ready' } });
    expect(throughStatus.metadata).not.toHaveProperty('labels');
    const replaced = made(await at.api.replace(`${one}/status`, { ...throughStatus, spec: { size: 1 }, status: { phase: 'Done' } }));
    expect(replaced).toMatchObject({ spec: { size: 5 }, status: { phase: 'Done' } });
    expect(made(await at.api.get(`${one}/status`))).toMatchObject({ spec: { size: 5 }, status: { phase: 'Done' } });
  });

  test('labels of a built-in kind can be written through its status', async () => {
    made(await at.api.create(deployments, deployment('by-status', { paused: true })));
    const change = { metadata: { labels: { seen: 'yes' } }, spec: { replicas: 3 }, status: { collisionCount: 1 } };
    const body = made(await at.api.patch(`${deployments}/by-status/status`, 'merge', change));
    expect([body.metadata.labels, body.spec.replicas, body.status.collisionCount]).toEqual([undefined, 0, 1]);
  });

  test('with dryRun the answer is as if, and nothing happens', async () => {
    const created = await at.api.create(path, configMap('dry'), { dryRun: 'All' });
    expect([created.status, created.body.metadata.name]).toEqual([201, 'dry']);
    expect(created.body.metadata.uid).toMatch(uid);
    expect((await at.api.get(`${path}/dry`)).status).toBe(404);
    const before = made(await at.api.create(path, configMap('dry')));
    expect(made(await at.api.patch(`${path}/dry`, 'merge', { data: { a: 'b' } }, { dryRun: 'All' })).data).toEqual({
      key: 'value',
      a: 'b',
    });
    expect((await at.api.delete(`${path}/dry`, undefined, { dryRun: 'All' })).status).toBe(200);
    expect(made(await at.api.get(`${path}/dry`))).toEqual(before);
    const wrong = await at.api.create(path, configMap('dry2'), { dryRun: 'Some' });
    expect([wrong.status, wrong.body.reason]).toEqual([422, 'Invalid']);
    expect(wrong.body.message).toBe(
      'CreateOptions.meta.k8s.io "" is invalid: dryRun: Unsupported value: ["Some"]: supported values: "All"',
    );
  });

  test('a write into a namespace that is not there is a 404 about the namespace', async () => {
    const { status, body } = await at.api.create('/api/v1/namespaces/nowhere/configmaps', configMap('x'));
    expect([status, body.message, body.details]).toEqual([404, 'namespaces "nowhere" not found', { name: 'nowhere', kind: 'namespaces' }]);
  });

  test.each([
    [
      'namespace',
      { metadata: { name: 'x', namespace: 'other' } },
      'the namespace of the provided object does not match the namespace sent on the request',
    ],
    [
      'apiVersion',
      { apiVersion: 'v2' },
      'ConfigMap in version "v2" cannot be handled as a ConfigMap: no kind "ConfigMap" is registered for version "v2" in scheme',
    ],
    [
      'kind',
      { kind: 'Endpoints' },
      'Endpoints in version "v1" cannot be handled as a ConfigMap: converting (v1.Endpoints) to (core.ConfigMap): unknown conversion',
    ],
  ])('an object of another %s than the path is refused', async (_, change, message) => {
    const { status, body } = await at.api.create(path, { ...configMap('x'), ...change });
    expect([status, body.reason]).toEqual([400, 'BadRequest']);
    expect(body.message).toContain(message);
  });

  test('an update whose name is not that of the path is refused', async () => {
    made(await at.api.create(path, configMap('named')));
    const { status, body } = await at.api.replace(`${path}/named`, configMap('unnamed'));
    expect([status, body.message]).toEqual([400, 'the name of the object (unnamed) does not match the name on the URL (named)']);
  });

  test('a body that is no JSON, and one of an unknown format, are refused', async () => {
    const broken = await at.api.send('POST', path, { body: '{"a":' });
    expect([broken.status, broken.body.reason]).toEqual([400, 'BadRequest']);
    const odd = await at.api.send('POST', path, { body: '<a/>', contentType: 'application/xml' });
    expect([odd.status, odd.body.reason]).toEqual([415, 'UnsupportedMediaType']);
    expect(odd.body.message).toMatch(
      /^the body of the request was in an unknown format - accepted media types include: application\/json, application\/yaml/,
    );
  });

  test('a body may be YAML', async () => {
    const body = 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: from-yaml\ndata:\n  a: "1"\n';
    const answer = await at.api.send('POST', path, { body, contentType: media.yaml });
    expect([answer.status, answer.body.data]).toEqual([201, { a: '1' }]);
  });

  test('data of a ConfigMap are texts', async () => {
    const { status, body } = await at.api.create(path, { ...configMap('numbers'), data: { a: 1 } });
    expect([status, body.reason]).toEqual([400, 'BadRequest']);
    expect(body.message).toContain('json: cannot unmarshal number into Go struct field ConfigMap.data of type string');
  });

  test('what the server keeps of metadata is kept by no update', async () => {
    const before = made(await at.api.create(path, configMap('kept')));
    const metadata = { creationTimestamp: '2001-01-01T00:00:00Z', generation: 4, selfLink: '/x' };
    expect(made(await at.api.patch(`${path}/kept`, 'merge', { metadata }))).toEqual(before);
    const deleted = await at.api.patch(`${path}/kept`, 'merge', { metadata: { deletionTimestamp: '2001-01-01T00:00:00Z' } });
    expect(deleted.status).toBe(422);
    // The real server says it twice.
    expect(deleted.body.details.causes).toContainEqual({
      reason: 'FieldValueInvalid',
      message: 'Invalid value: "2001-01-01T00:00:00Z": field is immutable',
      field: 'metadata.deletionTimestamp',
    });
  });

  test('finalizers need a domain, and owners an apiVersion, kind, name and uid', async () => {
    const finalizers = ['kubernetes', 'behaviour.example/ok', 'orphan', 'nobody'];
    const held = await at.api.create(path, { ...configMap('held'), metadata: { name: 'held', finalizers } }, { dryRun: 'All' });
    expect(held.status).toBe(422);
    expect(held.body.details.causes).toEqual([
      {
        reason: 'FieldValueInvalid',
        message: 'Invalid value: "nobody": name is neither a standard finalizer name nor is it fully qualified',
        field: 'metadata.finalizers[3]',
      },
    ]);
    const ownerReferences = [{ apiVersion: 'v1', kind: 'ConfigMap', name: '', uid: '' }];
    const owned = await at.api.create(path, { ...configMap('owned'), metadata: { name: 'owned', ownerReferences } }, { dryRun: 'All' });
    expect(owned.body.details.causes).toEqual([
      { reason: 'FieldValueInvalid', message: 'Invalid value: "": must not be empty', field: 'metadata.ownerReferences.name' },
      { reason: 'FieldValueInvalid', message: 'Invalid value: "": must not be empty', field: 'metadata.ownerReferences.uid' },
    ]);
  });

  test('only one owner is the controller', async () => {
    const owner = (name: string) => ({ apiVersion: 'v1', kind: 'ConfigMap', name, uid: name, controller: true });
    const metadata = { name: 'two', ownerReferences: [owner('a'), owner('b')] };
    const { status, body } = await at.api.create(path, { ...configMap('two'), metadata }, { dryRun: 'All' });
    expect([status, body.details.causes.map(({ field }: any) => field)]).toEqual([422, ['metadata.ownerReferences']]);
    expect(body.message).toContain(
      'Only one reference can have Controller set to true. Found "true" in references for ConfigMap/a and ConfigMap/b',
    );
  });
}
