import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { grounds } from '../../harness/grounds';
import { until } from '../../harness/until';
import { Api, shapes } from '../Api';
import { definitionsPath } from './Definitions';

jest.setTimeout(60_000);

const canaries = '/apis/flagger.app/v1beta1/namespaces/default/canaries';
const older = canaries.replace('v1beta1', 'v1alpha3');
const definitions: any[] = parseAllDocuments(readFileSync(join(__dirname, '../../../deploy/crds/flagger.yaml'), 'utf8')).map((document) =>
  document.toJS(),
);

describe.each(grounds())("The product's own definitions on the %s", (name) => {
  let api: Api;

  beforeAll(async () => {
    api = await Api.onGround(name);
    // A cluster may have come with Flagger's own.
    for (const crd of definitions) {
      const path = `${definitionsPath}/${crd.metadata.name}`;
      const { resourceVersion } = (await api.get(path)).body.metadata;
      const { status, warnings } = await api.replace(path, { ...crd, metadata: { ...crd.metadata, resourceVersion } });
      expect([status, warnings]).toEqual([200, []]);
    }
    const templates = canaries.replace('canaries', 'metrictemplates');
    const odd = {
      apiVersion: 'flagger.app/v1beta1',
      kind: 'MetricTemplate',
      metadata: { name: 'x' },
      spec: { provider: { type: 'x' }, query: '1' },
    };
    const replaced = async () =>
      (await api.get(older)).status === 200 && (await api.create(templates, odd, { dryRun: 'All' })).status === 201;
    expect(await until(replaced, 15_000)).toBe(true);
  });

  afterAll(() => api?.close());

  const canary = (metadataName: string, analysis: Record<string, unknown>, spec: Record<string, unknown> = {}, version = 'v1beta1') => ({
    apiVersion: `flagger.app/${version}`,
    kind: 'Canary',
    metadata: { name: metadataName },
    spec: { targetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: metadataName }, service: { port: 80 }, ...analysis, ...spec },
  });
  const analysis = { interval: '1m', threshold: 5, stepWeight: 10, maxWeight: 50, mirror: true };

  it('show the analysis in the wide columns, under its name or its older one, in both versions', async () => {
    const created = [
      await api.create(canaries, canary('new', { analysis })),
      await api.create(canaries, canary('old', { canaryAnalysis: analysis })),
      await api.create(older, canary('older', { canaryAnalysis: analysis }, {}, 'v1alpha3')),
    ];
    const deprecated = 'flagger.app/v1alpha3 Canary is deprecated; use flagger.app/v1beta1';
    expect(created.map(({ status, warnings }) => [status, warnings])).toEqual([
      [201, []],
      [201, []],
      [201, [deprecated]],
    ]);
    for (const path of [canaries, older]) {
      const { body } = await api.get(path, {}, shapes.table);
      const wide = ['Interval', 'Mirror', 'StepWeight', 'MaxWeight'];
      const columns = body.columnDefinitions.map((column: any) => column.name);
      const cells = body.rows.map((row: any) => [row.cells[0], ...wide.map((column) => row.cells[columns.indexOf(column)])]);
      expect(cells).toEqual(['new', 'old', 'older'].map((metadataName) => [metadataName, '1m', true, '10', '50']));
    }
  });

  it('take any router, metric source and chat, so that packages can add some, but no text that is no id', async () => {
    const dryRun = { dryRun: 'All', fieldValidation: 'Strict' };
    const statuses = async (path: string, make: (id: string) => object, ids: string[]) => {
      const answers = await Promise.all(ids.map((id) => api.create(path, make(id), dryRun)));
      return answers.map(({ status }) => status);
    };
    const routers = ['istio', 'gatewayapi:v1', 'example.test-router', '', 'No Router'];
    expect(await statuses(canaries, (provider) => canary('routed', { analysis }, { provider }), routers)).toEqual([
      201, 201, 201, 201, 422,
    ]);
    const kind = (kindName: string, spec: object) => ({ apiVersion: 'flagger.app/v1beta1', kind: kindName, metadata: { name: 'x' }, spec });
    const template = (type: string) => kind('MetricTemplate', { provider: { type }, query: '1' });
    expect(await statuses(canaries.replace('canaries', 'metrictemplates'), template, ['prometheus', 'mine', ''])).toEqual([201, 201, 422]);
    const chat = (type: string) => kind('AlertProvider', { type, address: 'http://chat' });
    expect(await statuses(canaries.replace('canaries', 'alertproviders'), chat, ['slack', 'mine', 'A B'])).toEqual([201, 201, 422]);
  });

  it('need an analysis, or its older name', async () => {
    const { status, body } = await api.create(canaries, canary('none', {}), { dryRun: 'All' });
    expect([status, body.message]).toMatchInlineSnapshot(`
     [
       422,
       "Canary.flagger.app "none" is invalid: [<nil>: Invalid value: "": "spec" must validate at least one schema (anyOf), spec.analysis: Required value]",
     ]
    `);
  });
});
