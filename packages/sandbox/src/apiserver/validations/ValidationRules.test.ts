import type { JsonSchema } from '../schema/JsonSchema';
import { ValidationRules } from './ValidationRules';

const text: JsonSchema = { type: 'string' };
const object = (properties: Record<string, JsonSchema>, ...rules: string[]): JsonSchema => ({
  type: 'object',
  properties,
  'x-kubernetes-validations': rules.map((rule) => ({ rule })),
});

function fields(schema: JsonSchema, value: unknown, old?: unknown): string[] {
  return new ValidationRules({ type: 'object', properties: { spec: schema } })
    .causes({ spec: value }, old === undefined ? undefined : { spec: old })
    .map(({ field, message }) => `${field} ${message}`);
}

describe('ValidationRules', () => {
  it('exist where a schema has some, however deep', () => {
    expect(new ValidationRules(object({ a: text })).exist).toBe(false);
    expect(new ValidationRules({ type: 'array', items: object({}, 'true') }).exist).toBe(true);
    expect(new ValidationRules({ type: 'object', additionalProperties: object({}, 'true') }).exist).toBe(true);
  });

  it('see no field that every JavaScript object has', () => {
    expect(fields(object({ toString: text, valueOf: text }, '!has(self.toString)', '!has(self.valueOf)'), {})).toEqual([]);
    expect(fields(object({ constructor: text, a: text }, 'self.a == "a"'), { constructor: 'x', a: 'a' })).toEqual([]);
    expect(fields(object({ toString: text }, 'self.toString == "a"'), { toString: 'a' })).toEqual([]);
  });

  it('see the fields of an embedded resource', () => {
    const pod: JsonSchema = { ...object({}, 'self.kind == "Pod" && self.metadata.name == "a"'), 'x-kubernetes-embedded-resource': true };
    expect(fields(pod, { kind: 'Pod', apiVersion: 'v1', metadata: { name: 'a' } })).toEqual([]);
    expect(fields(pod, { kind: 'Pod', apiVersion: 'v1', metadata: { name: 'b' } })).toHaveLength(1);
  });

  it('take what may be null for missing, and ask nothing of it', () => {
    const nullable = { ...object({ a: { ...text, nullable: true } }, 'has(self.a) && self.a == "x"'), nullable: true };
    expect(fields(nullable, null)).toEqual([]);
    expect(fields(nullable, { a: null })).toHaveLength(1);
    expect(fields(nullable, { a: 'x' })).toEqual([]);
  });

  it('let be what was wrong, but not what a change makes wrong', () => {
    const schema = object({ a: text, b: object({ c: text }, 'self.c == "x"') }, 'self.a == "x"');
    const wrong = { a: 'y', b: { c: 'y' } };
    expect(fields(schema, wrong, wrong)).toEqual([]);
    expect(fields(schema, { ...wrong, a: 'z' }, wrong)).toEqual(['spec Invalid value: failed rule: self.a == "x"']);
    expect(fields(schema, wrong, {})).toHaveLength(2);
  });
});
