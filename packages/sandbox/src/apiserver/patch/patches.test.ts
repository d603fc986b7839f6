import { BuiltinSchemas } from '../schema/BuiltinSchemas';
import { applyJsonPatch } from './jsonPatch';
import { applyMergePatch } from './mergePatch';
import { applyStrategicMergePatch } from './strategicMergePatch';

describe('applyJsonPatch', () => {
  it.each([
    ['adds a member', { a: 1 }, [{ op: 'add', path: '/b', value: 2 }], { a: 1, b: 2 }],
    ['inserts into a list', [1, 3], [{ op: 'add', path: '/1', value: 2 }], [1, 2, 3]],
    ['appends to a list', [1], [{ op: 'add', path: '/-', value: 2 }], [1, 2]],
    ['removes', { a: 1, b: [1, 2] }, [{ op: 'remove', path: '/b/0' }], { a: 1, b: [2] }],
    ['replaces the whole', { a: 1 }, [{ op: 'replace', path: '', value: 5 }], 5],
    ['moves', { a: 1 }, [{ op: 'move', from: '/a', path: '/b' }], { b: 1 }],
    ['copies', { a: [1] }, [{ op: 'copy', from: '/a', path: '/b' }], { a: [1], b: [1] }],
    ['tests', { a: { b: 1 } }, [{ op: 'test', path: '/a', value: { b: 1 } }], { a: { b: 1 } }],
    ['reads escapes', { 'a/b~c': 1 }, [{ op: 'replace', path: '/a~1b~0c', value: 2 }], { 'a/b~c': 2 }],
  ])('%s', (_, document, patch, expected) => {
    expect(applyJsonPatch(document as unknown, patch)).toEqual(expected);
  });

  it.each([
    ['a failed test', { op: 'test', path: '/a', value: 2 }],
    ['a member that is not there', { op: 'remove', path: '/x' }],
    ['a parent that is not there', { op: 'add', path: '/x/y', value: 1 }],
    ['an index outside the list', { op: 'replace', path: '/list/3', value: 1 }],
    ['an unknown operation', { op: 'jump', path: '/a' }],
    ['a path without a slash', { op: 'add', path: 'a', value: 1 }],
  ])('refuses %s with 422 and leaves the document alone', (_, operation) => {
    const document = { a: 1, list: [1] };
    expect(() => applyJsonPatch(document, [operation])).toThrow(expect.objectContaining({ code: 422 }));
    expect(document).toEqual({ a: 1, list: [1] });
  });
});

describe('applyMergePatch', () => {
  it.each([
    [{ a: 1, b: { c: 1, d: 2 } }, { b: { c: null, e: 3 } }, { a: 1, b: { d: 2, e: 3 } }],
    [{ a: [1, 2] }, { a: [3] }, { a: [3] }],
    [{}, { a: { b: null, c: 1 } }, { a: { c: 1 } }],
    [{ a: 'x' }, { a: { b: 1 } }, { a: { b: 1 } }],
    [{ a: 1 }, [1], [1]],
  ])('%j with %j becomes %j', (document, patch, expected) => {
    expect(applyMergePatch(document, patch)).toEqual(expected);
  });
});

