import { media } from '../Api';
import { configMap, deployment, made, newNamespace, type Subject } from '../Subject';
import { widget, widgetsOf } from './widgets';

/** What the patch types do. */
export function patches(at: Subject): void {
  let namespace: string;
  let path: string;
  let deployments: string;
  const containersOf = (body: any) => body.spec.template.spec.containers;
  const template = (spec: Record<string, unknown>) => ({ spec: { template: { spec } } });

  beforeAll(async () => {
    namespace = await newNamespace(at, 'patches');
    path = `/api/v1/namespaces/${namespace}/configmaps`;
    deployments = `/apis/apps/v1/namespaces/${namespace}/deployments`;
  });

  describe('JSON patch', () => {
    test('adds, replaces, removes, moves, copies and tests', async () => {
      made(await at.api.create(path, configMap('json', { data: { a: '1', b: '2', 'x.y': '3' } })));
      const operations = [
        { op: 'test', path: '/data/a', value: '1' },
        { op: 'add', path: '/data/c', value: 'new' },
        { op: 'replace', path: '/data/a', value: '9' },
        { op: 'remove', path: '/data/b' },
        { op: 'move', from: '/data/x.y', path: '/data/moved' },
        { op: 'copy', from: '/data/a', path: '/data/copied' },
      ];
      const { data } = made(await at.api.patch(`${path}/json`, 'jsonPatch', operations));
      expect(data).toEqual({ a: '9', c: 'new', moved: '3', copied: '9' });
    });

    test('escapes a slash in a key as ~1, and replaces also what is not there', async () => {
      const change = [
        { op: 'add', path: '/metadata/annotations', value: {} },
        { op: 'replace', path: '/metadata/annotations/a.example~1b', value: 'c' },
      ];
      made(await at.api.create(path, configMap('escaped')));
      const { annotations } = made(await at.api.patch(`${path}/escaped`, 'jsonPatch', change)).metadata;
      expect(annotations).toEqual({ 'a.example/b': 'c' });
    });

    test('inserts into lists and appends with a dash', async () => {
      made(await at.api.create(widgetsOf(namespace), widget('lists', { steps: [{ name: 'b' }] })));
      const body = made(
        await at.api.patch(`${widgetsOf(namespace)}/lists`, 'jsonPatch', [
          { op: 'add', path: '/spec/steps/0', value: { name: 'a' } },
          { op: 'add', path: '/spec/steps/-', value: { name: 'c' } },
        ]),
      );
      expect(body.spec.steps.map((step: any) => step.name)).toEqual(['a', 'b', 'c']);
    });

    test('with a test that fails changes nothing and is a 422', async () => {
      made(await at.api.create(path, configMap('tested')));
      const { status, body } = await at.api.patch(`${path}/tested`, 'jsonPatch', [
        { op: 'replace', path: '/data/key', value: 'changed' },
        { op: 'test', path: '/data/key', value: 'value' },
      ]);
      expect([status, body.reason, body.message]).toEqual([
        422,
        'Invalid',
        'the server rejected our request due to an error in our request',
      ]);
      expect(body.details).toEqual({});
      expect(made(await at.api.get(`${path}/tested`)).data).toEqual({ key: 'value' });
    });

    test.each([
      ['remove', { op: 'remove', path: '/data/none' }],
      ['add below nothing', { op: 'add', path: '/spec/deep/er', value: 'x' }],
    ])('that cannot %s is a 422', async (_, operation) => {
      await at.api.create(path, configMap('unfit'));
      const { status, body } = await at.api.patch(`${path}/unfit`, 'jsonPatch', [operation]);
      expect([status, body.reason]).toEqual([422, 'Invalid']);
    });

    test('that is not a list is a 400', async () => {
      await at.api.create(path, configMap('unfit'));
      const { status, body } = await at.api.patch(`${path}/unfit`, 'jsonPatch', { op: 'remove', path: '/data' });
      expect([status, body.reason]).toEqual([400, 'BadRequest']);
    });
  });

  describe('merge patch', () => {
    test('merges objects, replaces lists and removes with null', async () => {
      const spec = { size: 1, colour: 'red', steps: [{ name: 'a' }, { name: 'b' }] };
      made(await at.api.create(widgetsOf(namespace), widget('merged', spec)));
      const change = { spec: { colour: null, steps: [{ name: 'c' }] } };
      const body = made(await at.api.patch(`${widgetsOf(namespace)}/merged`, 'merge', change));
      expect(body.spec).toEqual({ size: 1, steps: [{ name: 'c' }] });
    });

    test('replaces the containers of a Deployment as a whole', async () => {
      made(await at.api.create(deployments, deployment('replaced')));
      const body = made(
        await at.api.patch(`${deployments}/replaced`, 'merge', template({ containers: [{ name: 'other', image: 'b:1' }] })),
      );
      expect(containersOf(body).map((container: any) => container.name)).toEqual(['other']);
    });

    test('of something that is not there is a 404', async () => {
      const { status, body } = await at.api.patch(`${path}/none`, 'merge', { data: { a: 'b' } });
      expect([status, body.message]).toEqual([404, 'configmaps "none" not found']);
    });

    test('cannot rename', async () => {
      made(await at.api.create(path, configMap('renamed')));
      const { status, body } = await at.api.patch(`${path}/renamed`, 'merge', { metadata: { name: 'new' } });
      expect([status, body.message]).toEqual([400, 'the name of the object (new) does not match the name on the URL (renamed)']);
    });
  });

  describe('strategic merge patch', () => {
    const patch = async (name: string, spec: Record<string, unknown>) =>
      made(await at.api.patch(`${deployments}/${name}`, 'strategic', template(spec)));

    test('merges lists by their keys and keeps what it does not name', async () => {
      made(await at.api.create(deployments, deployment('keys')));
      const main = { name: 'main', image: 'b:2', env: [{ name: 'TWO', value: '2' }], ports: [{ containerPort: 9090, name: 'admin' }] };
      const [first, second] = containersOf(await patch('keys', { containers: [main, { name: 'side', image: 'c:1' }] }));
      expect([first.image, second.name]).toEqual(['b:2', 'side']);
      expect(first.env).toEqual([
        { name: 'TWO', value: '2' },
        { name: 'ONE', value: '1' },
      ]);
      expect(first.ports.map((port: any) => port.containerPort)).toEqual([9090, 8080]);
    });

    test('obeys $patch: delete and replace', async () => {
      made(await at.api.create(deployments, deployment('directives')));
      await patch('directives', { containers: [{ name: 'side', image: 'c:1' }] });
      const deleted = await patch('directives', { containers: [{ name: 'side', $patch: 'delete' }] });
      expect(containersOf(deleted).map((container: any) => container.name)).toEqual(['main']);
      const replaced = await patch('directives', { containers: [{ $patch: 'replace' }, { name: 'only', image: 'd:1' }] });
      expect(containersOf(replaced).map((container: any) => container.name)).toEqual(['only']);
      made(await at.api.patch(`${deployments}/directives`, 'merge', { metadata: { labels: { a: 'b' } } }));
      const labels = { $patch: 'replace', only: 'this' };
      const body = made(await at.api.patch(`${deployments}/directives`, 'strategic', { metadata: { labels } }));
      expect(body.metadata.labels).toEqual({ only: 'this' });
    });

    test('obeys $setElementOrder', async () => {
      made(await at.api.create(deployments, deployment('order')));
      const body = await patch('order', {
        '$setElementOrder/containers': [{ name: 'first' }, { name: 'main' }],
        containers: [{ name: 'first', image: 'c:1' }],
      });
      expect(containersOf(body).map((container: any) => container.name)).toEqual(['first', 'main']);
    });

    test('obeys $retainKeys', async () => {
      made(await at.api.create(deployments, deployment('retain')));
      const change = { spec: { strategy: { $retainKeys: ['type'], type: 'Recreate' } } };
      const { spec } = made(await at.api.patch(`${deployments}/retain`, 'strategic', change));
      expect(spec.strategy).toEqual({ type: 'Recreate' });
    });

    test('obeys $deleteFromPrimitiveList', async () => {
      made(
        await at.api.create(path, {
          ...configMap('finalized'),
          metadata: { name: 'finalized', finalizers: ['a.example/x', 'b.example/y'] },
        }),
      );
      const change = { metadata: { '$deleteFromPrimitiveList/finalizers': ['a.example/x'] } };
      expect(made(await at.api.patch(`${path}/finalized`, 'strategic', change)).metadata.finalizers).toEqual(['b.example/y']);
      made(await at.api.patch(`${path}/finalized`, 'merge', { metadata: { finalizers: null } }));
    });

    test('removes with null', async () => {
      made(await at.api.create(path, configMap('nulled', { data: { a: '1', b: '2' } })));
      expect(made(await at.api.patch(`${path}/nulled`, 'strategic', { data: { a: null } })).data).toEqual({ b: '2' });
    });

    test('needs the merge key in every item', async () => {
      made(await at.api.create(deployments, deployment('keyless')));
      const { status, body } = await at.api.patch(`${deployments}/keyless`, 'strategic', template({ containers: [{ image: 'x:1' }] }));
      expect([status, body.message]).toEqual([500, expect.stringContaining('does not contain declared merge key: name')]);
    });

    test('of a custom resource is a 415 that names what is accepted', async () => {
      await at.api.create(widgetsOf(namespace), widget('strategic'));
      const { status, body } = await at.api.patch(`${widgetsOf(namespace)}/strategic`, 'strategic', { spec: { size: 2 } });
      expect([status, body.reason, body.message]).toEqual([
        415,
        'UnsupportedMediaType',
        'the body of the request was in an unknown format - accepted media types include: application/json-patch+json, application/merge-patch+json, application/apply-patch+yaml',
      ]);
    });
  });

  test('a patch of no known type is a 415', async () => {
    await at.api.create(path, configMap('unfit'));
    const { status, body } = await at.api.send('PATCH', `${path}/unfit`, { body: { data: {} }, contentType: media.json });
    expect([status, body.reason]).toEqual([415, 'UnsupportedMediaType']);
  });

  test('a patch whose outcome is not valid is a 422 that names the field', async () => {
    made(await at.api.create(deployments, deployment('broken')));
    const { status, body } = await at.api.patch(`${deployments}/broken`, 'merge', { spec: { replicas: -1 } });
    expect(status).toBe(422);
    expect(body.message).toBe('Deployment.apps "broken" is invalid: spec.replicas: Invalid value: -1: must be greater than or equal to 0');
    expect(body.details.causes).toEqual([
      { reason: 'FieldValueInvalid', message: 'Invalid value: -1: must be greater than or equal to 0', field: 'spec.replicas' },
    ]);
  });
}
