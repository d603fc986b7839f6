import { grounds } from '../../harness/grounds';
import { until } from '../../harness/until';
import { Api, type Answer } from '../Api';
import { define, definition, definitionsPath, type Defined } from './Definitions';
import { refusedExpressions } from './refusedExpressions';
import { ruleCases } from './ruleCases';
import { ruleChanges } from './ruleChanges';
import { integer, list, named, object, rules, text } from './ruleSchemas';
import { trueExpressions } from './trueExpressions';

jest.setTimeout(120_000);

/** Properties of one name after the other, so that many cases need one definition only: it takes the real server seconds. */
const numbered = (values: unknown[]) => Object.fromEntries(values.map((value, index) => [`f${index}`, value]));

describe.each(grounds())('Rules of custom resources on the %s', (name) => {
  let api: Api;
  /** Served when the first test begins. */
  let cases: Record<keyof typeof ruleCases, Defined>;
  let changes: Defined;
  let functions: Defined;
  let resource: Defined;
  let tightened: Defined;

  beforeAll(async () => {
    api = await Api.onGround(name);
    const withSpec = (spec: object) => define(api, definition({ spec }));
    const topics = Object.entries(ruleCases).map(async ([topic, found]) => [
      topic,
      await withSpec(object(numbered(Object.values(found).map(([schema]) => schema)))),
    ]);
    [changes, functions, resource, tightened] = await Promise.all([
      withSpec(object({ ...numbered(Object.values(ruleChanges).map(([schema]) => schema)), other: text })),
      withSpec(object(numbered(trueExpressions.map((rule) => object(functionValues.schema, rules(rule)))))),
      define(api, wholeResource()),
      withSpec(loose),
    ]);
    cases = Object.fromEntries(await Promise.all(topics));
  });

  afterAll(() => api?.close());

  const create = (defined: Defined, spec: unknown) => api.create(defined.path, defined.object('x', { spec }), { dryRun: 'All' });

  /** Code and causes, in an order that does not depend on the server's. */
  function said({ status, body }: Answer): string {
    if (status < 300) return String(status);
    const causes = (body.details?.causes ?? []).map(({ field, message, reason }: any) => `${field}: ${reason}: ${message}`);
    return `${status} ${causes.sort().join('\n') || body.message}`;
  }

  describe('when an object is made', () => {
    /** What each case of a topic is answered with. */
    async function judged(topic: keyof typeof ruleCases): Promise<Record<string, string>> {
      const found: Record<string, string> = {};
      for (const [index, [what, [, value]]] of Object.entries(ruleCases[topic]).entries()) {
        found[what] = said(await create(cases[topic], { [`f${index}`]: value })).replaceAll(`spec.f${index}`, 'F');
      }
      return found;
    }

    it('hold at their level, and name it', async () => {
      expect(await judged('hold at their level, and name it')).toMatchInlineSnapshot(`
       {
         "above a list of what may be null": "201",
         "above what may be null": "422 F: FieldValueInvalid: Invalid value: failed rule: has(self.a)",
         "below another that fails": "422 F.a: FieldValueInvalid: Invalid value: "long": failed rule: self.size() < 3
       F: FieldValueInvalid: Invalid value: failed rule: self.a == "x"",
         "on a boolean": "422 F: FieldValueInvalid: Invalid value: false: failed rule: self",
         "on a field that is missing": "422 F: FieldValueInvalid: Invalid value: "object": no such key: high evaluating rule: low must not be above high",
         "on a fraction": "422 F: FieldValueInvalid: Invalid value: 1.75: failed rule: self < 1.5",
         "on a list": "422 F: FieldValueInvalid: Invalid value: failed rule: self.all(x, x > 0)",
         "on a map": "422 F: FieldValueInvalid: Invalid value: failed rule: self.all(key, key != self[key])",
         "on a number": "422 F: FieldValueInvalid: Invalid value: 3: failed rule: self % 2 == 0",
         "on a property deep below": "422 F.a[1].b.c: FieldValueInvalid: Invalid value: "long": failed rule: self.size() < 3",
         "on a whole fraction": "422 F: FieldValueInvalid: Invalid value: 2: failed rule: self < 1.5",
         "on an object": "422 F: FieldValueInvalid: Invalid value: low must not be above high",
         "on an object, held": "201",
         "on an object, without a message": "422 F: FieldValueInvalid: Invalid value: failed rule: self.low <= self.high",
         "on text": "422 F: FieldValueInvalid: Invalid value: "long": failed rule: self.size() < 3",
         "on the items of a list": "422 F[1]: FieldValueInvalid: Invalid value: "long": failed rule: self.size() < 3
       F[3]: FieldValueInvalid: Invalid value: "longer": failed rule: self.size() < 3",
         "on the values of a map": "422 F[a.b/c]: FieldValueInvalid: Invalid value: "long": failed rule: self.size() < 3",
         "on what may be null": "201",
         "two rules": "422 F: FieldValueInvalid: Invalid value: failed rule: self.high > 1
       F: FieldValueInvalid: Invalid value: low must not be above high",
         "with spaces and lines": "422 F: FieldValueInvalid: Invalid value: "b": must be a",
       }
      `);
    });

    it('are not looked at where the schema is broken in a way that rules could stumble over', async () => {
      expect(await judged('are not looked at where the schema is broken in a way that rules could stumble over')).toMatchInlineSnapshot(`
       {
         "a missing field": "422 <nil>: FieldValueInvalid: Invalid value: null: some validation rules were not checked because the object was invalid; correct the existing errors to complete validation
       F.c: FieldValueRequired: Required value",
         "a number too low": "422 F.a: FieldValueInvalid: Invalid value: 4: F.a in body should be greater than or equal to 5
       F: FieldValueInvalid: Invalid value: failed rule: self.a < self.b.size()",
         "a pattern": "422 F.b: FieldValueInvalid: Invalid value: "a": F.b in body should match '^b'
       F: FieldValueInvalid: Invalid value: failed rule: self.a < self.b.size()",
         "another type": "422 <nil>: FieldValueInvalid: Invalid value: null: some validation rules were not checked because the object was invalid; correct the existing errors to complete validation
       F.a: FieldValueTypeInvalid: Invalid value: "string": F.a in body must be of type integer: "string"",
         "too long": "422 <nil>: FieldValueInvalid: Invalid value: null: some validation rules were not checked because the object was invalid; correct the existing errors to complete validation
       F.b: FieldValueTooLong: Too long: may not be more than 64 bytes",
       }
      `);
    });

    it('tell reason, field and a message that may be an expression', async () => {
      expect(await judged('tell reason, field and a message that may be an expression')).toMatchInlineSnapshot(`
       {
         "a deeper field": "422 F.b.c: FieldValueRequired: Required value: m",
         "a field": "422 F.a: FieldValueInvalid: Invalid value: m",
         "a key of a map": "422 F.m[x.y]: FieldValueInvalid: Invalid value: m",
         "an empty expression": "422 F: FieldValueInvalid: Invalid value: plain",
         "an expression": "422 F: FieldValueInvalid: Invalid value: the text is x",
         "an expression before a message": "422 F: FieldValueInvalid: Invalid value: computed",
         "an expression of several lines": "422 F: FieldValueInvalid: Invalid value: plain",
         "an expression that fails": "422 F: FieldValueInvalid: Invalid value: plain",
         "an expression that fails, without a message": "422 F: FieldValueInvalid: Invalid value: failed rule: self.a > 1",
         "an expression with spaces": "422 F: FieldValueInvalid: Invalid value: computed",
         "duplicate": "422 F: FieldValueDuplicate: Duplicate value",
         "duplicate text": "422 F: FieldValueDuplicate: Duplicate value: "b"",
         "forbidden": "422 F: FieldValueForbidden: Forbidden: m",
         "forbidden text": "422 F: FieldValueForbidden: Forbidden: failed rule: self == "a"",
         "invalid": "422 F: FieldValueInvalid: Invalid value: m",
         "required": "422 F: FieldValueRequired: Required value: m",
       }
      `);
    });

    it('see fields under names that are words of the language', async () => {
      expect(await judged('see fields under names that are words of the language')).toMatchInlineSnapshot(`
       {
         "broken": "422 F: FieldValueInvalid: Invalid value: failed rule: self.x__dash__y__dot__z__slash__w == "1" && self.__namespace__ == "2" && self.a__underscores__b == "3" && self.__if__ == "4"",
         "held": "201",
         "missing": "422 F: FieldValueInvalid: Invalid value: failed rule: has(self.__namespace__)",
         "not escaped": "201",
         "not escaped, broken": "422 F: FieldValueInvalid: Invalid value: failed rule: self.namespace == "1"",
       }
      `);
    });

    it('see dates, durations, bytes and what may be number or text for what they are', async () => {
      expect(await judged('see dates, durations, bytes and what may be number or text for what they are')).toMatchInlineSnapshot(`
       {
         "a day": "422 F: FieldValueInvalid: Invalid value: "2026-05-01": failed rule: self.getFullYear() == 2025",
         "a duration": "422 F: FieldValueInvalid: Invalid value: "1m": failed rule: self >= duration("90s")",
         "a moment": "201",
         "a moment too late": "422 F: FieldValueInvalid: Invalid value: "2026-01-01T01:00:00+01:00": failed rule: self < timestamp("2026-01-01T00:00:00Z")",
         "a number": "201",
         "a number too big": "422 F: FieldValueInvalid: Invalid value: 5: failed rule: type(self) == int ? self < 5 : self.matches("^[0-9]+%$")",
         "bytes": "201",
         "other bytes": "422 F: FieldValueInvalid: Invalid value: "YWI=": failed rule: self.size() == 3",
         "text compared with a number": "422 F: FieldValueInvalid: Invalid value: "a": failed rule: self == 1",
         "text that does not": "422 F: FieldValueInvalid: Invalid value: "5": failed rule: type(self) == int ? self < 5 : self.matches("^[0-9]+%$")",
         "text that fits": "201",
         "text where a number is meant": "422 F: FieldValueInvalid: Invalid value: "": 'no such overload': call arguments did not match a supported operator, function or macro signature for rule: self > 1",
       }
      `);
    });

    it('fail with the error that their evaluation ends with', async () => {
      expect(await judged('fail with the error that their evaluation ends with')).toMatchInlineSnapshot(`
       {
         "division by zero": "422 F: FieldValueInvalid: Invalid value: "object": division by zero evaluating rule: 1 / self.a == 1",
         "modulo zero": "422 F: FieldValueInvalid: Invalid value: "object": modulus by zero evaluating rule: 1 % self.a == 1",
         "no number": "422 F: FieldValueInvalid: Invalid value: "object": type conversion error from 'string' to 'int' evaluating rule: int(self.t) == 1",
         "no such index": "422 F: FieldValueInvalid: Invalid value: "object": index out of bounds: 3 evaluating rule: self.l[3] == 1",
         "no such key": "422 F: FieldValueInvalid: Invalid value: "object": no such key: y evaluating rule: self.m["y"] == 1",
         "nor when no part decides": "422 F: FieldValueInvalid: Invalid value: "object": division by zero evaluating rule: self.a == 1 || 1 / self.a == 1",
         "overflow": "422 F: FieldValueInvalid: Invalid value: "object": integer overflow evaluating rule: 9223372036854775807 + self.l[0] > 0",
         "unless another part decides": "201",
         "unless another part decides, first": "201",
         "unless one of a list decides": "201",
         "with a message of its own": "422 F: FieldValueInvalid: Invalid value: "object": division by zero evaluating rule: m",
       }
      `);
    });

    it('see the name of the object, and nothing else of its metadata', async () => {
      const make = async (metadataName: string, spec: object) =>
        said(await api.create(resource.path, { ...resource.object(metadataName), spec }, { dryRun: 'All' }));
      expect(await make('okay', { a: 'b' })).toBe('201');
      expect(await make('bad', { a: 'b' })).toMatchInlineSnapshot(
        `"422 <nil>: FieldValueInvalid: Invalid value: the name must begin with ok"`,
      );
      expect(await make('okay', { a: 'okay' })).toMatchInlineSnapshot(
        `"422 <nil>: FieldValueInvalid: Invalid value: failed rule: !has(self.spec) || self.spec.a != self.metadata.name"`,
      );
    });
  });

  it('know the functions of the language and those of Kubernetes', async () => {
    expect(said(await create(functions, numbered(trueExpressions.map(() => functionValues.value))))).toBe('201');
  });

  describe('when an object changes', () => {
    it('compare with what was there, where it is found again', async () => {
      const found: Record<string, string> = {};
      for (const [index, [what, [, before, after]]] of Object.entries(ruleChanges).entries()) {
        const made = await api.create(
          changes.path,
          changes.object(`x${index}`, { spec: before === undefined ? {} : { [`f${index}`]: before } }),
        );
        const spec = { [`f${index}`]: after, other: 'changed' };
        const changed = await api.replace(`${changes.path}/x${index}`, { ...made.body, spec }, { dryRun: 'All' });
        found[what] = said(changed).replaceAll(`spec.f${index}`, 'F');
      }
      expect(found).toMatchInlineSnapshot(`
       {
         "a list in an object, in another order": "422 F: FieldValueInvalid: Invalid value: may not change",
         "a list with keys, changed": "422 F: FieldValueInvalid: Invalid value: may not change",
         "a list with keys, in another order": "200",
         "a list with keys, one less": "422 F: FieldValueInvalid: Invalid value: may not change",
         "a list, in another order": "422 F: FieldValueInvalid: Invalid value: may not change",
         "a new value that an optional rule refuses": "422 F: FieldValueInvalid: Invalid value: "other": failed rule: oldSelf.hasValue() ? self == oldSelf.value() : self == "first"",
         "a new value that an optional rule takes": "200",
         "a number that shrinks": "422 F: FieldValueInvalid: Invalid value: 4: failed rule: self >= oldSelf",
         "a set, changed": "422 F: FieldValueInvalid: Invalid value: may not change",
         "a set, in another order": "200",
         "a value that an optional rule keeps": "200",
         "a value that an optional rule lets not change": "422 F: FieldValueInvalid: Invalid value: "other": failed rule: oldSelf.hasValue() ? self == oldSelf.value() : self == "first"",
         "another text": "422 F: FieldValueInvalid: Invalid value: "b": may not change",
         "items added": "200",
         "items by their keys, wherever they are": "422 F[0].size: FieldValueInvalid: Invalid value: 4: failed rule: self >= oldSelf",
         "items lost": "422 F: FieldValueInvalid: Invalid value: failed rule: oldSelf.all(x, x in self)",
         "text where none was": "200",
         "the same text": "200",
         "values of a map": "422 F[b]: FieldValueInvalid: Invalid value: "3": may not change",
       }
      `);
    });

    it('hold for the status, too', async () => {
      await api.create(resource.path, resource.object('ok-status', { spec: { a: 'a' } }));
      const report = async (content: object) => said(await api.patch(`${resource.path}/ok-status/status`, 'merge', { status: content }));
      expect(await report({ phase: 'Done', n: 4 })).toBe('200');
      expect(await report({ phase: 'Open', n: 5 })).toMatchInlineSnapshot(`
       "422 status.n: FieldValueInvalid: Invalid value: 5: failed rule: self < 5
       status.phase: FieldValueInvalid: Invalid value: "Open": failed rule: self == oldSelf || oldSelf != "Done""
      `);
    });

    it('let be what was wrong before they were there, until it is touched', async () => {
      const spec = { a: 9, b: 'x', l: [{ name: 'one', n: 9 }], t: ['long'] };
      const { body } = await api.create(tightened.path, tightened.object('x', { spec }));
      const crd = (await api.get(tightened.crd)).body;
      crd.spec.versions[0].schema.openAPIV3Schema.properties.spec = tight;
      expect((await api.replace(tightened.crd, crd)).status).toBe(200);
      expect(await until(async () => (await create(tightened, { a: 9 })).status === 422, 15_000)).toBe(true);
      const change = async (content: object) =>
        said(await api.patch(`${tightened.path}/${body.metadata.name}`, 'merge', { spec: content }, { dryRun: 'All' }));
      const [one, two] = [
        { name: 'one', n: 9 },
        { name: 'two', n: 1 },
      ];
      expect(await change({ b: 'y' })).toBe('200');
      expect(await change({ a: 8 })).toMatchInlineSnapshot(`"422 spec.a: FieldValueInvalid: Invalid value: 8: failed rule: self < 5"`);
      expect(await change({ l: [two, one] })).toBe('200');
      expect(await change({ l: [{ ...two, n: 7 }, one] })).toMatchInlineSnapshot(
        `"422 spec.l[0].n: FieldValueInvalid: Invalid value: 7: failed rule: self < 5"`,
      );
      expect(await change({ t: ['long', 'a'] })).toMatchInlineSnapshot(
        `"422 spec.t[0]: FieldValueInvalid: Invalid value: "long": failed rule: self.size() < 3"`,
      );
    });
  });

  describe('when they are defined', () => {
    /** What a definition with the schema of `spec` is answered with; the dump of the rule and the compiler's words left out. */
    async function defining(spec: object): Promise<string> {
      const answer = said(await api.create(definitionsPath, definition({ spec }), { dryRun: 'All' }));
      return answer
        .replaceAll('spec.validation.openAPIV3Schema.properties[spec]', 'S')
        .replace(/Invalid value: \{"Rule":.*"OptionalOldSelf":\w+\}/g, 'Invalid value: RULE')
        .replace(/compilation failed: ERROR: [^]*?(?=\nS|$)/g, 'compilation failed: WHY');
    }

    const fields = { a: text, i: integer, l: list(object({ x: text })) };

    it('must be expressions of the schema', async () => {
      const found: Record<string, string> = {};
      for (const rule of refusedExpressions) found[rule] = await defining(object(fields, rules(rule)));
      const refusal = '422 S.x-kubernetes-validations[0].rule: FieldValueInvalid: Invalid value: RULE: compilation failed: WHY';
      expect(found).toEqual(Object.fromEntries(refusedExpressions.map((rule) => [rule, refusal])));
      const several = object({ ...fields, a: { ...text, ...rules('self.x') } }, rules('self.b == 1', 'self.a == "x"', 'self.c'));
      expect(await defining(several)).toMatchInlineSnapshot(`
       "422 S.properties[a].x-kubernetes-validations[0].rule: FieldValueInvalid: Invalid value: RULE: compilation failed: WHY
       S.x-kubernetes-validations[0].rule: FieldValueInvalid: Invalid value: RULE: compilation failed: WHY
       S.x-kubernetes-validations[2].rule: FieldValueInvalid: Invalid value: RULE: compilation failed: WHY"
      `);
    });

    it("are told in the real server's own terms", async () => {
      const rule = 'self.i < 5 && "a&b" == self.b';
      const { body } = await api.create(
        definitionsPath,
        definition({ spec: object(fields, rules({ rule, reason: 'FieldValueInvalid' })) }),
      );
      expect(body.details.causes).toMatchInlineSnapshot(`
       [
         {
           "field": "spec.validation.openAPIV3Schema.properties[spec].x-kubernetes-validations[0].rule",
           "message": "Invalid value: {"Rule":"self.i \\u003c 5 \\u0026\\u0026 \\"a\\u0026b\\" == self.b","Message":"","MessageExpression":"","Reason":"FieldValueInvalid","FieldPath":"","OptionalOldSelf":null}: compilation failed: ERROR: <input>:1:28: undefined field 'b'
        | self.i < 5 && "a&b" == self.b
        | ...........................^",
           "reason": "FieldValueInvalid",
         },
       ]
      `);
    });

    it('must be complete', async () => {
      const found: Record<string, string> = {};
      const more = { ...fields, m: { type: 'object', additionalProperties: text } };
      for (const [what, rule] of Object.entries(incomplete)) found[what] = await defining(object(more, rules(rule)));
      expect(found).toMatchInlineSnapshot(`
       {
         "a blank message": "422 S.x-kubernetes-validations[0].message: FieldValueInvalid: Invalid value: "  ": must be non-empty if specified",
         "a blank message expression": "422 S.x-kubernetes-validations[0].messageExpression: FieldValueRequired: Required value: messageExpression must be non-empty if specified",
         "a blank path": "422 S.x-kubernetes-validations[0].fieldPath: FieldValueInvalid: Invalid value: " ": must be a valid path
       S.x-kubernetes-validations[0].fieldPath: FieldValueInvalid: Invalid value: " ": must be non-empty if specified",
         "a message of two lines": "422 S.x-kubernetes-validations[0].message: FieldValueInvalid: Invalid value: "a\\nb": must not contain line breaks",
         "a message of what is not there": "422 S.x-kubernetes-validations[0].messageExpression: FieldValueInvalid: Invalid value: RULE: messageExpression compilation failed: WHY",
         "a message that is no text": "422 S.x-kubernetes-validations[0].messageExpression: FieldValueInvalid: Invalid value: RULE: messageExpression must evaluate to a string",
         "a path without its dot": "422 S.x-kubernetes-validations[0].fieldPath: FieldValueInvalid: Invalid value: "a": must be a valid path",
         "a rule of two lines": "422 S.x-kubernetes-validations[0].message: FieldValueRequired: Required value: message must be specified if rule contains line breaks",
         "a rule of two lines, explained": "201",
         "an odd reason": "422 S.x-kubernetes-validations[0].reason: FieldValueNotSupported: Unsupported value: "Odd": supported values: "FieldValueDuplicate", "FieldValueForbidden", "FieldValueInvalid", "FieldValueRequired"",
         "an optional old value that is": "201",
         "an optional old value that is not asked": "422 S.x-kubernetes-validations[0].optionalOldSelf: FieldValueInvalid: Invalid value: true: may not be set if oldSelf is not used in rule",
         "no boolean": "422 S.x-kubernetes-validations[0].rule: FieldValueInvalid: Invalid value: RULE: cel expression must evaluate to a bool",
         "no rule": "422 S.x-kubernetes-validations[0].rule: FieldValueRequired: Required value: rule is not specified",
         "the path of a field": "201",
         "the path of a key": "201",
         "the path of an item": "422 S.x-kubernetes-validations[0].fieldPath: FieldValueInvalid: Invalid value: ".l[0]": must be a valid path",
         "the path of no field": "422 S.x-kubernetes-validations[0].fieldPath: FieldValueInvalid: Invalid value: ".b": must be a valid path",
       }
      `);
    });

    it('may ask for an old value only where one is found again', async () => {
      const item = object({ name: text, x: { ...text, ...rules('self == oldSelf') } }, { required: ['name'] });
      const set = list({ ...text, ...rules('self == oldSelf') }, { 'x-kubernetes-list-type': 'set' });
      expect(await defining(object({ l: list(item, named) }))).toBe('201');
      expect(await defining(object({ l: list(item) }))).toMatchInlineSnapshot(
        `"422 S.properties[l].items.properties[x].x-kubernetes-validations[0].rule: FieldValueInvalid: Invalid value: "self == oldSelf": oldSelf cannot be used on the uncorrelatable portion of the schema within S.properties[l]"`,
      );
      expect(await defining(object({ l: set }))).toMatchInlineSnapshot(
        `"422 S.properties[l].items.x-kubernetes-validations[0].rule: FieldValueInvalid: Invalid value: "self == oldSelf": oldSelf cannot be used on the uncorrelatable portion of the schema within S.properties[l]"`,
      );
      expect(await defining(object({ l: { ...list(text), ...rules('self == oldSelf') } }))).toBe('201');
    });

    it('see nothing of what a schema leaves open', async () => {
      const open = { 'x-kubernetes-preserve-unknown-fields': true };
      const within = (schema: object, rule: string) => defining(object({ a: schema }, rules(rule)));
      expect(await within({ type: 'object', ...open }, 'has(self.a)')).toBe('201');
      expect(await within({ type: 'object', ...open }, 'has(self.a.b)')).toContain('422');
      expect(await within(open, 'has(self.a)')).toContain('422');
      expect(await defining(object({ a: { ...open, ...rules('true') } }))).toMatchInlineSnapshot(
        `"422 S.properties[a].x-kubernetes-validations: InternalError: Internal error: internal error: failed to construct type information for x-kubernetes-validations rules: unable to convert structural schema to CEL declarations"`,
      );
      expect(await defining(object({ a: text }, { allOf: [rules('self.a == "x"')] }))).toMatchInlineSnapshot(
        `"422 S.allOf[0].x-kubernetes-validations: FieldValueForbidden: Forbidden: must be empty to be structural"`,
      );
    });
  });
});

