import { grounds } from '../../harness/grounds';
import { until } from '../../harness/until';
import { Api, type Answer } from '../Api';
import { define, definition, type Defined } from './Definitions';

jest.setTimeout(120_000);

describe.each(grounds())('Schemas of custom resources on the %s', (name) => {
  let api: Api;
  let next = 0;

  beforeAll(async () => {
    api = await Api.onGround(name);
  });

  afterAll(() => api?.close());

  const string = { type: 'string' };
  const object = (properties: object, more: object = {}) => ({ type: 'object', properties, ...more });

  /** The schema of `spec`, as a definition that is served. */
  const withSpec = (spec: object) =>
    define(api, definition({ spec, status: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } }));

  function create({ path, object: make }: Defined, content: Record<string, unknown>, query = {}): Promise<Answer> {
    next += 1;
    return api.create(path, make(`w${next}`, content), query);
  }

  /** The sentences of a refusal, without the name of the object; those of several causes in alphabetical order. */
  function sentences({ status, body }: Answer): string {
    const causes: any[] = body.details?.causes ?? [];
    if (status === 422 && causes.length > 1 && causes[0].field !== 'patch') {
      return `422 ${causes
        .map(({ field, message }) => `${field}: ${message}`)
        .sort()
        .join('; ')}`;
    }
    // A patch's refusal shows the whole object.
    const text = String(body.message ?? 'accepted').replace(/Invalid value: "\{.*\}": strict/, 'Invalid value: OBJECT: strict');
    return `${status} ${text.replace(/^Widget\.g[0-9a-f]{8}\.behaviour\.test "w\d+" is invalid: /, '')}`;
  }

  describe('pruning', () => {
    it('removes what the schema does not know, at every depth', async () => {
      const defined = await withSpec(
        object({
          known: string,
          deep: object({ known: string }),
          list: { type: 'array', items: object({ known: string }) },
          map: { type: 'object', additionalProperties: object({ known: string }) },
          strings: { type: 'object', additionalProperties: string },
        }),
      );
      const { body } = await create(defined, {
        spec: {
          known: 'a',
          unknown: 'b',
          deep: { known: 'a', unknown: 'b' },
          list: [{ known: 'a', unknown: 'b' }],
          map: { any: { known: 'a', unknown: 'b' } },
          strings: { any: 'c' },
        },
        other: 1,
      });
      expect(body.spec).toEqual({
        known: 'a',
        deep: { known: 'a' },
        list: [{ known: 'a' }],
        map: { any: { known: 'a' } },
        strings: { any: 'c' },
      });
      expect(body.other).toBeUndefined();
    });

    it('leaves alone what is to be preserved, and prunes known fields below it', async () => {
      const defined = await withSpec(object({ inner: object({ known: string }) }, { 'x-kubernetes-preserve-unknown-fields': true }));
      const { body } = await create(defined, { spec: { any: { thing: [1, null, {}] }, inner: { known: 'a', unknown: 'b' } } });
      expect(body.spec).toEqual({ any: { thing: [1, null, {}] }, inner: { known: 'a' } });
    });

    it('checks and keeps apiVersion, kind and metadata of embedded objects', async () => {
      const defined = await withSpec(
        object({
          template: object({ data: { type: 'object', additionalProperties: string } }, { 'x-kubernetes-embedded-resource': true }),
        }),
      );
      const good = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a', labels: { b: 'c' }, odd: 1 }, data: { d: 'e' }, odd: 2 };
      const { body } = await create(defined, { spec: { template: good } });
      expect(body.spec.template).toEqual({
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: 'a', labels: { b: 'c' } },
        data: { d: 'e' },
      });
      expect(sentences(await create(defined, { spec: { template: { data: {} } } }))).toMatchInlineSnapshot(
        `"422 spec.template.apiVersion: Required value; spec.template.kind: Required value"`,
      );
      const bad = { ...good, metadata: { name: 'a', labels: { 'b c': 'd' } } };
      expect(sentences(await create(defined, { spec: { template: bad } }))).toMatchInlineSnapshot(
        `"422 spec.template.metadata.labels: Invalid value: "b c": name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')"`,
      );
    });

    it('drops unknown metadata and refuses metadata of a wrong type', async () => {
      const defined = await withSpec(object({}));
      const { path, object: make } = defined;
      const odd = await api.create(path, { ...make('odd'), metadata: { name: 'odd', colour: 'red' } });
      expect([odd.status, odd.body.metadata.colour]).toEqual([201, undefined]);
      const wrong = await api.create(path, { ...make('wrong'), metadata: { name: 'wrong', labels: { a: 1 } } });
      expect([wrong.status, wrong.body.reason]).toEqual([400, 'BadRequest']);
    });

    it('mentions unknown fields, refuses or ignores them as fieldValidation says', async () => {
      const defined = await withSpec(object({ known: string }));
      const content = { spec: { known: 'a', one: 1, two: { three: 3 } }, four: 4 };
      const usual = await create(defined, content);
      const warned = await create(defined, content, { fieldValidation: 'Warn' });
      expect([warned.status, warned.warnings]).toEqual([
        201,
        ['unknown field "four"', 'unknown field "spec.one"', 'unknown field "spec.two"'],
      ]);
      expect(usual.warnings).toEqual(warned.warnings);
      const strict = await create(defined, content, { fieldValidation: 'Strict' });
      expect(sentences(strict)).toMatchInlineSnapshot(
        `"400 Widget in version "v1" cannot be handled as a Widget: strict decoding error: unknown field "four", unknown field "spec.one", unknown field "spec.two""`,
      );
      const ignored = await create(defined, content, { fieldValidation: 'Ignore' });
      expect([ignored.status, ignored.warnings]).toEqual([201, []]);
      const unknown = await create(defined, content, { fieldValidation: 'Sometimes' });
      expect(sentences(unknown)).toMatchInlineSnapshot(
        `"422 CreateOptions.meta.k8s.io "" is invalid: fieldValidation: Unsupported value: "Sometimes": supported values: "", "Ignore", "Strict", "Warn""`,
      );
    });

    it('looks at unknown fields in updates and patches, too', async () => {
      const defined = await withSpec(object({ known: string }));
      const { body } = await create(defined, { spec: { known: 'a' } });
      const path = `${defined.path}/${body.metadata.name}`;
      const strict = { fieldValidation: 'Strict' };
      expect(sentences(await api.replace(path, { ...body, spec: { odd: 1 } }, strict))).toMatchInlineSnapshot(
        `"400 Widget in version "v1" cannot be handled as a Widget: strict decoding error: unknown field "spec.odd""`,
      );
      expect(sentences(await api.patch(path, 'merge', { spec: { odd: 1 } }, strict))).toMatchInlineSnapshot(
        `"422  "" is invalid: patch: Invalid value: OBJECT: strict decoding error: unknown field "spec.odd""`,
      );
      expect(sentences(await api.patch(path, 'jsonPatch', [{ op: 'add', path: '/spec/odd', value: 1 }], strict))).toMatchInlineSnapshot(
        `"422  "" is invalid: patch: Invalid value: OBJECT: strict decoding error: unknown field "spec.odd""`,
      );
      const applied = await api.apply(path, defined.object(body.metadata.name, { spec: { odd: 1 } }), 'me', { ...strict, force: true });
      expect(sentences(applied).replace(defined.group, 'GROUP').replace(body.metadata.name, 'NAME')).toMatchInlineSnapshot(
        `"500 failed to create typed patch object (/NAME; GROUP/v1, Kind=Widget): .spec.odd: field not declared in schema"`,
      );
    });

    it('refuses to apply unknown fields, whatever is said about them', async () => {
      const defined = await withSpec(object({ known: string }));
      const applied = await api.apply(`${defined.path}/a`, defined.object('a', { spec: { odd: 1 } }), 'me', { fieldValidation: 'Ignore' });
      expect(sentences(applied).replace(defined.group, 'GROUP')).toMatchInlineSnapshot(
        `"500 failed to create typed patch object (/a; GROUP/v1, Kind=Widget): .spec.odd: field not declared in schema"`,
      );
      const status = await api.apply(`${defined.path}/a`, defined.object('a', { status: { any: 1 } }), 'me');
      expect([status.status, status.body.status]).toMatchInlineSnapshot(`
       [
         201,
         {
           "any": 1,
         },
       ]
      `);
    });

    it('refuses fields that are given twice when they are to be checked', async () => {
      const defined = await withSpec(object({ known: string }));
      const text = JSON.stringify(defined.object('twice', { spec: { known: 'a' } })).replace('"known":"a"', '"known":"a","known":"b"');
      const send = (fieldValidation: string) => api.send('POST', defined.path, { body: text, query: { fieldValidation, dryRun: 'All' } });
      expect(sentences(await send('Strict'))).toMatchInlineSnapshot(
        `"400 Widget in version "v1" cannot be handled as a Widget: strict decoding error: duplicate field "spec.known""`,
      );
      const warned = await send('Warn');
      expect([warned.status, warned.warnings, warned.body.spec]).toMatchInlineSnapshot(`
       [
         201,
         [
           "duplicate field "spec.known"",
         ],
         {
           "known": "b",
         },
       ]
      `);
    });
  });

  describe('defaults', () => {
    const defaulted = object({
      size: { type: 'integer', default: 3 },
      list: { type: 'array', items: object({ port: { type: 'integer', default: 80 } }) },
      map: { type: 'object', additionalProperties: object({ on: { type: 'boolean', default: true } }) },
      nested: object({ mode: { type: 'string', default: 'auto' } }),
      filled: { ...object({ mode: { type: 'string', default: 'auto' } }), default: {} },
      nullable: { type: 'string', nullable: true, default: 'x' },
      plain: { type: 'string', default: 'x' },
    });

    it('are filled in on creation, in every object that is there', async () => {
      const defined = await withSpec(defaulted);
      const { body } = await create(defined, { spec: { list: [{}, { port: 1 }], map: { a: {} } } });
      expect(body.spec).toEqual({
        size: 3,
        list: [{ port: 80 }, { port: 1 }],
        map: { a: { on: true } },
        filled: { mode: 'auto' },
        nullable: 'x',
        plain: 'x',
      });
    });

    it('take the place of null where null is not allowed', async () => {
      const defined = await withSpec(defaulted);
      const { body } = await create(defined, { spec: { nullable: null, plain: null, nested: {} } });
      expect(body.spec).toMatchObject({ nullable: null, plain: 'x', nested: { mode: 'auto' } });
    });

    it('are filled in again when an update takes the field away', async () => {
      const defined = await withSpec(defaulted);
      const { body } = await create(defined, { spec: { size: 7 } });
      const path = `${defined.path}/${body.metadata.name}`;
      const patched = await api.patch(path, 'jsonPatch', [{ op: 'remove', path: '/spec/size' }]);
      expect(patched.body.spec.size).toBe(3);
    });

    it('and pruning of a newer schema show when an older object is read', async () => {
      const crd = definition({ spec: object({ old: string }) });
      const defined = await define(api, crd);
      const { body } = await create(defined, { spec: { old: 'a' } });
      const path = `${defined.path}/${body.metadata.name}`;
      const schema = object({ spec: object({ fresh: { type: 'integer', default: 5 } }) });
      await api.patch(defined.crd, 'jsonPatch', [{ op: 'replace', path: '/spec/versions/0/schema/openAPIV3Schema', value: schema }]);
      const seen = await until(async () => {
        const read = (await api.get(path)).body;
        return read.spec.fresh ? read : null;
      }, 15_000);
      expect(seen?.spec).toEqual({ fresh: 5 });
      expect(seen?.metadata.resourceVersion).toBe(body.metadata.resourceVersion);
      expect((await api.get(defined.path)).body.items[0].spec).toEqual({ fresh: 5 });
    });

    it('are not filled in where the object around them is missing', async () => {
      const defined = await withSpec(defaulted);
      expect((await create(defined, {})).body.spec).toBeUndefined();
    });
  });

  describe('validation', () => {
    it('words what is wrong with each kind of rule', async () => {
      const cases: Record<string, [schema: object, value: unknown]> = {
        'text for a number': [{ type: 'integer' }, 'a'],
        'fraction for an integer': [{ type: 'integer' }, 1.5],
        'number for text': [string, 1],
        'text for a boolean': [{ type: 'boolean' }, 'true'],
        'object for a list': [{ type: 'array', items: string }, {}],
        'list for an object': [object({}), []],
        null: [string, null],
        'null for an object': [object({}), null],
        'null item': [{ type: 'array', items: string }, [null]],
        'enum of another type': [{ ...string, enum: ['a', 'b'] }, 1],
        'minLength of another type': [{ ...string, minLength: 2 }, 1],
        'required in a list': [{ ...object({ a: string }, { required: ['a'] }) }, []],
        'big required': [object({ a: object({ b: string }, { required: ['b'] }) }, { required: ['a'] }), { a: {} }],
        'several allOf, one wrong': [{ ...string, allOf: [{ minLength: 1 }, { pattern: '^b' }] }, 'a'],
        'anyOf, second nearer': [
          object({ a: string, b: string, c: string, d: string }, { anyOf: [{ required: ['a', 'b'] }, { required: ['c', 'd'] }] }),
          { d: 'x' },
        ],
        'enum with empty': [{ ...string, enum: ['', 'b'] }, 'c'],
        'preserved array': [
          { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
          { a: null, b: [null] },
        ],
        'null where allowed': [{ ...string, nullable: true }, null],
        'enum of text': [{ ...string, enum: ['a', 'b'] }, 'c'],
        'enum of numbers': [{ type: 'integer', enum: [1, 2] }, 3],
        pattern: [{ ...string, pattern: '^[a-z]+$' }, 'A'],
        "pattern as only Go's": [{ ...string, pattern: '(?i)^[a-z]\\pL\\z' }, 'Aé'],
        'pattern of text that is too short': [{ ...string, pattern: '^a', minLength: 1 }, ''],
        'fraction for an int32': [{ type: 'integer', format: 'int32', minimum: 3 }, 1.5],
        'the same twice': [{ ...string, enum: ['a'], allOf: [{ enum: ['a'] }] }, 'b'],
        'map list with three alike': [
          {
            type: 'array',
            items: object({ name: string }, { required: ['name'] }),
            'x-kubernetes-list-type': 'map',
            'x-kubernetes-list-map-keys': ['name'],
          },
          [{ name: 'a' }, { name: 'a' }, { name: 'a' }],
        ],
        minLength: [{ ...string, minLength: 2 }, 'a'],
        maxLength: [{ ...string, maxLength: 2 }, 'abc'],
        minimum: [{ type: 'integer', minimum: 1 }, 0],
        'exclusive minimum': [{ type: 'integer', minimum: 1, exclusiveMinimum: true }, 1],
        maximum: [{ type: 'number', maximum: 1.5 }, 2],
        'exclusive maximum': [{ type: 'number', maximum: 1.5, exclusiveMaximum: true }, 1.5],
        multipleOf: [{ type: 'integer', multipleOf: 5 }, 7],
        minItems: [{ type: 'array', items: string, minItems: 2 }, ['a']],
        maxItems: [{ type: 'array', items: string, maxItems: 1 }, ['a', 'b']],
        minProperties: [{ type: 'object', additionalProperties: string, minProperties: 1 }, {}],
        maxProperties: [
          { type: 'object', additionalProperties: string, maxProperties: 1 },
          { a: '1', b: '2' },
        ],
        required: [object({ a: string, b: string }, { required: ['a', 'b'] }), {}],
        additionalProperties: [{ type: 'object', additionalProperties: string }, { a: 1 }],
        'item of a list': [{ type: 'array', items: { type: 'integer' } }, [1, 'b']],
        'field of an item': [{ type: 'array', items: object({ a: string }, { required: ['a'] }) }, [{}]],
        'int-or-string': [{ 'x-kubernetes-int-or-string': true }, true],
        'int-or-string with a number': [{ 'x-kubernetes-int-or-string': true }, 8080],
        'set with duplicates': [{ type: 'array', items: string, 'x-kubernetes-list-type': 'set' }, ['a', 'b', 'a']],
        'map list with duplicates': [
          {
            type: 'array',
            items: object({ name: string, port: { type: 'integer' } }, { required: ['name'] }),
            'x-kubernetes-list-type': 'map',
            'x-kubernetes-list-map-keys': ['name'],
          },
          [
            { name: 'a', port: 1 },
            { name: 'a', port: 2 },
          ],
        ],
        'oneOf, none': [object({ a: string, b: string }, { oneOf: [{ required: ['a'] }, { required: ['b'] }] }), {}],
        'oneOf, two': [object({ a: string, b: string }, { oneOf: [{ required: ['a'] }, { required: ['b'] }] }), { a: '1', b: '2' }],
        anyOf: [object({ a: string, b: string }, { anyOf: [{ required: ['a'] }, { required: ['b'] }] }), {}],
        allOf: [{ ...string, allOf: [{ minLength: 2 }, { pattern: '^b' }] }, 'a'],
        not: [object({ a: string }, { not: { required: ['a'] } }), { a: '1' }],
        'date-time': [{ ...string, format: 'date-time' }, 'yesterday'],
        date: [{ ...string, format: 'date' }, '2026-13-01'],
        duration: [{ ...string, format: 'duration' }, 'soon'],
        byte: [{ ...string, format: 'byte' }, '***'],
        int32: [{ type: 'integer', format: 'int32' }, 3_000_000_000],
        ipv4: [{ ...string, format: 'ipv4' }, '1.2.3'],
        uri: [{ ...string, format: 'uri' }, 'no uri'],
        uuid: [{ ...string, format: 'uuid' }, 'no-uuid'],
        hostname: [{ ...string, format: 'hostname' }, '-a'],
        email: [{ ...string, format: 'email' }, 'nobody'],
        'unknown format': [{ ...string, format: 'taste' }, 'sweet'],
      };
      const properties = Object.fromEntries(Object.values(cases).map(([schema], index) => [`f${index}`, schema]));
      const defined = await withSpec(object(properties));
      const found: Record<string, string> = {};
      for (const [index, [what, [, value]]] of Object.entries(cases).entries()) {
        const answer = await create(defined, { spec: { [`f${index}`]: value } }, { dryRun: 'All' });
        found[what] = `${sentences(answer)}${answer.status === 201 ? ` ${JSON.stringify(answer.body.spec)}` : ''}`
          .replaceAll(`spec.f${index}`, 'F')
          .replaceAll(`f${index}`, 'F');
      }
      expect(found).toMatchInlineSnapshot(`
       {
         "additionalProperties": "422 F.a: Invalid value: "integer": F.a in body must be of type string: "integer"",
         "allOf": "422 <nil>: Invalid value: "": "F" must validate all the schemas (allOf). None validated; F: Invalid value: "a": F in body should be at least 2 chars long; F: Invalid value: "a": F in body should match '^b'",
         "anyOf": "422 <nil>: Invalid value: "": "F" must validate at least one schema (anyOf); F.a: Required value",
         "anyOf, second nearer": "422 <nil>: Invalid value: "": "F" must validate at least one schema (anyOf); F.a: Required value; F.b: Required value",
         "big required": "422 F.a.b: Required value",
         "byte": "422 F: Invalid value: "***": F in body must be of type byte: "***"",
         "date": "422 F: Invalid value: "2026-13-01": F in body must be of type date: "2026-13-01"",
         "date-time": "422 F: Invalid value: "yesterday": F in body must be of type date-time: "yesterday"",
         "duration": "422 F: Invalid value: "soon": F in body must be of type duration: "soon"",
         "email": "422 F: Invalid value: "nobody": F in body must be of type email: "nobody"",
         "enum of another type": "422 F: Invalid value: "integer": F in body must be of type string: "integer"; F: Unsupported value: 1: supported values: "a", "b"",
         "enum of numbers": "422 F: Unsupported value: 3: supported values: "1", "2"",
         "enum of text": "422 F: Unsupported value: "c": supported values: "a", "b"",
         "enum with empty": "422 F: Unsupported value: "c": supported values: "", "b"",
         "exclusive maximum": "422 F: Invalid value: 1.5: F in body should be less than 1.5",
         "exclusive minimum": "422 F: Invalid value: 1: F in body should be greater than 1",
         "field of an item": "422 F[0].a: Required value",
         "fraction for an int32": "422 <nil>: Invalid value: "": Checked value must be of type integer with format int32 in F; F: Invalid value: "float64": F in body must be of type int32: "float64"; F: Invalid value: 1.5: F in body should be greater than or equal to 3",
         "fraction for an integer": "422 <nil>: Invalid value: "": Checked value must be of type integer (default format) in F; F: Invalid value: "number": F in body must be of type integer: "number"",
         "hostname": "422 F: Invalid value: "-a": F in body must be of type hostname: "-a"",
         "int-or-string": "422 F: Invalid value: "boolean": F in body must be of type integer,string: "boolean"",
         "int-or-string with a number": "201 accepted {"F":8080}",
         "int32": "422 <nil>: Invalid value: "": Checked value must be of type integer with format int32 in F",
         "ipv4": "422 F: Invalid value: "1.2.3": F in body must be of type ipv4: "1.2.3"",
         "item of a list": "422 F[1]: Invalid value: "string": F[1] in body must be of type integer: "string"",
         "list for an object": "422 F: Invalid value: "array": F in body must be of type object: "array"",
         "map list with duplicates": "422 F[1]: Duplicate value: {"name":"a"}",
         "map list with three alike": "422 F[1]: Duplicate value: {"name":"a"}",
         "maxItems": "422 F: Too many: 2: must have at most 1 item",
         "maxLength": "422 F: Too long: may not be more than 2 bytes",
         "maxProperties": "422 F: Too many: 2: must have at most 1 item",
         "maximum": "422 F: Invalid value: 2: F in body should be less than or equal to 1",
         "minItems": "422 F: Invalid value: 1: F in body should have at least 2 items",
         "minLength": "422 F: Invalid value: "a": F in body should be at least 2 chars long",
         "minLength of another type": "422 F: Invalid value: "integer": F in body must be of type string: "integer"",
         "minProperties": "422 F: Invalid value: 0: F in body should have at least 1 properties",
         "minimum": "422 F: Invalid value: 0: F in body should be greater than or equal to 1",
         "multipleOf": "422 F: Invalid value: 7: F in body should be a multiple of 5",
         "not": "422 <nil>: Invalid value: "": "F" must not validate the schema (not)",
         "null": "201 accepted {}",
         "null for an object": "201 accepted {}",
         "null item": "422 F[0]: Invalid value: "null": F[0] in body must be of type string: "null"",
         "null where allowed": "201 accepted {"F":null}",
         "number for text": "422 F: Invalid value: "integer": F in body must be of type string: "integer"",
         "object for a list": "422 F: Invalid value: "object": F in body must be of type array: "object"",
         "oneOf, none": "422 <nil>: Invalid value: "": "F" must validate one and only one schema (oneOf). Found none valid; F.a: Required value",
         "oneOf, two": "422 <nil>: Invalid value: "": "F" must validate one and only one schema (oneOf). Found 2 valid alternatives",
         "pattern": "422 F: Invalid value: "A": F in body should match '^[a-z]+$'",
         "pattern as only Go's": "201 accepted {"F":"Aé"}",
         "pattern of text that is too short": "422 F: Invalid value: "": F in body should be at least 1 chars long",
         "preserved array": "201 accepted {"F":{"a":null,"b":[null]}}",
         "required": "422 F.a: Required value; F.b: Required value",
         "required in a list": "422 F: Invalid value: "array": F in body must be of type object: "array"",
         "set with duplicates": "422 F[2]: Duplicate value: "a"",
         "several allOf, one wrong": "422 <nil>: Invalid value: "": "F" must validate all the schemas (allOf); F: Invalid value: "a": F in body should match '^b'",
         "text for a boolean": "422 F: Invalid value: "string": F in body must be of type boolean: "string"",
         "text for a number": "422 F: Invalid value: "string": F in body must be of type integer: "string"",
         "the same twice": "422 <nil>: Invalid value: "": "F" must validate all the schemas (allOf). None validated; F: Unsupported value: "b": supported values: "a"",
         "unknown format": "201 accepted {"F":"sweet"}",
         "uri": "422 F: Invalid value: "no uri": F in body must be of type uri: "no uri"",
         "uuid": "422 F: Invalid value: "no-uuid": F in body must be of type uuid: "no-uuid"",
       }
      `);
    });

    it('names every wrong field at once, with machine-readable causes', async () => {
      const defined = await withSpec(object({ a: { type: 'integer' }, b: { ...string, minLength: 3 }, c: string }, { required: ['c'] }));
      const { status, body } = await create(defined, { spec: { a: 'x', b: 'y' } });
      expect([status, body.reason, body.details.kind, body.details.group]).toEqual([422, 'Invalid', 'Widget', defined.group]);
      expect(body.details.causes.sort((a: any, b: any) => a.field.localeCompare(b.field))).toMatchInlineSnapshot(`
       [
         {
           "field": "spec.a",
           "message": "Invalid value: "string": spec.a in body must be of type integer: "string"",
           "reason": "FieldValueTypeInvalid",
         },
         {
           "field": "spec.b",
           "message": "Invalid value: "y": spec.b in body should be at least 3 chars long",
           "reason": "FieldValueInvalid",
         },
         {
           "field": "spec.c",
           "message": "Required value",
           "reason": "FieldValueRequired",
         },
       ]
      `);
    });

    it('judges what an update leaves, and leaves alone what was wrong before', async () => {
      const defined = await withSpec(object({ size: { type: 'integer' }, other: string }));
      const { body } = await create(defined, { spec: { size: 100 } });
      const path = `${defined.path}/${body.metadata.name}`;
      await api.patch(defined.crd, 'jsonPatch', [
        { op: 'add', path: '/spec/versions/0/schema/openAPIV3Schema/properties/spec/properties/size/maximum', value: 10 },
      ]);
      const refused = await until(async () => {
        const answer = await api.patch(path, 'merge', { spec: { size: 101 } }, { dryRun: 'All' });
        return answer.status === 422 ? answer : null;
      }, 15_000);
      expect(refused && sentences(refused)).toBe('422 spec.size: Invalid value: 101: spec.size in body should be less than or equal to 10');
      const unrelated = await api.patch(path, 'merge', { spec: { other: 'a' } });
      expect([unrelated.status, unrelated.body.spec]).toEqual([200, { size: 100, other: 'a' }]);
    });

    it('refuses bad names, labels and owners as for any object', async () => {
      const { path, object: make } = await withSpec(object({}));
      const metadata = async (content: object) => {
        const { status, body } = await api.create(path, { ...make('x'), metadata: content }, { dryRun: 'All' });
        return `${status} ${body.message}`.replace(/g[0-9a-f]{8}\.behaviour\.test/g, 'GROUP');
      };
      expect(await metadata({ name: 'Big_Name' })).toMatchInlineSnapshot(
        `"422 Widget.GROUP "Big_Name" is invalid: metadata.name: Invalid value: "Big_Name": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')"`,
      );
      expect(await metadata({ name: 'a'.repeat(254) })).toMatch(
        /metadata.name: Invalid value: "a{254}": must be no more than 253 (bytes|characters)/,
      );
      expect(await metadata({})).toMatchInlineSnapshot(
        `"422 Widget.GROUP "" is invalid: metadata.name: Required value: name or generateName is required"`,
      );
      expect(await metadata({ name: 'x', labels: { a: 'b c' } })).toMatchInlineSnapshot(
        `"422 Widget.GROUP "x" is invalid: metadata.labels: Invalid value: "b c": a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')"`,
      );
      expect(await metadata({ name: 'x', ownerReferences: [{ apiVersion: 'v1', kind: 'Pod', name: '', uid: '' }] })).toMatchInlineSnapshot(
        `"422 Widget.GROUP "x" is invalid: [metadata.ownerReferences.name: Invalid value: "": must not be empty, metadata.ownerReferences.uid: Invalid value: "": must not be empty]"`,
      );
      expect(await metadata({ name: 'x', finalizers: ['plain'] })).toMatchInlineSnapshot(`"201 undefined"`);
    });

    it('accepts dots in names', async () => {
      const { path, object: make } = await withSpec(object({}));
      expect((await api.create(path, make('a.b-c.1'))).status).toBe(201);
    });
  });
});
