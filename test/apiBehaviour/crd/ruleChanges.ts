import { integer, list, named, object, rules, text } from './ruleSchemas';

const same = rules({ rule: 'self == oldSelf', message: 'may not change' });
const grows = rules('self >= oldSelf');
const items = list(object({ name: text, size: { ...integer, ...grows } }, { required: ['name'] }), named);
const keyed = { ...list(object({ name: text, size: integer }, { required: ['name'] }), named), ...same };
const set = { ...list(text, { 'x-kubernetes-list-type': 'set' }), ...same };
const [a, b] = [
  { name: 'a', size: 1 },
  { name: 'b', size: 2 },
];
const first = {
  ...text,
  ...rules({ rule: 'oldSelf.hasValue() ? self == oldSelf.value() : self == "first"', optionalOldSelf: true }),
};

/** A property's schema, what it was (undefined: it was not there), and what it becomes. */
export const ruleChanges: Record<string, [schema: object, before: unknown, after: unknown]> = {
  'another text': [{ ...text, ...same }, 'a', 'b'],
  'the same text': [{ ...text, ...same }, 'a', 'a'],
  'text where none was': [{ ...text, ...same }, undefined, 'b'],
  'a list in an object, in another order': [
    { ...object({ a: text, b: list(text) }), ...same },
    { a: '1', b: ['x', 'y'] },
    { a: '1', b: ['y', 'x'] },
  ],
  'a number that shrinks': [{ ...integer, ...grows }, 5, 4],
  'values of a map': [
    { type: 'object', maxProperties: 3, additionalProperties: { ...text, ...same } },
    { a: '1', b: '2' },
    { b: '3', c: '4' },
  ],
  'items by their keys, wherever they are': [
    items,
    [
      { name: 'a', size: 5 },
      { name: 'b', size: 5 },
    ],
    [
      { name: 'b', size: 4 },
      { name: 'c', size: 1 },
      { name: 'a', size: 6 },
    ],
  ],
  'a list with keys, in another order': [keyed, [a, b], [b, a]],
  'a list with keys, changed': [keyed, [a, b], [b, { ...a, size: 2 }]],
  'a list with keys, one less': [keyed, [a, b], [b]],
  'a set, in another order': [set, ['a', 'b'], ['b', 'a']],
  'a set, changed': [set, ['a', 'b'], ['b', 'c']],
  'a list, in another order': [{ ...list(text), ...same }, ['a', 'b'], ['b', 'a']],
  'items added': [{ ...list(text), ...rules('oldSelf.all(x, x in self)') }, ['a'], ['b', 'a']],
  'items lost': [{ ...list(text), ...rules('oldSelf.all(x, x in self)') }, ['a', 'b'], ['b']],
  'a new value that an optional rule takes': [first, undefined, 'first'],
  'a new value that an optional rule refuses': [first, undefined, 'other'],
  'a value that an optional rule keeps': [first, 'first', 'first'],
  'a value that an optional rule lets not change': [first, 'first', 'other'],
};
