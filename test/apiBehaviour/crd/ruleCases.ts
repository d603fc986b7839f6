import { rules, integer, list, object, text } from './ruleSchemas';

/** A property's schema and its value. */
export type Case = [schema: object, value: unknown];

/** What rules say: they hold at their level, and name it. */
function atTheirLevel(): Record<string, Case> {
  const sized = object({ low: integer, high: integer });
  const ordered = { rule: 'self.low <= self.high', message: 'low must not be above high' };
  const short = { ...text, ...rules('self.size() < 3') };
  return {
    'on an object': [
      { ...sized, ...rules(ordered) },
      { low: 2, high: 1 },
    ],
    'on an object, held': [
      { ...sized, ...rules(ordered) },
      { low: 1, high: 1 },
    ],
    'on an object, without a message': [
      { ...sized, ...rules('self.low <= self.high') },
      { low: 2, high: 1 },
    ],
    'on a field that is missing': [{ ...sized, ...rules(ordered) }, { low: 2 }],
    'two rules': [
      { ...sized, ...rules(ordered, 'self.high > 1') },
      { low: 2, high: 1 },
    ],
    'on text': [short, 'long'],
    'on a number': [{ ...integer, ...rules('self % 2 == 0') }, 3],
    'on a fraction': [{ type: 'number', ...rules('self < 1.5') }, 1.75],
    'on a whole fraction': [{ type: 'number', ...rules('self < 1.5') }, 2],
    'on a boolean': [{ type: 'boolean', ...rules('self') }, false],
    'on a list': [{ ...list(integer), ...rules('self.all(x, x > 0)') }, [1, -1]],
    'on the items of a list': [list(short), ['a', 'long', 'b', 'longer']],
    'on a map': [{ type: 'object', maxProperties: 5, additionalProperties: text, ...rules('self.all(key, key != self[key])') }, { a: 'a' }],
    'on the values of a map': [{ type: 'object', maxProperties: 5, additionalProperties: short }, { 'a.b/c': 'long' }],
    'on a property deep below': [object({ a: list(object({ b: object({ c: short }) })) }), { a: [{}, { b: { c: 'long' } }] }],
    'on what may be null': [{ ...text, nullable: true, ...rules('self == "a"') }, null],
    'above what may be null': [object({ a: { ...text, nullable: true } }, rules('has(self.a)')), { a: null }],
    'above a list of what may be null': [
      { ...list({ ...object({ a: text }), nullable: true }), ...rules('self.exists(x, x == null)') },
      [{}, null],
    ],
    'below another that fails': [object({ a: short }, rules('self.a == "x"')), { a: 'long' }],
    'with spaces and lines': [{ ...text, ...rules({ rule: '\n  self ==\n  "a"\n', message: ' must be a ' }) }, 'b'],
  };
}

/** What rules say: they are not looked at where the schema is broken in a way that rules could stumble over. */
function withBrokenSchemas(): Record<string, Case> {
  const schema = object({ a: { ...integer, minimum: 5 }, b: { ...text, pattern: '^b' }, c: text }, rules('self.a < self.b.size()'));
  return {
    'another type': [schema, { a: 'x', b: 'b' }],
    'a missing field': [
      { ...schema, required: ['c'] },
      { a: 9, b: 'b' },
    ],
    'a number too low': [schema, { a: 4, b: 'b' }],
    'a pattern': [schema, { a: 9, b: 'a' }],
    'too long': [schema, { a: 9, b: 'b'.repeat(65) }],
  };
}

/** What rules say: they tell reason, field and a message that may be an expression. */
function tellingMore(): Record<string, Case> {
  const schema = object({
    a: integer,
    b: object({ c: integer }),
    m: { type: 'object', maxProperties: 3, additionalProperties: integer },
    t: text,
    l: list(text),
  });
  const broken = (rule: object): [object, unknown] => [
    { ...schema, ...rules({ rule: 'self.a > 1', ...rule }) },
    { a: 1, b: { c: 3 }, t: 'x', l: ['y'] },
  ];
  return {
    invalid: broken({ reason: 'FieldValueInvalid', message: 'm' }),
    forbidden: broken({ reason: 'FieldValueForbidden', message: 'm' }),
    required: broken({ reason: 'FieldValueRequired', message: 'm' }),
    duplicate: broken({ reason: 'FieldValueDuplicate', message: 'm' }),
    'duplicate text': [{ ...text, ...rules({ rule: 'self == "a"', reason: 'FieldValueDuplicate', message: 'm' }) }, 'b'],
    'forbidden text': [{ ...text, ...rules({ rule: 'self == "a"', reason: 'FieldValueForbidden' }) }, 'b'],
    'a field': broken({ fieldPath: '.a', message: 'm' }),
    'a deeper field': broken({ fieldPath: '.b.c', reason: 'FieldValueRequired', message: 'm' }),
    'a key of a map': broken({ fieldPath: ".m['x.y']", message: 'm' }),
    'an expression': broken({ messageExpression: '"the text is " + self.t' }),
    'an expression before a message': broken({ messageExpression: '"computed"', message: 'plain' }),
    'an expression that fails': broken({ messageExpression: '"the text is " + self.l[3]', message: 'plain' }),
    'an expression that fails, without a message': broken({ messageExpression: '"the text is " + self.l[3]' }),
    'an empty expression': broken({ messageExpression: '" "', message: 'plain' }),
    'an expression of several lines': broken({ messageExpression: '"a\\nb"', message: 'plain' }),
    'an expression with spaces': broken({ messageExpression: '" computed "', message: 'plain' }),
  };
}

