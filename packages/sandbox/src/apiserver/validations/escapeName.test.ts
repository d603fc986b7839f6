import { escapeName } from './escapeName';

describe('escapeName', () => {
  it.each([
    ['plain', 'plain'],
    ['with_one', 'with_one'],
    ['a__b', 'a__underscores__b'],
    ['x-y.z/w', 'x__dash__y__dot__z__slash__w'],
    ['namespace', '__namespace__'],
    ['true', '__true__'],
    ['namespaces', 'namespaces'],
    ['$ref', undefined],
    ['1st', undefined],
    ['a b', undefined],
    ['', undefined],
    ['é', undefined],
  ])('knows %s as %s', (name, expected) => expect(escapeName(name)).toBe(expected));
});