describe('applyStrategicMergePatch', () => {
  const schema = new BuiltinSchemas().find('apps', 'v1', 'Deployment');
  const pods = (containers: unknown[]) => ({ spec: { template: { spec: { containers } } } });

  it('merges containers by name and their env by name', () => {
    const before = pods([
      { name: 'a', image: 'a:1', env: [{ name: 'X', value: '1' }] },
      { name: 'b', image: 'b:1' },
    ]);
    const patch = pods([{ name: 'a', image: 'a:2', env: [{ name: 'Y', value: '2' }] }]);
    expect(applyStrategicMergePatch(before, patch, schema)).toEqual(
      pods([
        {
          name: 'a',
          image: 'a:2',
          env: [
            { name: 'Y', value: '2' },
            { name: 'X', value: '1' },
          ],
        },
        { name: 'b', image: 'b:1' },
      ]),
    );
  });

  it.each([
    ['deletes an item', pods([{ name: 'a' }, { name: 'b' }]), pods([{ name: 'a', $patch: 'delete' }]), pods([{ name: 'b' }])],
    ['replaces a list', pods([{ name: 'a' }]), pods([{ $patch: 'replace' }, { name: 'c' }]), pods([{ name: 'c' }])],
    ['replaces a map', { data: { a: '1', b: '2' } }, { data: { $patch: 'replace', c: '3' } }, { data: { c: '3' } }],
    ['deletes a map', { data: { a: '1' } }, { data: { $patch: 'delete' } }, { data: {} }],
    ['removes by null', { data: { a: '1', b: '2' } }, { data: { a: null } }, { data: { b: '2' } }],
    ['drops nulls of what is new', {}, { data: { a: null, b: { c: null } } }, { data: { b: {} } }],
    [
      'keeps only named keys',
      { spec: { strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1 } } } },
      { spec: { strategy: { $retainKeys: ['type'], type: 'Recreate' } } },
      { spec: { strategy: { type: 'Recreate' } } },
    ],
    [
      'merges primitives as a set, and deletes from it',
      { metadata: { finalizers: ['a', 'b'] } },
      { metadata: { '$deleteFromPrimitiveList/finalizers': ['a'], finalizers: ['b', 'c'] } },
      { metadata: { finalizers: ['b', 'c'] } },
    ],
    [
      'replaces lists without a merge key',
      { spec: { template: { spec: { containers: [{ name: 'a', args: ['1', '2'] }] } } } },
      pods([{ name: 'a', args: ['3'] }]),
      pods([{ name: 'a', args: ['3'] }]),
    ],
    [
      "obeys the client's order and leaves the server's own items where they were",
      pods([{ name: 'a' }, { name: 'sidecar' }, { name: 'b' }]),
      {
        spec: {
          template: { spec: { '$setElementOrder/containers': [{ name: 'b' }, { name: 'a' }], containers: [{ name: 'b', image: 'b:2' }] } },
        },
      },
      pods([{ name: 'sidecar' }, { name: 'b', image: 'b:2' }, { name: 'a' }]),
    ],
  ])('%s', (_, before, patch, expected) => {
    expect(applyStrategicMergePatch(before, patch, schema)).toEqual(expected);
  });

  it('takes service ports by port', () => {
    const service = new BuiltinSchemas().find('', 'v1', 'Service');
    const before = { spec: { ports: [{ port: 80, name: 'http' }] } };
    const patch = { spec: { ports: [{ port: 80, targetPort: 8080 }] } };
    expect(applyStrategicMergePatch(before, patch, service)).toEqual({ spec: { ports: [{ port: 80, name: 'http', targetPort: 8080 }] } });
  });

  it('puts what is new behind what only the server has, in the place of what is deleted', () => {
    const env = (names: object[]) => pods([{ name: 'a', env: names }]);
    const patch = {
      spec: { template: { spec: { containers: [{ name: 'a', env: [{ name: 'B' }, { name: 'C' }, { name: 'A', $patch: 'delete' }] }] } } },
    };
    const before = env([{ name: 'A' }, { name: 'B' }, { name: 'HAND' }]);
    expect(applyStrategicMergePatch(before, patch, schema)).toEqual(env([{ name: 'B' }, { name: 'HAND' }, { name: 'C' }]));
  });

  it('puts what is new before what only the server has', () => {
    const merged = applyStrategicMergePatch(pods([{ name: 'a' }]), pods([{ name: 'b' }]), schema);
    expect(merged).toEqual(pods([{ name: 'b' }, { name: 'a' }]));
  });

  it.each([
    ['an item without its merge key', pods([{ image: 'a' }]), 'merge key: name'],
    ['a directive that is not known', { data: { $patch: 'explode' } }, 'unknown patch type "explode"'],
  ])('refuses %s', (_, patch, message) => {
    expect(() => applyStrategicMergePatch(pods([]), patch, schema)).toThrow(message);
  });
});
