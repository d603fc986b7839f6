import { media } from '../Api';
import { configMap, deployment, made, newNamespace, type Subject } from '../Subject';
import { widget, widgetsOf } from './widgets';

/** Who owns which field, and who may change it. */
export function serverSideApply(at: Subject): void {
  let namespace: string;
  let path: string;
  let deployments: string;
  /** A ConfigMap with nothing but its name and some data. */
  const data = (name: string, values: Record<string, string>) => ({ ...configMap(name), metadata: { name }, data: values });
  const entriesOf = (body: any) =>
    body.metadata.managedFields.map(({ manager, operation, subresource }: any) => [
      manager,
      operation,
      ...(subresource ? [subresource] : []),
    ]);
  const fieldsOf = (body: any, manager: string, operation: string) =>
    body.metadata.managedFields.find((entry: any) => entry.manager === manager && entry.operation === operation)?.fieldsV1;

  beforeAll(async () => {
    namespace = await newNamespace(at, 'apply');
    path = `/api/v1/namespaces/${namespace}/configmaps`;
    deployments = `/apis/apps/v1/namespaces/${namespace}/deployments`;
  });

  test('creates what is not there (201) and updates what is (200)', async () => {
    const first = await at.api.apply(`${path}/born`, data('born', { a: '1' }), 'one');
    expect([first.status, first.body.data]).toEqual([201, { a: '1' }]);
    const second = await at.api.apply(`${path}/born`, data('born', { a: '2' }), 'one');
    expect([second.status, second.body.data]).toEqual([200, { a: '2' }]);
  });

  test('takes YAML', async () => {
    const body = 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: yaml\ndata:\n  a: "1"\n';
    const answer = await at.api.apply(`${path}/yaml`, body, 'one');
    expect([answer.status, answer.body.data]).toEqual([201, { a: '1' }]);
  });

  test('notes manager, operation, version, time and fields', async () => {
    const labels = { app: 'x' };
    const body = made(await at.api.apply(`${path}/noted`, configMap('noted', { labels, data: { a: '1' } }), 'one'));
    expect(body.metadata.managedFields).toEqual([
      {
        manager: 'one',
        operation: 'Apply',
        apiVersion: 'v1',
        time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
        fieldsType: 'FieldsV1',
        fieldsV1: { 'f:data': { 'f:a': {} }, 'f:metadata': { 'f:labels': { 'f:app': {} } } },
      },
    ]);
  });

  test('writes of other kinds are noted as updates by the start of the user agent, or by fieldManager', async () => {
    const created = made(await at.api.create(path, configMap('updated')));
    expect(entriesOf(created)).toEqual([['behaviour', 'Update']]);
    expect(fieldsOf(created, 'behaviour', 'Update')).toEqual({ 'f:data': { '.': {}, 'f:key': {} } });
    const patched = made(await at.api.patch(`${path}/updated`, 'merge', { data: { more: 'x' } }, { fieldManager: 'patcher' }));
    expect(entriesOf(patched)).toEqual([
      ['behaviour', 'Update'],
      ['patcher', 'Update'],
    ]);
    expect(fieldsOf(patched, 'patcher', 'Update')).toEqual({ 'f:data': { 'f:more': {} } });
  });

  test('items of keyed lists and members of sets have paths of their own', async () => {
    const body = made(await at.api.apply(`${deployments}/listed`, deployment('listed'), 'one'));
    expect(fieldsOf(body, 'one', 'Apply')['f:spec']['f:template']['f:spec']).toEqual({
      'f:containers': {
        'k:{"name":"main"}': {
          '.': {},
          'f:name': {},
          'f:image': {},
          'f:env': { 'k:{"name":"ONE"}': { '.': {}, 'f:name': {}, 'f:value': {} } },
          'f:ports': { 'k:{"containerPort":8080,"protocol":"TCP"}': { '.': {}, 'f:containerPort': {} } },
        },
      },
    });
    const spec = { tags: ['b', 'a'], parts: [{ name: 'x', value: '1' }], steps: [{ name: 's' }], selector: { a: 'b' }, notes: { c: 'd' } };
    const custom = made(await at.api.apply(`${widgetsOf(namespace)}/listed`, widget('listed', spec), 'one'));
    expect(fieldsOf(custom, 'one', 'Apply')).toEqual({
      'f:spec': {
        'f:tags': { 'v:"b"': {}, 'v:"a"': {} },
        'f:parts': { 'k:{"name":"x"}': { '.': {}, 'f:name': {}, 'f:value': {} } },
        'f:steps': {},
        'f:selector': {},
        'f:notes': { 'f:c': {} },
      },
    });
  });

  test('another manager that applies another value is refused with 409, each field a cause', async () => {
    made(await at.api.apply(`${path}/fought`, data('fought', { a: '1', b: '1', c: '1' }), 'one'));
    const { status, body } = await at.api.apply(`${path}/fought`, data('fought', { a: '2', b: '2' }), 'two');
    expect(status).toBe(409);
    expect(body).toMatchObject({
      kind: 'Status',
      status: 'Failure',
      reason: 'Conflict',
      message: 'Apply failed with 2 conflicts: conflicts with "one":\n- .data.a\n- .data.b',
    });
    expect(body.details).toEqual({
      causes: [
        { reason: 'FieldManagerConflict', message: 'conflict with "one"', field: '.data.a' },
        { reason: 'FieldManagerConflict', message: 'conflict with "one"', field: '.data.b' },
      ],
    });
    expect(made(await at.api.get(`${path}/fought`)).data).toEqual({ a: '1', b: '1', c: '1' });
  });

  test('a conflict with an update tells the version it was made in', async () => {
    made(await at.api.create(path, data('written', { a: '1' })));
    const { status, body } = await at.api.apply(`${path}/written`, data('written', { a: '2' }), 'two');
    expect(status).toBe(409);
    expect(body.message).toBe('Apply failed with 1 conflict: conflict with "behaviour" using v1: .data.a');
  });

  test('conflicts with two managers are told apart', async () => {
    made(await at.api.apply(`${path}/both`, data('both', { a: '1' }), 'one'));
    made(await at.api.apply(`${path}/both`, data('both', { b: '1' }), 'two'));
    const { body } = await at.api.apply(`${path}/both`, data('both', { a: '2', b: '2' }), 'three');
    expect(body.message).toBe('Apply failed with 2 conflicts: conflicts with "one":\n- .data.a\nconflicts with "two":\n- .data.b');
  });

  test('conflicts name items of lists by their keys', async () => {
    made(await at.api.apply(`${deployments}/keyed`, deployment('keyed'), 'one'));
    const containers = [{ name: 'main', image: 'other:2' }];
    const change = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'keyed' }, spec: { template: { spec: { containers } } } };
    const { status, body } = await at.api.apply(`${deployments}/keyed`, change, 'two');
    expect([status, body.message]).toEqual([
      409,
      'Apply failed with 1 conflict: conflict with "one": .spec.template.spec.containers[name="main"].image',
    ]);
    expect(body.details.causes).toEqual([
      {
        reason: 'FieldManagerConflict',
        message: 'conflict with "one"',
        field: '.spec.template.spec.containers[name="main"].image',
      },
    ]);
  });

  test('force takes the field over', async () => {
    made(await at.api.apply(`${path}/forced`, data('forced', { a: '1', b: '1' }), 'one'));
    const body = made(await at.api.apply(`${path}/forced`, data('forced', { a: '2' }), 'two', { force: true }));
    expect(body.data).toEqual({ a: '2', b: '1' });
    expect(fieldsOf(body, 'one', 'Apply')).toEqual({ 'f:data': { 'f:b': {} } });
    expect(fieldsOf(body, 'two', 'Apply')).toEqual({ 'f:data': { 'f:a': {} } });
  });

  test('an equal value is shared, and goes when the last of its managers lets go', async () => {
    made(await at.api.apply(`${path}/shared`, data('shared', { a: '1', b: '1' }), 'one'));
    const both = made(await at.api.apply(`${path}/shared`, data('shared', { a: '1' }), 'two'));
    expect(fieldsOf(both, 'one', 'Apply')).toEqual({ 'f:data': { 'f:a': {}, 'f:b': {} } });
    expect(fieldsOf(both, 'two', 'Apply')).toEqual({ 'f:data': { 'f:a': {} } });
    const conflict = await at.api.apply(`${path}/shared`, data('shared', { a: '2' }), 'two');
    expect(conflict.status).toBe(409);
    const kept = made(await at.api.apply(`${path}/shared`, data('shared', { b: '1' }), 'one'));
    expect(kept.data).toEqual({ a: '1', b: '1' });
    const gone = made(await at.api.apply(`${path}/shared`, data('shared', { c: '1' }), 'two'));
    expect(gone.data).toEqual({ b: '1', c: '1' });
  });

  test('fields that a manager applied and leaves out now are removed, those of others stay', async () => {
    made(await at.api.apply(`${path}/left`, configMap('left', { labels: { x: 'y' }, data: { a: '1', b: '1' } }), 'one'));
    made(await at.api.patch(`${path}/left`, 'merge', { data: { other: '1' } }));
    const body = made(await at.api.apply(`${path}/left`, data('left', { a: '1' }), 'one'));
    expect(body.data).toEqual({ a: '1', other: '1' });
    expect(body.metadata).not.toHaveProperty('labels');
  });

  test('items of keyed lists that are left out go with their defaults, an item that others added stays', async () => {
    const containers = [
      { name: 'main', image: 'a:1' },
      { name: 'side', image: 'b:1' },
    ];
    const one = (list: object[]) =>
      deployment('items', { template: { metadata: { labels: { app: 'items' } }, spec: { containers: list } } });
    made(await at.api.apply(`${deployments}/items`, one(containers), 'one'));
    const added = { spec: { template: { spec: { containers: [{ name: 'injected', image: 'c:1' }] } } } };
    made(await at.api.patch(`${deployments}/items`, 'strategic', added));
    const body = made(await at.api.apply(`${deployments}/items`, one(containers.slice(0, 1)), 'one'));
    expect(body.spec.template.spec.containers.map((container: any) => container.name).sort()).toEqual(['injected', 'main']);
  });

  test('an update of an applied field takes it from its applier', async () => {
    made(await at.api.apply(`${path}/taken`, data('taken', { a: '1', b: '1' }), 'one'));
    const body = made(await at.api.patch(`${path}/taken`, 'merge', { data: { a: '2' } }));
    expect(fieldsOf(body, 'one', 'Apply')).toEqual({ 'f:data': { 'f:b': {} } });
    expect(fieldsOf(body, 'behaviour', 'Update')).toEqual({ 'f:data': { 'f:a': {} } });
  });

  test('an update to the same value leaves the owners as they are', async () => {
    const before = made(await at.api.apply(`${path}/equal`, data('equal', { a: '1' }), 'one'));
    const after = made(await at.api.patch(`${path}/equal`, 'merge', { data: { a: '1' } }));
    expect(after).toEqual(before);
  });

  test('the same configuration again changes nothing, not even the resourceVersion', async () => {
    const before = made(await at.api.apply(`${deployments}/again`, deployment('again', { paused: true }), 'one'));
    const after = made(await at.api.apply(`${deployments}/again`, deployment('again', { paused: true }), 'one', { dryRun: 'All' }));
    expect(after.metadata.managedFields.filter((entry: any) => entry.manager === 'one')).toEqual(before.metadata.managedFields);
    const plain = made(await at.api.apply(`${path}/again`, data('again', { a: '1' }), 'one'));
    expect(made(await at.api.apply(`${path}/again`, data('again', { a: '1' }), 'one'))).toEqual(plain);
  });

  test('one manager can apply and update: the two are kept apart and conflict', async () => {
    made(await at.api.create(path, data('double', { a: '1' }), { fieldManager: 'one' }));
    const { status, body } = await at.api.apply(`${path}/double`, data('double', { a: '2' }), 'one');
    expect([status, body.reason]).toEqual([409, 'Conflict']);
    const forced = made(await at.api.apply(`${path}/double`, data('double', { a: '2' }), 'one', { force: true }));
    expect(entriesOf(forced)).toContainEqual(['one', 'Apply']);
  });

  test('defaults belong to nobody', async () => {
    const spec = { selector: { app: 'x' }, ports: [{ port: 80 }] };
    const service = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'defaulted' }, spec };
    const body = made(await at.api.apply(`/api/v1/namespaces/${namespace}/services/defaulted`, service, 'one'));
    expect(body.spec.ports[0]).toEqual({ port: 80, protocol: 'TCP', targetPort: 80 });
    expect(entriesOf(body)).toEqual([['one', 'Apply']]);
    expect(fieldsOf(body, 'one', 'Apply')).toEqual({
      'f:spec': { 'f:ports': { 'k:{"port":80,"protocol":"TCP"}': { '.': {}, 'f:port': {} } }, 'f:selector': {} },
    });
  });

  test('a lone scalar such as replicas is a conflict between an applier and a scaler', async () => {
    made(await at.api.apply(`${deployments}/scaled`, deployment('scaled', { replicas: 0, paused: true }), 'one'));
    const scaled = made(await at.api.patch(`${deployments}/scaled/scale`, 'merge', { spec: { replicas: 1 } }, { fieldManager: 'scaler' }));
    expect(scaled).toMatchObject({ kind: 'Scale', spec: { replicas: 1 } });
    const { body, status } = await at.api.apply(`${deployments}/scaled`, deployment('scaled', { replicas: 0, paused: true }), 'one');
    expect([status, body.details.causes.map((cause: any) => [cause.message.split(' using')[0], cause.field])]).toEqual([
      409,
      [['conflict with "scaler" with subresource "scale"', '.spec.replicas']],
    ]);
    const { replicas: _, ...rest } = deployment('scaled', { paused: true }).spec as Record<string, unknown>;
    const without = made(await at.api.apply(`${deployments}/scaled`, { ...deployment('scaled'), spec: rest }, 'one'));
    expect(without.spec.replicas).toBe(1);
  });

  test('applies to the status subresource touch the status only and are owned there', async () => {
    made(await at.api.apply(`${widgetsOf(namespace)}/stated`, widget('stated'), 'one'));
    const change = { ...widget('stated', { size: 99 }), status: { phase: 'Ready' } };
    const body = made(await at.api.apply(`${widgetsOf(namespace)}/stated/status`, change, 'controller'));
    expect(body).toMatchObject({ spec: { size: 1 }, status: { phase: 'Ready' } });
    expect(entriesOf(body)).toEqual([
      ['controller', 'Apply', 'status'],
      ['one', 'Apply'],
    ]);
    expect(fieldsOf(body, 'controller', 'Apply')).toEqual({ 'f:status': { 'f:phase': {} } });
    const other = await at.api.apply(`${widgetsOf(namespace)}/stated/status`, { ...widget('stated'), status: { phase: 'No' } }, 'second');
    expect([other.status, other.body.message]).toEqual([
      409,
      'Apply failed with 1 conflict: conflict with "controller" with subresource "status": .status.phase',
    ]);
  });

  test('an empty list of managedFields forgets all owners', async () => {
    made(await at.api.apply(`${path}/forgotten`, data('forgotten', { a: '1' }), 'one'));
    const body = made(await at.api.patch(`${path}/forgotten`, 'merge', { metadata: { managedFields: [{}] } }));
    expect(body.metadata).not.toHaveProperty('managedFields');
    const updated = made(await at.api.patch(`${path}/forgotten`, 'merge', { data: { b: '1' } }));
    expect(updated.metadata).not.toHaveProperty('managedFields');
    const conflict = await at.api.apply(`${path}/forgotten`, data('forgotten', { a: '2' }), 'two');
    expect([conflict.status, conflict.body.message]).toEqual([
      409,
      'Apply failed with 1 conflict: conflict with "before-first-apply" using v1: .data.a',
    ]);
    const applied = made(await at.api.apply(`${path}/forgotten`, data('forgotten', { a: '1' }), 'two'));
    expect(entriesOf(applied)).toEqual([
      ['two', 'Apply'],
      ['before-first-apply', 'Update'],
    ]);
  });

  test('with dryRun shows what would be and leaves it', async () => {
    const dry = await at.api.apply(`${path}/dry`, data('dry', { a: '1' }), 'one', { dryRun: 'All' });
    expect([dry.status, dry.body.data]).toEqual([201, { a: '1' }]);
    expect((await at.api.get(`${path}/dry`)).status).toBe(404);
  });

  test('a resourceVersion in the configuration must be the present one', async () => {
    const made1 = made(await at.api.apply(`${path}/pinned`, data('pinned', { a: '1' }), 'one'));
    const pinned = { ...data('pinned', { a: '2' }), metadata: { name: 'pinned', resourceVersion: made1.metadata.resourceVersion } };
    expect((await at.api.apply(`${path}/pinned`, pinned, 'one')).status).toBe(200);
    const { status, body } = await at.api.apply(`${path}/pinned`, { ...pinned, data: { a: '3' } }, 'one');
    expect([status, body.reason]).toEqual([409, 'Conflict']);
  });

  test('needs a fieldManager, no managedFields, an apiVersion and a kind', async () => {
    const nobody = await at.api.send('PATCH', `${path}/x`, { body: data('x', {}), contentType: media.apply });
    expect([nobody.status, nobody.body.message]).toEqual([
      422,
      'PatchOptions.meta.k8s.io "" is invalid: fieldManager: Required value: is required for apply patch',
    ]);
    const managed = { ...data('x', {}), metadata: { name: 'x', managedFields: [{ manager: 'a', operation: 'Apply' }] } };
    const taken = await at.api.apply(`${path}/x`, managed, 'one');
    expect([taken.status, taken.body.message]).toEqual([400, 'metadata.managedFields must be nil']);
    const untyped = await at.api.apply(`${path}/x`, { metadata: { name: 'x' } }, 'one');
    expect([untyped.status, untyped.body.reason]).toEqual([400, 'BadRequest']);
    const forced = await at.api.patch(`${path}/x`, 'merge', { data: {} }, { force: true });
    expect([forced.status, forced.body.message]).toEqual([
      422,
      'PatchOptions.meta.k8s.io "" is invalid: force: Forbidden: may not be specified for non-apply patch',
    ]);
  });

  test('of fields that the schema does not know is refused, unless fieldValidation says otherwise', async () => {
    const odd = { ...widget('odd', { size: 1, shape: 'round' }) };
    const { status, body } = await at.api.apply(`${widgetsOf(namespace)}/odd`, odd, 'one');
    expect([status, body.message]).toEqual([500, expect.stringContaining('.spec.shape: field not declared in schema')]);
    const builtin = { ...deployment('odd'), spec: { ...deployment('odd').spec, replica: 1 } };
    const second = await at.api.apply(`${deployments}/odd`, builtin, 'one');
    expect([second.status, second.body.message]).toEqual([500, expect.stringContaining('.spec.replica: field not declared in schema')]);
  });
}
