import { shapes } from '../Api';
import { configMap, deployment, made, newNamespace, type Subject } from '../Subject';
import { widget, widgetsOf } from './widgets';

const partialKeys = ['apiVersion', 'kind', 'metadata'];

/** Objects as tables and as metadata, for clients that show or that only watch. */
export function representations(at: Subject): void {
  let namespace: string;
  let path: string;
  let deployments: string;
  const columnsOf = (body: any, priority = 0) =>
    body.columnDefinitions.filter((column: any) => column.priority <= priority).map((column: any) => column.name);

  beforeAll(async () => {
    namespace = await newNamespace(at, 'shapes');
    path = `/api/v1/namespaces/${namespace}/configmaps`;
    deployments = `/apis/apps/v1/namespaces/${namespace}/deployments`;
    made(await at.api.create(path, configMap('one', { labels: { shape: 'yes' }, data: { a: '1', b: '2' } })));
    made(await at.api.create(deployments, deployment('one', { paused: true })));
    made(await at.api.create(widgetsOf(namespace), widget('one', { size: 7 })));
  });

  test('a table has columns, and rows with cells and metadata', async () => {
    const { body } = await at.api.get(path, { labelSelector: 'shape=yes' }, shapes.table);
    expect(body).toMatchObject({
      kind: 'Table',
      apiVersion: 'meta.k8s.io/v1',
      metadata: { resourceVersion: expect.stringMatching(/^\d+$/) },
    });
    expect(columnsOf(body)).toEqual(['Name', 'Data', 'Age']);
    expect(body.columnDefinitions[0]).toMatchObject({ name: 'Name', type: 'string', format: 'name', priority: 0 });
    expect(body.rows[0].cells.slice(0, 2)).toEqual(['one', 2]);
    expect(body.rows[0].cells[2]).toMatch(/^\d+s$|^\d+m/);
    expect(body.rows[0].object).toMatchObject({ kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata: { name: 'one' } });
    expect(Object.keys(body.rows[0].object).sort()).toEqual(partialKeys);
  });

  test.each([
    ['Object', 'ConfigMap'],
    ['Metadata', 'PartialObjectMetadata'],
  ])('includeObject=%s puts a %s into the rows', async (includeObject, kind) => {
    const { body } = await at.api.get(`${path}/one`, { includeObject }, shapes.table);
    expect([body.kind, body.rows[0].object.kind]).toEqual(['Table', kind]);
  });

  test('includeObject=None puts nothing into the rows', async () => {
    const { body } = await at.api.get(`${path}/one`, { includeObject: 'None' }, shapes.table);
    expect(body.rows[0].object).toBeNull();
  });

  test('the table of Deployments is that of kubectl', async () => {
    const { body } = await at.api.get(deployments, {}, shapes.table);
    expect(columnsOf(body)).toEqual(['Name', 'Ready', 'Up-to-date', 'Available', 'Age']);
    expect(columnsOf(body, 1)).toEqual(['Name', 'Ready', 'Up-to-date', 'Available', 'Age', 'Containers', 'Images', 'Selector']);
    const cells = body.rows[0].cells;
    expect([...cells.slice(0, 4), ...cells.slice(5)]).toEqual(['one', '0/0', 0, 0, 'main', 'registry.example/app:1', 'app=one']);
  });

  test.each([
    ['/api/v1/pods', ['Name', 'Ready', 'Status', 'Restarts', 'Age'], ['IP', 'Node', 'Nominated Node', 'Readiness Gates']],
    ['/api/v1/services', ['Name', 'Type', 'Cluster-IP', 'External-IP', 'Port(s)', 'Age'], ['Selector']],
    ['/api/v1/namespaces', ['Name', 'Status', 'Age'], []],
    ['/api/v1/secrets', ['Name', 'Type', 'Data', 'Age'], []],
    ['/api/v1/events', ['Last Seen', 'Type', 'Reason', 'Object', 'Message'], ['Subobject', 'Source', 'First Seen', 'Count', 'Name']],
    [
      '/api/v1/nodes',
      ['Name', 'Status', 'Roles', 'Age', 'Version'],
      ['Internal-IP', 'External-IP', 'OS-Image', 'Kernel-Version', 'Container-Runtime'],
    ],
    ['/apis/apps/v1/replicasets', ['Name', 'Desired', 'Current', 'Ready', 'Age'], ['Containers', 'Images', 'Selector']],
    [
      '/apis/apps/v1/daemonsets',
      ['Name', 'Desired', 'Current', 'Ready', 'Up-to-date', 'Available', 'Node Selector', 'Age'],
      ['Containers', 'Images', 'Selector'],
    ],
    ['/apis/apps/v1/statefulsets', ['Name', 'Ready', 'Age'], ['Containers', 'Images']],
    ['/apis/autoscaling/v2/horizontalpodautoscalers', ['Name', 'Reference', 'Targets', 'MinPods', 'MaxPods', 'Replicas', 'Age'], []],
    ['/apis/networking.k8s.io/v1/ingresses', ['Name', 'Class', 'Hosts', 'Address', 'Ports', 'Age'], []],
    ['/apis/discovery.k8s.io/v1/endpointslices', ['Name', 'AddressType', 'Ports', 'Endpoints', 'Age'], []],
    ['/apis/coordination.k8s.io/v1/leases', ['Name', 'Holder', 'Age'], []],
    ['/apis/policy/v1/poddisruptionbudgets', ['Name', 'Min Available', 'Max Unavailable', 'Allowed Disruptions', 'Age'], []],
    ['/apis/apiextensions.k8s.io/v1/customresourcedefinitions', ['Name', 'Created At'], []],
  ])('the table of %s has the columns %j', async (collection, shown, wide) => {
    const { body } = await at.api.get(collection, { limit: 1 }, shapes.table);
    expect(body.kind).toBe('Table');
    expect(columnsOf(body)).toEqual(shown);
    expect(body.columnDefinitions.filter((column: any) => column.priority > 0).map((column: any) => column.name)).toEqual(wide);
  });

  test('the table of a custom resource is that of its printer columns', async () => {
    made(await at.api.patch(`${widgetsOf(namespace)}/one/status`, 'merge', { status: { phase: 'Ready' } }));
    const { body } = await at.api.get(widgetsOf(namespace), {}, shapes.table);
    expect(body.columnDefinitions.map(({ name, type, priority }: any) => [name, type, priority])).toEqual([
      ['Name', 'string', 0],
      ['Size', 'integer', 0],
      ['Phase', 'string', 1],
    ]);
    expect(body.rows[0].cells).toEqual(['one', 7, 'Ready']);
    expect(body.columnDefinitions[2].description).toBe('Where it stands');
  });

  test('a write can be answered with a table', async () => {
    const { status, body } = await at.api.send('POST', path, { body: configMap('tabled'), accept: shapes.table });
    expect([status, body.kind, body.rows[0].cells[0]]).toEqual([201, 'Table', 'tabled']);
  });

  test('metadata come without the rest, one by one and as a list', async () => {
    const one = await at.api.get(`${deployments}/one`, {}, shapes.metadata);
    expect(one.body).toMatchObject({ kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata: { name: 'one', namespace } });
    expect(Object.keys(one.body).sort()).toEqual(partialKeys);
    const list = await at.api.get(deployments, {}, shapes.metadataList);
    expect(list.body).toMatchObject({ kind: 'PartialObjectMetadataList', apiVersion: 'meta.k8s.io/v1' });
    expect(Object.keys(list.body.items[0]).sort()).toEqual(partialKeys);
    expect(list.body.items[0].metadata).toMatchObject({ name: 'one', generation: 1 });
  });

  test('the first shape of the Accept header that is served is chosen', async () => {
    const accept = `${shapes.table},application/json`;
    expect((await at.api.get('/api/v1/namespaces', {}, accept)).body.kind).toBe('Table');
    const other = await at.api.get('/api/v1/namespaces', {}, 'application/json;as=Chart;v=v1;g=meta.k8s.io,application/json');
    expect(other.body.kind).toBe('NamespaceList');
  });

  test('a shape that is not served is a 406', async () => {
    expect((await at.api.get('/api/v1/namespaces', {}, 'text/html')).status).toBe(406);
  });

  test('an answer may be YAML', async () => {
    const { headers, body } = await at.api.get(`${path}/one`, {}, 'application/yaml');
    expect([headers['content-type'], body]).toEqual(['application/yaml', expect.stringMatching(/^apiVersion: v1\ndata:\n {2}a: "1"\n/)]);
  });
}
