import { repeatedFields } from './repeatedFields';

describe('repeatedFields', () => {
  it.each<[json: string, repeated: string[]]>([
    ['{"a": 1, "b": {"a": 2}, "c": [{"a": 3}, {"a": 4}]}', []],
    ['{"a": 1, "a": 2}', ['a']],
    ['{"spec": {"list": [{"x": 1}, {"x": [1, 2], "y": "x", "x": {}}]}}', ['spec.list[1].x']],
    ['{"a": "\\"a\\": {", "b": "a", "b": "]"}', ['b']],
    ['{"a": {}, "b": [], "a": [], "c": {"d": null, "d": true}}', ['a', 'c.d']],
    ['[]', []],
    ['"a"', []],
  ])('finds in %s', (json, repeated) => {
    expect(repeatedFields(json)).toEqual(repeated);
  });
});
