import { grounds } from '../../harness/grounds';
import { until } from '../../harness/until';
import { type Answer, Api, shapes } from '../Api';
import { define, definition, type Defined } from './Definitions';

jest.setTimeout(120_000);

describe.each(grounds())('Subresources and columns of custom resources on the %s', (name) => {
  let api: Api;

  beforeAll(async () => {
    api = await Api.onGround(name);
  });

  afterAll(() => api?.close());

  const integer = { type: 'integer' };
  const string = { type: 'string' };
  const object = (properties: object, more: object = {}) => ({ type: 'object', properties, ...more });

  /** Status and sentence of an answer, without names that differ. */
  function worded({ status, body }: Answer): string {
    return `${status} ${body.message ?? 'accepted'}`.replace(/g[0-9a-f]{8}\.behaviour\.test/g, 'GROUP');
  }

  describe('status', () => {
    let widgets: Defined;

    beforeAll(async () => {
      const properties = {
        spec: object({ size: integer }),
        status: object({ phase: { ...string, enum: ['Up', 'Down'] }, seen: { ...integer, default: 1 } }),
      };
      widgets = await define(api, definition(properties, { subresources: { status: {} } }));
    });

    it('is not taken from a creation', async () => {
      const { body } = await api.create(widgets.path, widgets.object('created', { spec: { size: 1 }, status: { phase: 'Up' } }));
      expect(body.status).toBeUndefined();
    });

    it('is written alone, without a new generation, and leaves the rest alone', async () => {
      const { body } = await api.create(widgets.path, widgets.object('alone', { spec: { size: 1 } }));
      const path = `${widgets.path}/alone`;
      const changed = { ...body, spec: { size: 2 }, status: { phase: 'Up' }, metadata: { ...body.metadata, labels: { a: 'b' } } };
      const written = await api.replace(`${path}/status`, changed);
      expect(written.status).toBe(200);
      expect(written.body).toMatchObject({ spec: { size: 1 }, status: { phase: 'Up', seen: 1 }, metadata: { generation: 1 } });
      expect(written.body.metadata.labels).toBeUndefined();
      const main = await api.patch(path, 'merge', { spec: { size: 3 }, status: { phase: 'Down' } });
      expect(main.body).toMatchObject({ spec: { size: 3 }, status: { phase: 'Up' }, metadata: { generation: 2 } });
    });

    it('is checked by its schema, pruned and defaulted', async () => {
      await api.create(widgets.path, widgets.object('checked'));
      const path = `${widgets.path}/checked/status`;
      expect(worded(await api.patch(path, 'merge', { status: { phase: 'Sideways' } }))).toMatchInlineSnapshot(
        `"422 Widget.GROUP "checked" is invalid: status.phase: Unsupported value: "Sideways": supported values: "Up", "Down""`,
      );
      const patched = await api.patch(path, 'merge', { status: { phase: 'Up', odd: 1 } });
      expect([patched.body.status, patched.warnings]).toEqual([{ phase: 'Up', seen: 1 }, ['unknown field "status.odd"']]);
    });

    it('refuses what is stale, and what is not there', async () => {
      const { body } = await api.create(widgets.path, widgets.object('stale'));
      await api.patch(`${widgets.path}/stale`, 'merge', { spec: { size: 5 } });
      const stale = await api.replace(`${widgets.path}/stale/status`, { ...body, status: { phase: 'Up' } });
      expect([stale.status, stale.body.reason]).toEqual([409, 'Conflict']);
      expect(worded(await api.patch(`${widgets.path}/missing/status`, 'merge', { status: {} }))).toMatchInlineSnapshot(
        `"404 widgets.GROUP "missing" not found"`,
      );
    });

    it('needs a resourceVersion to be replaced', async () => {
      const { body } = await api.create(widgets.path, widgets.object('versionless'));
      delete body.metadata.resourceVersion;
      expect(worded(await api.replace(`${widgets.path}/versionless`, body))).toMatchInlineSnapshot(
        `"422 widgets.GROUP "versionless" is invalid: metadata.resourceVersion: Invalid value: 0: must be specified for an update"`,
      );
      expect(worded(await api.replace(`${widgets.path}/versionless/status`, body))).toMatchInlineSnapshot(
        `"422 widgets.GROUP "versionless" is invalid: metadata.resourceVersion: Invalid value: 0: must be specified for an update"`,
      );
    });

    it('is an ordinary field without the subresource', async () => {
      const plain = await define(api, definition({ status: object({ phase: string }) }));
      const { body } = await api.create(plain.path, plain.object('plain', { status: { phase: 'Up' } }));
      expect([body.status, body.metadata.generation]).toEqual([{ phase: 'Up' }, 1]);
      const changed = await api.patch(`${plain.path}/plain`, 'merge', { status: { phase: 'Down' } });
      expect(changed.body.metadata.generation).toBe(2);
      expect((await api.get(`${plain.path}/plain/status`)).status).toBe(404);
    });
  });

  describe('scale', () => {
    let widgets: Defined;

    beforeAll(async () => {
      const properties = {
        spec: object({ size: { ...integer, maximum: 9 } }),
        status: object({ size: integer, selector: string }),
      };
      const scale = { specReplicasPath: '.spec.size', statusReplicasPath: '.status.size', labelSelectorPath: '.status.selector' };
      widgets = await define(api, definition(properties, { subresources: { status: {}, scale } }));
    });

    it('shows and sets the replicas', async () => {
      const { body } = await api.create(widgets.path, widgets.object('scaled', { spec: { size: 2 } }));
      const path = `${widgets.path}/scaled`;
      await api.patch(`${path}/status`, 'merge', { status: { size: 1, selector: 'a=b' } });
      const scale = (await api.get(`${path}/scale`)).body;
      expect(scale).toEqual({
        kind: 'Scale',
        apiVersion: 'autoscaling/v1',
        metadata: {
          name: 'scaled',
          namespace: 'default',
          uid: body.metadata.uid,
          resourceVersion: expect.any(String),
          creationTimestamp: body.metadata.creationTimestamp,
        },
        spec: { replicas: 2 },
        status: { replicas: 1, selector: 'a=b' },
      });
      const written = await api.replace(`${path}/scale`, { ...scale, spec: { replicas: 4 } });
      expect([written.status, written.body.spec]).toEqual([200, { replicas: 4 }]);
      const patched = await api.patch(`${path}/scale`, 'merge', { spec: { replicas: 5 } });
      expect(patched.body.spec).toEqual({ replicas: 5 });
      const whole = (await api.get(path)).body;
      expect([whole.spec.size, whole.metadata.generation]).toEqual([5, 3]);
    });

    it('refuses what is stale, negative or against the schema', async () => {
      await api.create(widgets.path, widgets.object('refusing', { spec: { size: 2 } }));
      const path = `${widgets.path}/refusing/scale`;
      const scale = (await api.get(path)).body;
      expect(worded(await api.patch(path, 'merge', { spec: { replicas: -1 } }))).toMatchInlineSnapshot(
        `"422 Widget.GROUP "refusing" is invalid: .spec.size: Invalid value: -1: should be a non-negative integer"`,
      );
      expect(worded(await api.patch(path, 'merge', { spec: { replicas: 10 } }))).toMatchInlineSnapshot(
        `"422 Widget.GROUP "refusing" is invalid: spec.size: Invalid value: 10: spec.size in body should be less than or equal to 9"`,
      );
      await api.patch(path, 'merge', { spec: { replicas: 3 } });
      const stale = await api.replace(path, { ...scale, spec: { replicas: 4 } });
      expect([stale.status, stale.body.reason]).toEqual([409, 'Conflict']);
      expect(worded(await api.get(`${widgets.path}/missing/scale`))).toMatchInlineSnapshot(`"404 widgets.GROUP "missing" not found"`);
    });

    it('shows no replicas where there are none', async () => {
      await api.create(widgets.path, widgets.object('empty', { spec: {} }));
      const { status, body } = await api.get(`${widgets.path}/empty/scale`);
      expect([status, body.spec, body.status]).toMatchInlineSnapshot(`
       [
         500,
         undefined,
         "Failure",
       ]
      `);
    });
  });

  describe('columns', () => {
    it('are those of the definition, in its order, the wide ones marked', async () => {
      const properties = {
        spec: object({
          size: integer,
          share: { type: 'number' },
          on: { type: 'boolean' },
          name: string,
          list: { type: 'array', items: integer },
          more: object({ interval: string }),
          older: object({ interval: string }),
        }),
        status: object({
          at: string,
          conditions: { type: 'array', items: object({ type: string, status: string }) },
        }),
      };
      const additionalPrinterColumns = [
        { name: 'Size', type: 'integer', jsonPath: '.spec.size', description: 'How big' },
        { name: 'Share', type: 'number', jsonPath: '.spec.share', format: 'float' },
        { name: 'On', type: 'boolean', jsonPath: '.spec.on' },
        { name: 'Name of it', type: 'string', jsonPath: '.spec.name', priority: 1 },
        { name: 'List', type: 'string', jsonPath: '.spec.list' },
        { name: 'Object', type: 'string', jsonPath: '.spec.more' },
        { name: 'First', type: 'string', jsonPath: '.spec.list[0]' },
        { name: 'Ready', type: 'string', jsonPath: '.status.conditions[?(@.type=="Ready")].status' },
        { name: 'Types', type: 'string', jsonPath: '.status.conditions[*].type' },
        { name: 'Either', type: 'string', jsonPath: ".spec['more','older'].interval" },
        { name: 'Label', type: 'string', jsonPath: '.metadata.labels.example\\.test/a' },
        { name: 'Quoted', type: 'string', jsonPath: ".metadata.labels['example\\.test/a']" },
        { name: 'Seen', type: 'date', jsonPath: '.status.at' },
        { name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp' },
      ];
      const widgets = await define(api, definition(properties, { additionalPrinterColumns }));
      const hourAgo = new Date(Date.now() - 3_600_000).toISOString();
      const full = widgets.object('full', {
        spec: { size: 3, share: 0.5, on: true, name: 'x', list: [1, 2], more: { interval: '1m' } },
        status: {
          at: hourAgo,
          conditions: [
            { type: 'Up', status: 'Maybe' },
            { type: 'Ready', status: 'True' },
          ],
        },
      });
      full.metadata.labels = { 'example.test/a': 'b' };
      await api.create(widgets.path, full);
      await api.create(widgets.path, widgets.object('none', {}));
      await api.create(widgets.path, widgets.object('odd', { spec: { older: { interval: '2m' } }, status: { at: 'never' } }));
      const { body } = await api.get(widgets.path, {}, shapes.table);
      expect(body.columnDefinitions.map(({ name: column, type, format, priority }: any) => [column, type, format, priority]))
        .toMatchInlineSnapshot(`
       [
         [
           "Name",
           "string",
           "name",
           0,
         ],
         [
           "Size",
           "integer",
           "",
           0,
         ],
         [
           "Share",
           "number",
           "float",
           0,
         ],
         [
           "On",
           "boolean",
           "",
           0,
         ],
         [
           "Name of it",
           "string",
           "",
           1,
         ],
         [
           "List",
           "string",
           "",
           0,
         ],
         [
           "Object",
           "string",
           "",
           0,
         ],
         [
           "First",
           "string",
           "",
           0,
         ],
         [
           "Ready",
           "string",
           "",
           0,
         ],
         [
           "Types",
           "string",
           "",
           0,
         ],
         [
           "Either",
           "string",
           "",
           0,
         ],
         [
           "Label",
           "string",
           "",
           0,
         ],
         [
           "Quoted",
           "string",
           "",
           0,
         ],
         [
           "Seen",
           "date",
           "",
           0,
         ],
         [
           "Age",
           "date",
           "",
           0,
         ],
       ]
      `);
      expect(body.columnDefinitions[1].description).toBe('How big');
      expect(
        Object.fromEntries(
          body.rows.map(({ object: row, cells }: any) => [
            row.metadata.name,
            cells.map((cell: unknown) => (/^\d+s$/.test(String(cell)) ? 'AGE' : cell)),
          ]),
        ),
      ).toMatchInlineSnapshot(`
       {
         "full": [
           "full",
           3,
           0.5,
           true,
           "x",
           "[1,2]",
           "{"interval":"1m"}",
           "1",
           "True",
           "Up",
           "1m",
           "b",
           "b",
           "60m",
           "AGE",
         ],
         "none": [
           "none",
           null,
           null,
           null,
           null,
           null,
           null,
           null,
           null,
           null,
           null,
           null,
           null,
           null,
           "AGE",
         ],
         "odd": [
           "odd",
           null,
           null,
           null,
           null,
           null,
           null,
           null,
           null,
           null,
           "2m",
           null,
           null,
           "<invalid>",
           "AGE",
         ],
       }
      `);
      expect(body.rows[0].object.kind).toBe('PartialObjectMetadata');
    });

    it('are the age alone when the definition has none', async () => {
      const widgets = await define(api, definition({ spec: object({}) }));
      await api.create(widgets.path, widgets.object('one'));
      const { body } = await api.get(widgets.path, {}, shapes.table);
      expect(body.columnDefinitions.map((column: any) => column.name)).toEqual(['Name', 'Age']);
    });

    it('may differ from version to version', async () => {
      const schema = { openAPIV3Schema: { type: 'object', properties: { spec: object({ size: integer }) } } };
      const versions = [
        {
          name: 'v2',
          served: true,
          storage: true,
          schema,
          additionalPrinterColumns: [{ name: 'Two', type: 'integer', jsonPath: '.spec.size' }],
        },
        {
          name: 'v1',
          served: true,
          storage: false,
          schema,
          additionalPrinterColumns: [{ name: 'One', type: 'integer', jsonPath: '.spec.size' }],
        },
      ];
      const widgets = await define(api, definition({}, { versions }));
      const columns = async (path: string) =>
        (await api.get(path, {}, shapes.table)).body.columnDefinitions?.map((column: any) => column.name);
      expect(await columns(widgets.path)).toEqual(['Name', 'Two']);
      const older = widgets.path.replace('/v2/', '/v1/');
      expect(await until(async () => ((await api.get(older)).status === 200 ? columns(older) : null), 15_000)).toEqual(['Name', 'One']);
    });
  });
});
