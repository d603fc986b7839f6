import { grounds } from '../../harness/grounds';
import { until } from '../../harness/until';
import { Api } from '../Api';
import { define, definition, definitionsPath } from './Definitions';

jest.setTimeout(120_000);

describe.each(grounds())('Custom resource definitions on the %s', (name) => {
  let api: Api;

  beforeAll(async () => {
    api = await Api.onGround(name);
  });

  afterAll(() => api?.close());

  /** Waits until the path answers with the status. */
  async function answers(path: string, status: number): Promise<void> {
    expect(await until(async () => ((await api.get(path)).status === status ? status : null), 15_000)).toBe(status);
  }

  const open = { spec: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } };
  const openSchema = { openAPIV3Schema: { type: 'object', properties: open } };

  /** Code and sentences of a refusal. */
  async function refusal(crd: any): Promise<string> {
    const { status, body } = await api.create(definitionsPath, crd, { dryRun: 'All' });
    return worded(status, body);
  }

  function worded(status: number, body: any): string {
    const text = String(body.message ?? 'accepted')
      .replace(/^CustomResourceDefinition.apiextensions.k8s.io "[^"]*" is invalid: /, '')
      // A dump of the server's own structures.
      .replace(/Invalid value: \[\{"Name".*?\}\]: /g, 'Invalid value: VERSIONS: ')
      .replace(/g[0-9a-f]{8}\.behaviour\.test/g, 'GROUP');
    return `${status} ${text}`;
  }

  describe('from creation to deletion', () => {
    it('becomes established, with its names accepted', async () => {
      const { crd } = await define(api, definition(open));
      const { body } = await api.get(crd);
      expect(body.status.conditions.map(({ type, status, reason }: any) => `${type}=${status} ${reason}`)).toEqual([
        'NamesAccepted=True NoConflicts',
        'Established=True InitialNamesAccepted',
      ]);
      expect(body.status.acceptedNames).toEqual({ plural: 'widgets', singular: 'widget', kind: 'Widget', listKind: 'WidgetList' });
      expect(body.status.storedVersions).toEqual(['v1']);
      expect(body.spec.conversion).toEqual({ strategy: 'None' });
      expect(body.metadata.generation).toBe(1);
    });

    it('fills in the names that the definition leaves out', async () => {
      const crd = definition(open);
      crd.spec.names = { plural: 'widgets', kind: 'BigWidget' };
      const { body } = await api.create(definitionsPath, crd, { dryRun: 'All' });
      expect(body.spec.names).toEqual({ plural: 'widgets', singular: 'bigwidget', kind: 'BigWidget', listKind: 'BigWidgetList' });
    });

    it('appears in discovery with its short names, categories and subresources', async () => {
      const crd = definition(open, {
        names: { shortNames: ['wd', 'wdg'], categories: ['all', 'tests'] },
        subresources: { status: {}, scale: { specReplicasPath: '.spec.replicas', statusReplicasPath: '.status.replicas' } },
      });
      const { group } = await define(api, crd);
      await answers(`/apis/${group}/v1`, 200);
      const { body } = await api.get(`/apis/${group}/v1`);
      expect(body.resources.map(({ storageVersionHash, ...resource }: any) => resource)).toEqual([
        {
          name: 'widgets',
          singularName: 'widget',
          namespaced: true,
          kind: 'Widget',
          verbs: ['delete', 'deletecollection', 'get', 'list', 'patch', 'create', 'update', 'watch'],
          shortNames: ['wd', 'wdg'],
          categories: ['all', 'tests'],
        },
        { name: 'widgets/status', singularName: '', namespaced: true, kind: 'Widget', verbs: ['get', 'patch', 'update'] },
        {
          name: 'widgets/scale',
          singularName: '',
          namespaced: true,
          group: 'autoscaling',
          version: 'v1',
          kind: 'Scale',
          verbs: ['get', 'patch', 'update'],
        },
      ]);
      const groupBody = (await api.get(`/apis/${group}`)).body;
      expect(groupBody).toMatchObject({ kind: 'APIGroup', name: group, preferredVersion: { groupVersion: `${group}/v1`, version: 'v1' } });
      const groups = (await api.get('/apis')).body.groups.map((entry: any) => entry.name);
      expect(groups).toContain(group);
    });

    it('takes its objects along when it is deleted, and answers 404 then', async () => {
      const { crd, path, object, group } = await define(api, definition(open));
      await api.create(path, object('one'));
      const watch = await api.watch(path);
      expect((await watch.take(1))[0]).toMatchObject({ type: 'ADDED', object: { metadata: { name: 'one' } } });
      await api.delete(crd);
      expect((await watch.take(1))[0]).toMatchObject({ type: 'DELETED', object: { metadata: { name: 'one' } } });
      await answers(crd, 404);
      await answers(path, 404);
      await answers(`/apis/${group}`, 404);
    });

    it('stays, terminating, while one of its objects is held by a finalizer', async () => {
      const { crd, path, object } = await define(api, definition(open));
      await api.create(path, { ...object('held'), metadata: { name: 'held', finalizers: ['behaviour.test/hold'] } });
      await api.delete(crd);
      expect(
        await until(async () => {
          const { body } = await api.get(crd);
          return body.status?.conditions?.find(({ type }: any) => type === 'Terminating')?.status ?? null;
        }, 15_000),
      ).toBe('True');
      const held = await until(async () => {
        const { body } = await api.get(`${path}/held`);
        return body.metadata?.deletionTimestamp ? body : null;
      }, 15_000);
      expect(held?.metadata.finalizers).toEqual(['behaviour.test/hold']);
      const refused = await api.create(path, object('late'));
      expect([refused.status, refused.body.reason]).toEqual([403, 'Forbidden']);
      await api.patch(`${path}/held`, 'merge', { metadata: { finalizers: null } });
      await answers(crd, 404);
    });

    it('may have objects outside of namespaces, under the whole name only', async () => {
      const { path, object, group } = await define(api, definition(open, { scope: 'Cluster', names: { shortNames: ['wd'] } }));
      const { status, body } = await api.create(path, object('one'));
      expect([path, status, body.metadata.namespace]).toEqual([`/apis/${group}/v1/widgets`, 201, undefined]);
      expect((await api.get(`/apis/${group}/v1/namespaces/default/widgets`)).status).toBe(404);
      expect((await api.get(`/apis/${group}/v1/wd`)).status).toBe(404);
    });

    it('counts a generation for changes of its spec', async () => {
      const { crd } = await define(api, definition(open));
      await api.patch(crd, 'merge', { metadata: { labels: { a: 'b' } } });
      expect((await api.get(crd)).body.metadata.generation).toBe(1);
      await api.patch(crd, 'merge', { spec: { names: { shortNames: ['wi'] } } });
      const { body } = await api.get(crd);
      expect(body.metadata.generation).toBe(2);
      const accepted = await until(async () => {
        const names = (await api.get(crd)).body.status.acceptedNames;
        return names.shortNames ? names : null;
      }, 15_000);
      expect(accepted?.shortNames).toEqual(['wi']);
    });
  });

  describe('with several versions', () => {
    const versions = (second: Record<string, unknown> = {}) => [
      { name: 'v1', served: true, storage: true, schema: openSchema },
      {
        name: 'v1beta1',
        served: true,
        storage: false,
        schema: {
          openAPIV3Schema: { type: 'object', properties: { spec: { type: 'object', properties: { size: { type: 'integer' } } } } },
        },
        ...second,
      },
    ];

    it('serves an object in each of them, changing nothing but its apiVersion', async () => {
      const { path, object, group } = await define(api, definition(open, { versions: versions() }));
      const beta = path.replace('/v1/', '/v1beta1/');
      await api.create(path, object('one', { spec: { size: 1, color: 'red' } }));
      const seen = (await api.get(`${beta}/one`)).body;
      expect(seen.apiVersion).toBe(`${group}/v1beta1`);
      // What the other version's schema does not know is not shown in it.
      expect(seen.spec).toEqual({ size: 1 });
      expect((await api.get(`${path}/one`)).body.spec).toEqual({ size: 1, color: 'red' });
      const written = await api.create(beta, {
        apiVersion: `${group}/v1beta1`,
        kind: 'Widget',
        metadata: { name: 'two' },
        spec: { size: 2 },
      });
      expect(written.body.apiVersion).toBe(`${group}/v1beta1`);
      expect((await api.get(`${path}/two`)).body).toMatchObject({ apiVersion: `${group}/v1`, spec: { size: 2 } });
      const list = (await api.get(beta)).body;
      expect([list.apiVersion, ...list.items.map((item: any) => item.apiVersion)]).toEqual(Array(3).fill(`${group}/v1beta1`));
    });

    it('prefers stable over beta, whatever the order', async () => {
      const { group } = await define(api, definition(open, { versions: versions().reverse() }));
      await answers(`/apis/${group}`, 200);
      const found = await until(async () => {
        const { body } = await api.get(`/apis/${group}`);
        return body.versions?.length === 2 ? body : null;
      }, 15_000);
      expect([found.preferredVersion.version, ...found.versions.map(({ version }: any) => version)]).toEqual(['v1', 'v1', 'v1beta1']);
    });

    it('does not serve a version that is not to be served', async () => {
      const { path } = await define(api, definition(open, { versions: versions({ served: false }) }));
      expect((await api.get(path.replace('/v1/', '/v1beta1/'))).status).toBe(404);
    });

    it('warns of deprecated versions', async () => {
      const { path, group } = await define(api, definition(open, { versions: versions({ deprecated: true }) }));
      expect((await api.get(path.replace('/v1/', '/v1beta1/'))).warnings).toEqual([
        `${group}/v1beta1 Widget is deprecated; use ${group}/v1 Widget`,
      ]);
      expect((await api.get(path)).warnings).toEqual([]);
      const explained = await define(
        api,
        definition(open, { versions: versions({ deprecated: true, deprecationWarning: 'old, take v1' }) }),
      );
      expect((await api.get(explained.path.replace('/v1/', '/v1beta1/'))).warnings).toEqual(['old, take v1']);
    });

    it('refuses an object of another version than the path', async () => {
      const { path, object, group } = await define(api, definition(open, { versions: versions() }));
      const { status, body } = await api.create(path, { ...object('one'), apiVersion: `${group}/v1beta1` });
      expect([status, body.reason, body.message]).toEqual([
        400,
        'BadRequest',
        `the API version in the data (${group}/v1beta1) does not match the expected API version (${group}/v1)`,
      ]);
    });

    it('remembers every version that objects were stored in', async () => {
      const { crd } = await define(api, definition(open, { versions: versions() }));
      const { body } = await api.get(crd);
      body.spec.versions[0].storage = false;
      body.spec.versions[1].storage = true;
      expect((await api.replace(crd, body)).status).toBe(200);
      const stored = await until(async () => {
        const { storedVersions } = (await api.get(crd)).body.status;
        return storedVersions.length === 2 ? storedVersions : null;
      }, 15_000);
      expect(stored).toEqual(['v1', 'v1beta1']);
    });
  });

  describe('that are wrong', () => {
    it('are refused without the names of the group', async () => {
      const misnamed = definition(open);
      misnamed.metadata.name = 'gadgets.other.test';
      expect(await refusal(misnamed)).toMatchInlineSnapshot(
        `"422 metadata.name: Invalid value: "gadgets.other.test": must be spec.names.plural+"."+spec.group"`,
      );
      const nameless = definition(open);
      nameless.spec.names = { plural: 'Widgets', kind: '' };
      expect(await refusal(nameless)).toMatchInlineSnapshot(
        `"422 [metadata.name: Invalid value: "widgets.GROUP": must be spec.names.plural+"."+spec.group, spec.names.singular: Required value, spec.names.kind: Required value, spec.names.listKind: Required value, spec.names.plural: Invalid value: "Widgets": a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')]"`,
      );
    });

    it('are refused without a known scope', async () => {
      const crd = definition(open);
      crd.spec.scope = 'Everywhere';
      expect(await refusal(crd)).toMatchInlineSnapshot(
        `"422 spec.scope: Unsupported value: "Everywhere": supported values: "Cluster", "Namespaced""`,
      );
    });

    it('are refused without exactly one stored version', async () => {
      const version = (id: string, storage: boolean) => ({ name: id, served: true, storage, schema: openSchema });
      expect(await refusal(definition(open, { versions: [version('v1', true), version('v2', true)] }))).toMatchInlineSnapshot(
        `"422 [spec.versions: Invalid value: VERSIONS: must have exactly one version marked as storage version, status.storedVersions: Invalid value: ["v1"]: must have the storage version v2]"`,
      );
      expect(await refusal(definition(open, { versions: [version('v1', false)] }))).toMatchInlineSnapshot(
        `"422 [spec.versions: Invalid value: VERSIONS: must have exactly one version marked as storage version, status.storedVersions: Invalid value: null: must have at least one stored version]"`,
      );
      expect(await refusal(definition(open, { versions: [version('v1', true), version('v1', false)] }))).toMatchInlineSnapshot(
        `"422 spec.versions: Invalid value: VERSIONS: must contain unique version names"`,
      );
    });

    it('are refused without a schema', async () => {
      expect(await refusal(definition(open, { versions: [{ name: 'v1', served: true, storage: true }] }))).toMatchInlineSnapshot(
        `"422 spec.versions[0].schema.openAPIV3Schema: Required value"`,
      );
    });

    it('are refused when their schema is not structural', async () => {
      const schemas: [string, object][] = [
        ['a root that is no object', { type: 'string' }],
        ['a field without type', { type: 'object', properties: { spec: {} } }],
        ['items without type', { type: 'object', properties: { list: { type: 'array', items: {} } } }],
        ['an array without items', { type: 'object', properties: { list: { type: 'array' } } }],
        ['an unknown type', { type: 'object', properties: { spec: { type: 'text' } } }],
        [
          'both properties and additionalProperties',
          {
            type: 'object',
            properties: { spec: { type: 'object', properties: { a: { type: 'string' } }, additionalProperties: { type: 'string' } } },
          },
        ],
        ['additionalProperties: false', { type: 'object', properties: { spec: { type: 'object', additionalProperties: false } } }],
        ['uniqueItems', { type: 'object', properties: { list: { type: 'array', uniqueItems: true, items: { type: 'string' } } } }],
        [
          'a type within anyOf',
          {
            type: 'object',
            properties: { spec: { type: 'object', anyOf: [{ type: 'object', properties: { a: { type: 'string' } } }] } },
          },
        ],
        [
          'a field that only anyOf knows',
          {
            type: 'object',
            properties: { spec: { type: 'object', anyOf: [{ required: ['a'], properties: { a: { minLength: 1 } } }] } },
          },
        ],
        ['a pattern that is none', { type: 'object', properties: { name: { type: 'string', pattern: '(' } } }],
        ['a pattern that only others know', { type: 'object', properties: { name: { type: 'string', pattern: 'a(?=b)' } } }],
        ['a default of another type', { type: 'object', properties: { size: { type: 'integer', default: 'big' } } }],
        [
          'a default with unknown fields',
          {
            type: 'object',
            properties: { spec: { type: 'object', default: { b: 1 }, properties: { a: { type: 'string' } } } },
          },
        ],
        [
          'a map list without keys',
          {
            type: 'object',
            properties: {
              list: { type: 'array', 'x-kubernetes-list-type': 'map', items: { type: 'object', properties: { name: { type: 'string' } } } },
            },
          },
        ],
        [
          'a set of objects',
          {
            type: 'object',
            properties: {
              list: { type: 'array', 'x-kubernetes-list-type': 'set', items: { type: 'object', properties: { name: { type: 'string' } } } },
            },
          },
        ],
        [
          'metadata that restricts labels',
          { type: 'object', properties: { metadata: { type: 'object', properties: { labels: { type: 'object' } } } } },
        ],
        ['a reference', { type: 'object', properties: { spec: { $ref: '#/definitions/x' } } }],
        ['int-or-string with a type', { type: 'object', properties: { port: { type: 'string', 'x-kubernetes-int-or-string': true } } }],
      ];
      const refusals: Record<string, string> = {};
      for (const [what, schema] of schemas) {
        refusals[what] = await refusal(
          definition(open, { versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: schema } }] }),
        );
      }
      expect(refusals).toMatchInlineSnapshot(`
       {
         "a default of another type": "422 spec.validation.openAPIV3Schema.properties[size].default: Invalid value: "string":  in body must be of type integer: "string"",
         "a default with unknown fields": "422 spec.validation.openAPIV3Schema.properties[spec].default: Invalid value: {"b":1}: must not have unknown fields",
         "a field that only anyOf knows": "201 accepted",
         "a field without type": "422 spec.validation.openAPIV3Schema.properties[spec].type: Required value: must not be empty for specified object fields",
         "a map list without keys": "422 spec.validation.openAPIV3Schema.properties[list].x-kubernetes-list-map-keys: Required value: must not be empty if x-kubernetes-list-type is map",
         "a pattern that is none": "422 spec.validation.openAPIV3Schema.properties[name].pattern: Invalid value: "(": must be a valid regular expression, but isn't: error parsing regexp: missing closing ): \`(\`",
         "a pattern that only others know": "422 spec.validation.openAPIV3Schema.properties[name].pattern: Invalid value: "a(?=b)": must be a valid regular expression, but isn't: error parsing regexp: invalid or unsupported Perl syntax: \`(?=\`",
         "a reference": "422 spec.validation.openAPIV3Schema.properties[spec].$ref: Forbidden: $ref is not supported",
         "a root that is no object": "422 spec.validation.openAPIV3Schema.type: Invalid value: "string": must be object at the root",
         "a set of objects": "422 spec.validation.openAPIV3Schema.properties[list].items.x-kubernetes-map-type: Invalid value: null: must be atomic as item of a list with x-kubernetes-list-type=set",
         "a type within anyOf": "422 [spec.validation.openAPIV3Schema.properties[spec].anyOf[0].properties[a].type: Forbidden: must be empty to be structural, spec.validation.openAPIV3Schema.properties[spec].anyOf[0].type: Forbidden: must be empty to be structural]",
         "additionalProperties: false": "201 accepted",
         "an array without items": "422 spec.validation.openAPIV3Schema.properties[list].items: Required value: must be specified",
         "an unknown type": "422 spec.validation.openAPIV3Schema.properties[spec].type: Unsupported value: "text": supported values: "array", "boolean", "integer", "number", "object", "string"",
         "both properties and additionalProperties": "422 spec.validation.openAPIV3Schema.properties[spec].additionalProperties: Forbidden: additionalProperties and properties are mutual exclusive",
         "int-or-string with a type": "201 accepted",
         "items without type": "422 spec.validation.openAPIV3Schema.properties[list].items.type: Required value: must not be empty for specified array items",
         "metadata that restricts labels": "422 spec.validation.openAPIV3Schema.properties[metadata]: Forbidden: must not specify anything other than name and generateName, but metadata is implicitly specified",
         "uniqueItems": "422 spec.validation.openAPIV3Schema.properties[list].uniqueItems: Forbidden: uniqueItems cannot be set to true since the runtime complexity becomes quadratic",
       }
      `);
    });

    it('are refused with a printer column or scale path that is no path', async () => {
      const columns = [{ name: 'Size', type: 'text', jsonPath: 'spec.size' }];
      expect(await refusal(definition(open, { additionalPrinterColumns: columns }))).toMatchInlineSnapshot(
        `"422 [spec.additionalPrinterColumns[0].type: Invalid value: "text": must be one of boolean,date,integer,number,string, spec.additionalPrinterColumns[0].JSONPath: Invalid value: "spec.size": must be a simple json path starting with .]"`,
      );
      const scale = { specReplicasPath: '.replicas', statusReplicasPath: '.status.replicas' };
      expect(await refusal(definition(open, { subresources: { status: {}, scale } }))).toMatchInlineSnapshot(
        `"422 spec.subresources.scale.specReplicasPath: Invalid value: ".replicas": should be a json path under .spec"`,
      );
    });

    it('may not change scope, group, kind or plural once they are established', async () => {
      const { crd } = await define(api, definition(open));
      const change = async (spec: object) => {
        const { status, body } = await api.patch(crd, 'merge', { spec });
        return worded(status, body);
      };
      expect(await change({ scope: 'Cluster' })).toMatchInlineSnapshot(`"422 spec.scope: Invalid value: "Cluster": field is immutable"`);
      expect(await change({ names: { kind: 'Gadget', listKind: 'GadgetList' } })).toMatchInlineSnapshot(
        `"422 spec.names.kind: Invalid value: "Gadget": field is immutable"`,
      );
      expect(await change({ group: 'other.test' })).toMatchInlineSnapshot(
        `"422 spec.group: Invalid value: "other.test": field is immutable"`,
      );
    });

    it('are not served under names that another definition has', async () => {
      const first = definition(open);
      await define(api, first);
      const second = definition(open);
      second.spec.group = first.spec.group;
      second.spec.names = { plural: 'gadgets', singular: 'gadget', kind: 'Widget', listKind: 'GadgetList' };
      second.metadata.name = `gadgets.${first.spec.group}`;
      expect((await api.create(definitionsPath, second)).status).toBe(201);
      const conditions = await until(async () => {
        const { body } = await api.get(`${definitionsPath}/${second.metadata.name}`);
        return body.status?.conditions ?? null;
      }, 15_000);
      expect(conditions.map(({ type, status, reason, message }: any) => [type, status, reason, message])).toEqual([
        ['NamesAccepted', 'False', 'KindConflict', '"Widget" is already in use'],
        ['Established', 'False', 'NotAccepted', 'not all names are accepted'],
      ]);
      expect((await api.get(`/apis/${first.spec.group}/v1/gadgets`)).status).toBe(404);
    });
  });
});
