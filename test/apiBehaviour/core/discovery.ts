import { until } from '../../harness/until';
import { made, type Subject } from '../Subject';

const aggregated = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';

/** What the server says about itself, and what it says to those who ask for what is not there. */
export function discovery(at: Subject): void {
  test('/version names the version', async () => {
    const { status, body } = await at.api.get('/version');
    expect(status).toBe(200);
    expect(body).toMatchObject({ major: '1', minor: expect.stringMatching(/^\d+/), gitVersion: expect.stringMatching(/^v1\.\d+\.\d+/) });
  });

  test.each(['/livez', '/readyz', '/healthz'])('%s says ok', async (path) => {
    const { status, body, headers } = await at.api.get(path, {}, '*/*');
    expect([status, body, headers['content-type']]).toEqual([200, 'ok', 'text/plain; charset=utf-8']);
  });

  test('/api and /apis name versions and groups', async () => {
    expect((await at.api.get('/api')).body).toMatchObject({ kind: 'APIVersions', versions: ['v1'] });
    const { body } = await at.api.get('/apis');
    expect(body).toMatchObject({ kind: 'APIGroupList', apiVersion: 'v1' });
    const apps = body.groups.find((group: any) => group.name === 'apps');
    expect(apps).toEqual({
      name: 'apps',
      versions: [{ groupVersion: 'apps/v1', version: 'v1' }],
      preferredVersion: { groupVersion: 'apps/v1', version: 'v1' },
    });
    expect(body.groups.map((group: any) => group.name)).toContain('behaviour.example');
    expect((await at.api.get('/apis/apps')).body).toEqual({ kind: 'APIGroup', apiVersion: 'v1', ...apps });
  });

  test('a version names its resources, with short names, categories and verbs', async () => {
    const { body } = await at.api.get('/apis/apps/v1');
    expect(body).toMatchObject({ kind: 'APIResourceList', apiVersion: 'v1', groupVersion: 'apps/v1' });
    const named = (name: string) => body.resources.find((resource: any) => resource.name === name);
    expect(named('deployments')).toMatchObject({
      name: 'deployments',
      singularName: 'deployment',
      namespaced: true,
      kind: 'Deployment',
      shortNames: ['deploy'],
      categories: ['all'],
    });
    expect([...named('deployments').verbs].sort()).toEqual([
      'create',
      'delete',
      'deletecollection',
      'get',
      'list',
      'patch',
      'update',
      'watch',
    ]);
    expect(named('deployments/status')).toMatchObject({ kind: 'Deployment', namespaced: true, verbs: ['get', 'patch', 'update'] });
    expect(named('deployments/scale')).toMatchObject({
      kind: 'Scale',
      group: 'autoscaling',
      version: 'v1',
      verbs: ['get', 'patch', 'update'],
    });
  });

  test('custom resources are named the same way', async () => {
    const { body } = await at.api.get('/apis/behaviour.example/v1');
    expect(body.groupVersion).toBe('behaviour.example/v1');
    expect(body.resources.map((resource: any) => resource.name).sort()).toEqual(['widgets', 'widgets/scale', 'widgets/status']);
    expect(body.resources.find((resource: any) => resource.name === 'widgets')).toMatchObject({
      singularName: 'widget',
      namespaced: true,
      kind: 'Widget',
      shortNames: ['wd'],
    });
  });

  test('aggregated discovery tells everything in two answers', async () => {
    const { body, headers } = await at.api.get('/apis', {}, aggregated);
    expect(headers['content-type']).toBe('application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList');
    expect(body).toMatchObject({ kind: 'APIGroupDiscoveryList', apiVersion: 'apidiscovery.k8s.io/v2' });
    const group = (name: string) => body.items.find((item: any) => item.metadata.name === name);
    const resource = group('apps').versions[0].resources.find((item: any) => item.resource === 'deployments');
    expect(resource).toMatchObject({
      responseKind: { kind: 'Deployment' },
      scope: 'Namespaced',
      singularResource: 'deployment',
      shortNames: ['deploy'],
      categories: ['all'],
    });
    expect(resource.subresources.map((item: any) => item.subresource).sort()).toEqual(['scale', 'status']);
    expect(group('behaviour.example').versions[0]).toMatchObject({ version: 'v1', freshness: 'Current' });
    const core = await at.api.get('/api', {}, aggregated);
    expect(core.body.items).toHaveLength(1);
    expect(core.body.items[0].versions[0].resources.map((item: any) => item.resource)).toContain('pods');
  });

  test('/openapi/v3 leads to the schemas of each version, also of built-in kinds', async () => {
    const index = await until(async () => {
      const { body } = await at.api.get('/openapi/v3');
      // A real cluster publishes the schemas of custom resources a moment after it serves them.
      return 'apis/behaviour.example/v1' in body.paths ? body : null;
    }, 20_000);
    expect(index?.paths).toHaveProperty(['apis/behaviour.example/v1']);
    const document = made(await at.api.get(index.paths['apis/apps/v1'].serverRelativeURL));
    expect(document.openapi).toMatch(/^3\.0/);
    const { schemas } = document.components;
    expect(schemas['io.k8s.api.apps.v1.Deployment']['x-kubernetes-group-version-kind']).toEqual([
      { group: 'apps', version: 'v1', kind: 'Deployment' },
    ]);
    expect(Object.keys(schemas['io.k8s.api.apps.v1.DeploymentSpec'].properties)).toContain('progressDeadlineSeconds');
  });

  test.each(['/nothing', '/apis/none.example', '/apis/none.example/v1', '/apis/none.example/v1/things'])(
    '%s is a 404 in plain text',
    async (path) => {
      const { status, body } = await at.api.get(path);
      expect([status, body]).toEqual([404, '404 page not found\n']);
    },
  );

  test.each(['/api/v1/things', '/apis/apps/v1/things', '/apis/apps/v9/deployments', '/api/v1/namespaces/default/configmaps/x/nothing'])(
    '%s is a 404 with a Status',
    async (path) => {
      const { status, body } = await at.api.get(path);
      expect([status, body]).toEqual([
        404,
        {
          kind: 'Status',
          apiVersion: 'v1',
          metadata: {},
          status: 'Failure',
          message: 'the server could not find the requested resource',
          reason: 'NotFound',
          details: {},
          code: 404,
        },
      ]);
    },
  );

  test.each([
    [
      '/apis/apps/v1/namespaces/default/deployments/none',
      'deployments.apps "none" not found',
      { name: 'none', group: 'apps', kind: 'deployments' },
    ],
    ['/api/v1/namespaces/default/pods/none', 'pods "none" not found', { name: 'none', kind: 'pods' }],
    [
      '/apis/behaviour.example/v1/namespaces/default/widgets/none',
      'widgets.behaviour.example "none" not found',
      { name: 'none', group: 'behaviour.example', kind: 'widgets' },
    ],
  ])('%s is a 404 that names the object', async (path, message, details) => {
    const { status, body } = await at.api.get(path);
    expect([status, body]).toEqual([
      404,
      { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message, reason: 'NotFound', details, code: 404 },
    ]);
  });

  test.each([
    ['PUT', '/api/v1/namespaces/default/configmaps'],
    ['POST', '/api/v1/namespaces/default/configmaps/x'],
    ['PATCH', '/api/v1/configmaps'],
  ] as const)('%s %s is a 405', async (method, path) => {
    const { status, body } = await at.api.send(method, path, { body: {} });
    expect([status, body.reason, body.message]).toEqual([
      405,
      'MethodNotAllowed',
      'the server does not allow this method on the requested resource',
    ]);
  });
}