/** What rules say: they see fields under names that are words of the language. */
function oddNames(): Record<string, Case> {
  const schema = object({ 'x-y.z/w': text, namespace: text, a__b: text, if: text, 'a b': text, '1a': text });
  const value = { 'x-y.z/w': '1', namespace: '2', a__b: '3', if: '4', 'a b': '5', '1a': '6' };
  const rule =
    'self.x__dash__y__dot__z__slash__w == "1" && self.__namespace__ == "2" && self.a__underscores__b == "3" && self.__if__ == "4"';
  return {
    held: [{ ...schema, ...rules(rule) }, value],
    broken: [
      { ...schema, ...rules(rule) },
      { ...value, if: '5' },
    ],
    missing: [{ ...schema, ...rules('has(self.__namespace__)') }, {}],
    'not escaped': [{ ...schema, ...rules('self.namespace == "2"') }, value],
    'not escaped, broken': [{ ...schema, ...rules('self.namespace == "1"') }, value],
  };
}

/** What rules say: they see dates, durations, bytes and what may be number or text for what they are. */
function kindsOfValues(): Record<string, Case> {
  const either = { 'x-kubernetes-int-or-string': true };
  const percent = 'type(self) == int ? self < 5 : self.matches("^[0-9]+%$")';
  const moment = { ...text, format: 'date-time', ...rules('self < timestamp("2026-01-01T00:00:00Z")') };
  return {
    'a number': [{ ...either, ...rules(percent) }, 4],
    'a number too big': [{ ...either, ...rules(percent) }, 5],
    'text that fits': [{ ...either, ...rules(percent) }, '5%'],
    'text that does not': [{ ...either, ...rules(percent) }, '5'],
    'text where a number is meant': [{ ...either, ...rules('self > 1') }, 'a'],
    'text compared with a number': [{ ...either, ...rules('self == 1') }, 'a'],
    'a moment': [moment, '2025-12-31T23:59:59Z'],
    'a moment too late': [moment, '2026-01-01T01:00:00+01:00'],
    'a day': [{ ...text, format: 'date', ...rules('self.getFullYear() == 2025') }, '2026-05-01'],
    'a duration': [{ ...text, format: 'duration', ...rules('self >= duration("90s")') }, '1m'],
    bytes: [{ ...text, format: 'byte', ...rules('self == b"ab"') }, 'YWI='],
    'other bytes': [{ ...text, format: 'byte', ...rules('self.size() == 3') }, 'YWI='],
  };
}

/** What rules say: they fail with the error that their evaluation ends with. */
function failing(): Record<string, Case> {
  const schema = object({
    a: integer,
    l: list(integer),
    m: { type: 'object', maxProperties: 3, additionalProperties: integer },
    t: text,
  });
  const value = { a: 0, l: [1], m: { x: 1 }, t: 'abc' };
  const broken = (rule: string): [object, unknown] => [{ ...schema, ...rules(rule) }, value];
  return {
    'division by zero': broken('1 / self.a == 1'),
    'modulo zero': broken('1 % self.a == 1'),
    overflow: broken('9223372036854775807 + self.l[0] > 0'),
    'no such key': broken('self.m["y"] == 1'),
    'no such index': broken('self.l[3] == 1'),
    'no number': broken('int(self.t) == 1'),
    'unless another part decides': broken('1 / self.a == 1 || self.a == 0'),
    'unless another part decides, first': broken('self.a == 0 || 1 / self.a == 1'),
    'nor when no part decides': broken('self.a == 1 || 1 / self.a == 1'),
    'unless one of a list decides': broken('[0, 1].exists(x, 1 / x == 1)'),
    'with a message of its own': [{ ...schema, ...rules({ rule: '1 / self.a == 1', message: 'm' }) }, value],
  };
}

/** By what a group of them shows. */
export const ruleCases = {
  'hold at their level, and name it': atTheirLevel(),
  'are not looked at where the schema is broken in a way that rules could stumble over': withBrokenSchemas(),
  'tell reason, field and a message that may be an expression': tellingMore(),
  'see fields under names that are words of the language': oddNames(),
  'see dates, durations, bytes and what may be number or text for what they are': kindsOfValues(),
  'fail with the error that their evaluation ends with': failing(),
};