/** What `trueExpressions` hold for. */
const functionValues = {
  schema: {
    s: text,
    i: integer,
    d: { type: 'number' },
    l: list(integer),
    w: list(text),
    o: object({ a: text, b: text }),
    m: { type: 'object', maxProperties: 5, additionalProperties: integer },
    items: list(object({ name: text, port: integer })),
  },
  value: {
    s: 'Abc-déf',
    i: 7,
    d: 1.5,
    l: [3, 1, 2],
    w: ['b', 'a', 'b'],
    o: { a: 'x' },
    m: { one: 1, two: 2 },
    items: [{ name: 'a', port: 80 }, { name: 'b' }],
  },
};

/** A definition with rules at the root, and for the status. */
function wholeResource(): any {
  const status = object({ phase: { ...text, ...rules('self == oldSelf || oldSelf != "Done"') }, n: { ...integer, ...rules('self < 5') } });
  const crd = definition({ spec: object({ a: text }), status }, { subresources: { status: {} } });
  const root = rules(
    { rule: 'self.metadata.name.startsWith("ok")', message: 'the name must begin with ok' },
    'self.kind == "Widget" && self.apiVersion.endsWith("/v1")',
    '!has(self.spec) || self.spec.a != self.metadata.name',
  );
  Object.assign(crd.spec.versions[0].schema.openAPIV3Schema, root);
  return crd;
}

