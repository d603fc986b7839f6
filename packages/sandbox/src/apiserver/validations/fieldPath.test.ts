import { normalFieldPath } from './fieldPath';

const text = { type: 'string' } as const;
const schema = {
  type: 'object',
  properties: {
    a: { type: 'object', properties: { 'b-c': text } },
    m: { type: 'object', additionalProperties: { type: 'object', properties: { d: text } } },
    l: { type: 'array', items: text },
  },
} as const;

describe('normalFieldPath', () => {
  it.each([
    ['.a', 'a'],
    ['.a.b-c', 'a.b-c'],
    [".a['b-c']", 'a.b-c'],
    [".m['x.y'].d", 'm[x.y].d'],
    [".m['it\\'s']", "m[it's]"],
    ['.m.x', 'm[x]'],
    ['.l', 'l'],
    ['.l[0]', undefined],
    ['.z', undefined],
    ['.a.toString', undefined],
    ['a', undefined],
    ['.a.', undefined],
    ['', undefined],
  ])('knows %s as %s', (path, expected) => expect(normalFieldPath(path, schema as any)).toBe(expected));
});
