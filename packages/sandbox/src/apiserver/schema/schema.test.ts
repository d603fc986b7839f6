import { applyDefaults } from './applyDefaults';
import type { JsonSchema } from './JsonSchema';
import { pruneUnknown } from './pruneUnknown';
import { validateSchema } from './validateSchema';

const sentences = (value: unknown, schema: JsonSchema, path = 'spec.x') =>
  validateSchema(value, schema, path).map(({ field, message }) => `${field}: ${message}`);

describe('validateSchema', () => {
  it.each<[string, unknown, JsonSchema, string[]]>([
    ['type', 'a', { type: 'integer' }, ['spec.x: Invalid value: "string": spec.x in body must be of type integer: "string"']],
    [
      'float for integer',
      1.5,
      { type: 'integer' },
      [
        'spec.x: Invalid value: "number": spec.x in body must be of type integer: "number"',
        '<nil>: Invalid value: "": Checked value must be of type integer (default format) in spec.x',
      ],
    ],
    ['integer for number', 1, { type: 'number' }, []],
    ['null', null, { type: 'string' }, ['spec.x: Invalid value: "null": spec.x in body must be of type string: "null"']],
    ['allowed null', null, { type: 'string', nullable: true }, []],
    ['enum', 'c', { type: 'string', enum: ['a', 'b'] }, ['spec.x: Unsupported value: "c": supported values: "a", "b"']],
    ['pattern', 'x', { type: 'string', pattern: '^[0-9]+s$' }, [`spec.x: Invalid value: "x": spec.x in body should match '^[0-9]+s$'`]],
    ['minLength', '', { type: 'string', minLength: 1 }, ['spec.x: Invalid value: "": spec.x in body should be at least 1 chars long']],
    ['maxLength', 'abc', { type: 'string', maxLength: 2 }, ['spec.x: Too long: may not be more than 2 bytes']],
    ['minimum', 0, { type: 'integer', minimum: 1 }, ['spec.x: Invalid value: 0: spec.x in body should be greater than or equal to 1']],
    ['maximum', 101, { type: 'integer', maximum: 100 }, ['spec.x: Invalid value: 101: spec.x in body should be less than or equal to 100']],
    [
      'exclusive',
      1,
      { type: 'integer', minimum: 1, exclusiveMinimum: true },
      ['spec.x: Invalid value: 1: spec.x in body should be greater than 1'],
    ],
    ['minItems', [], { type: 'array', minItems: 1 }, ['spec.x: Invalid value: 0: spec.x in body should have at least 1 items']],
    ['maxItems', [1, 2], { type: 'array', maxItems: 1 }, ['spec.x: Too many: 2: must have at most 1 item']],
    [
      'items',
      ['a'],
      { type: 'array', items: { type: 'integer' } },
      ['spec.x[0]: Invalid value: "string": spec.x[0] in body must be of type integer: "string"'],
    ],
    ['required', {}, { type: 'object', required: ['name'] }, ['spec.x.name: Required value']],
    [
      'format',
      'soon',
      { type: 'string', format: 'date-time' },
      ['spec.x: Invalid value: "soon": spec.x in body must be of type date-time: "soon"'],
    ],
    ['int or string', '10%', { 'x-kubernetes-int-or-string': true }, []],
    [
      'not int or string',
      true,
      { 'x-kubernetes-int-or-string': true },
      ['spec.x: Invalid value: "boolean": spec.x in body must be of type integer,string: "boolean"'],
    ],
    [
      'map keys',
      [{ n: 1 }, { n: 1 }],
      { type: 'array', 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['n'] },
      ['spec.x[1]: Duplicate value: {"n":1}'],
    ],
    [
      'anyOf',
      {},
      { anyOf: [{ required: ['a'] }, { required: ['b'] }] },
      ['<nil>: Invalid value: "": "spec.x" must validate at least one schema (anyOf)', 'spec.x.a: Required value'],
    ],
    [
      'oneOf, none',
      {},
      { oneOf: [{ required: ['a'] }, { required: ['b'] }] },
      ['<nil>: Invalid value: "": "spec.x" must validate one and only one schema (oneOf). Found none valid', 'spec.x.a: Required value'],
    ],
    [
      'oneOf, two',
      { a: 1, b: 1 },
      { oneOf: [{ required: ['a'] }, { required: ['b'] }] },
      ['<nil>: Invalid value: "": "spec.x" must validate one and only one schema (oneOf). Found 2 valid alternatives'],
    ],
    ['not', { a: 1 }, { not: { required: ['a'] } }, ['<nil>: Invalid value: "": "spec.x" must not validate the schema (not)']],
    [
      'additional properties',
      { k: 1 },
      { type: 'object', additionalProperties: { type: 'string' } },
      ['spec.x.k: Invalid value: "integer": spec.x.k in body must be of type string: "integer"'],
    ],
  ])('words %s as the real server does', (_, value, schema, expected) => {
    expect(sentences(value, schema)).toEqual(expected);
  });

  it('lets be what an update leaves as it was, item by item of a list with keys', () => {
    const name: JsonSchema = { type: 'string', maxLength: 1 };
    const item: JsonSchema = { type: 'object', properties: { key: { type: 'string' }, name } };
    const list: JsonSchema = { type: 'array', items: item, 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['key'] };
    const schema: JsonSchema = { type: 'object', properties: { name, list, atoms: { type: 'array', items: name } } };
    const old = { name: 'long', list: [{ key: 'a', name: 'long' }], atoms: ['long'] };
    const moved = { name: 'long', list: [{ key: 'b' }, { key: 'a', name: 'long' }], atoms: ['long'] };
    expect(validateSchema(moved, schema, '', old)).toEqual([]);
    const changed = { name: 'longer', list: [{ key: 'a', name: 'longer' }], atoms: ['long', 'a'] };
    expect(validateSchema(changed, schema, '', old).map(({ field }) => field)).toEqual(['name', 'list[0].name', 'atoms[0]']);
  });

  it('names a field at the root without a leading dot', () => {
    expect(sentences({}, { type: 'object', required: ['spec'] }, '')).toEqual(['spec: Required value']);
  });
});

