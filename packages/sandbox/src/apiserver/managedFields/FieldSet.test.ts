import fc from 'fast-check';
import { builtinTypes } from '../builtinTypes';
import { cloneJson } from '../json';
import { broughtFields, changedFields, difference, fieldsOf, removeFields, union, type FieldSet } from './FieldSet';
import { rootPlace } from './Place';

const deployment = builtinTypes().find(({ id }) => id === 'apps/deployments')!;
const place = rootPlace(deployment.versions[0]);
const containers = (...list: object[]) => ({ spec: { template: { spec: { containers: list } } } });
const inContainers = (fields: FieldSet) => ({ 'f:spec': { 'f:template': { 'f:spec': { 'f:containers': fields } } } });

const values = fc.letrec((tie) => ({
  object: fc.dictionary(fc.constantFrom('a', 'b', 'c'), fc.oneof({ depthSize: 'small' }, fc.integer({ min: 0, max: 3 }), tie('object')), {
    minKeys: 1,
    maxKeys: 3,
  }),
})).object as fc.Arbitrary<Record<string, unknown>>;

describe('field sets', () => {
  it('name the items of keyed lists by their keys, and lists without keys as a whole', () => {
    const value = containers({ name: 'a', args: ['x'], ports: [{ containerPort: 80 }] });
    expect(fieldsOf(value, place)).toEqual(
      inContainers({
        'k:{"name":"a"}': {
          '.': {},
          'f:name': {},
          'f:args': {},
          'f:ports': { 'k:{"containerPort":80,"protocol":"TCP"}': { '.': {}, 'f:containerPort': {} } },
        },
      }),
    );
  });

  it('tell what was set from what went', () => {
    const before = containers({ name: 'a', image: 'a:1' }, { name: 'b', image: 'b:1' });
    const after = containers({ name: 'a', image: 'a:2' }, { name: 'c', image: 'c:1' });
    expect(changedFields(before, after, place)).toEqual({
      changed: inContainers({ 'k:{"name":"a"}': { 'f:image': {} }, 'k:{"name":"c"}': { '.': {}, 'f:name': {}, 'f:image': {} } }),
      removed: inContainers({ 'k:{"name":"b"}': { '.': {}, 'f:name': {}, 'f:image': {} } }),
    });
    expect(changedFields(before, before, place)).toEqual({});
  });

  it('remove fields and items from a value', () => {
    const value = containers({ name: 'a', image: 'a:1', args: ['x'] }, { name: 'b' });
    const gone = inContainers({ 'k:{"name":"a"}': { 'f:args': {} }, 'k:{"name":"b"}': { '.': {}, 'f:name': {} } });
    removeFields(value, gone, place);
    expect(value).toEqual(containers({ name: 'a', image: 'a:1' }));
  });

  it('hold for any values: union and difference are opposites, and what changed is in the new value', () => {
    fc.assert(
      fc.property(values, values, (left, right) => {
        const [a, b] = [fieldsOf(left, place), fieldsOf(right, place)];
        expect(difference(a, a)).toBeUndefined();
        expect(difference(a, union(a, b))).toBeUndefined();
        const { changed } = changedFields(left, right, place);
        expect(changed && difference(changed, broughtFields(right, place))).toBeUndefined();
        const emptied = cloneJson(left);
        removeFields(emptied, a, place);
        expect(emptied).toEqual({});
      }),
    );
  });
});