const entries = (n: object) => list(object({ name: text, n }, { required: ['name'] }), named);
const loose = object({ a: integer, b: text, l: entries(integer), t: list(text) });
const small = { ...integer, ...rules('self < 5') };
const tight = object({ a: small, b: text, l: entries(small), t: list({ ...text, ...rules('self.size() < 3') }) });

const incomplete: Record<string, object> = {
  'no rule': { rule: ' ' },
  'no boolean': { rule: 'self.a' },
  'a message that is no text': { rule: 'true', messageExpression: '1' },
  'a message of what is not there': { rule: 'true', messageExpression: 'self.x' },
  'a blank message': { rule: 'true', message: '  ' },
  'a message of two lines': { rule: 'true', message: 'a\nb' },
  'a rule of two lines': { rule: 'true\n&& true' },
  'a rule of two lines, explained': { rule: 'true\n&& true', message: 'x' },
  'a blank message expression': { rule: 'true', messageExpression: ' ' },
  'an odd reason': { rule: 'true', reason: 'Odd' },
  'the path of a field': { rule: 'true', fieldPath: '.a' },
  'the path of a key': { rule: 'true', fieldPath: ".m['x']" },
  'the path of no field': { rule: 'true', fieldPath: '.b' },
  'the path of an item': { rule: 'true', fieldPath: '.l[0]' },
  'a path without its dot': { rule: 'true', fieldPath: 'a' },
  'a blank path': { rule: 'true', fieldPath: ' ' },
  'an optional old value that is not asked': { rule: 'true', optionalOldSelf: true },
  'an optional old value that is': { rule: 'oldSelf.hasValue() || true', optionalOldSelf: true },
};