describe('pruneUnknown', () => {
  const schema: JsonSchema = {
    type: 'object',
    properties: {
      spec: {
        type: 'object',
        properties: {
          known: { type: 'string' },
          open: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true, properties: { closed: { type: 'object' } } },
          map: { type: 'object', additionalProperties: { type: 'object', properties: { a: { type: 'string' } } } },
          list: { type: 'array', items: { type: 'object', properties: { a: { type: 'string' } } } },
        },
      },
    },
  };

  it('removes what the schema does not know, in depth, and says what', () => {
    const object = {
      apiVersion: 'x/v1',
      kind: 'X',
      metadata: { name: 'n', labels: {} },
      extra: 1,
      spec: {
        known: 'a',
        unknown: 1,
        open: { anything: { goes: 1 }, closed: { gone: 1 } },
        map: { k: { a: '1', b: '2' } },
        list: [{ a: '1', b: '2' }],
      },
    };
    expect(pruneUnknown(object, schema)).toEqual(['extra', 'spec.unknown', 'spec.open.closed.gone', 'spec.map.k.b', 'spec.list[0].b']);
    expect(object).toEqual({
      apiVersion: 'x/v1',
      kind: 'X',
      metadata: { name: 'n', labels: {} },
      spec: { known: 'a', open: { anything: { goes: 1 }, closed: {} }, map: { k: { a: '1' } }, list: [{ a: '1' }] },
    });
  });
});

describe('applyDefaults', () => {
  it('fills in defaults in depth, also those inside a default, and keeps what is set', () => {
    const schema: JsonSchema = {
      type: 'object',
      properties: {
        a: { type: 'integer', default: 1 },
        b: { type: 'object', default: {}, properties: { c: { type: 'string', default: 'x' } } },
        list: { type: 'array', items: { type: 'object', properties: { d: { type: 'boolean', default: false } } } },
        absent: { type: 'object', properties: { e: { type: 'integer', default: 1 } } },
      },
    };
    const value: any = { a: 0, list: [{}, { d: true }] };
    applyDefaults(value, schema);
    expect(value).toEqual({ a: 0, b: { c: 'x' }, list: [{ d: false }, { d: true }] });
  });

  it('gives null way to the default unless null is allowed', () => {
    const value: any = { a: null, b: null };
    applyDefaults(value, { properties: { a: { default: 1 }, b: { default: 1, nullable: true } } });
    expect(value).toEqual({ a: 1, b: null });
  });
});
