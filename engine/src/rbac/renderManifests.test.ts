import { parseAllDocuments } from 'yaml';
import { createProviderRegistry } from '../registry';
import { engineRules } from './engineRules';
import { permissionsIn } from './DeclaredRule';
import { providerRules, rulesNamedBy } from './providerRules';
import { renderManifests } from './renderManifests';

const RULES = engineRules({ configTracking: true, throughApiServer: false });
const read = (text: string) => parseAllDocuments(text).map((document) => document.toJS());

it('binds everything to a service account in all namespaces', () => {
  const [account, role, binding, ...more] = read(renderManifests(RULES, { namespace: 'tools' }));
  expect(more).toEqual([]);
  expect(account).toMatchObject({ kind: 'ServiceAccount', metadata: { name: 'aviary', namespace: 'tools' } });
  expect(role).toMatchObject({ kind: 'ClusterRole', metadata: { name: 'aviary' } });
  expect(permissionsIn(role.rules)).toHaveLength(permissionsIn(RULES).length);
  expect(binding).toMatchObject({
    kind: 'ClusterRoleBinding',
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'aviary' },
    subjects: [{ kind: 'ServiceAccount', name: 'aviary', namespace: 'tools' }],
  });
});

it('binds in one namespace what it can, and in the cluster what is in no namespace', () => {
  const [, role, binding, clusterRole, clusterBinding] = read(renderManifests(RULES, { namespace: 'tools', watched: 'shop' }));
  expect(role).toMatchObject({ kind: 'Role', metadata: { name: 'aviary', namespace: 'shop' } });
  expect(binding).toMatchObject({ kind: 'RoleBinding', metadata: { namespace: 'shop' }, subjects: [{ namespace: 'tools' }] });
  expect(clusterRole.metadata.name).toBe('aviary-shop');
  expect(clusterRole.rules.map(({ resources, resourceNames, verbs }: any) => [...resources, ...resourceNames, ...verbs])).toEqual([
    ['namespaces', 'kube-system', 'get'],
    ['customresourcedefinitions', 'canaries.flagger.app', 'get'],
  ]);
  expect(clusterBinding.roleRef).toMatchObject({ kind: 'ClusterRole', name: 'aviary-shop' });
  expect(role.rules.length + clusterRole.rules.length).toBe(RULES.length);
});

it('says beside each rule what it is for', () => {
  const text = renderManifests(RULES, { namespace: 'tools' });
  for (const { why } of RULES) expect(text).toContain(`  # ${why}\n  - apiGroups: [`);
});

it('asks for no Secrets but by name without config tracking, and for Services through the API server only from outside', () => {
  const verbsOf = (settings: Parameters<typeof engineRules>[0], resource: string) =>
    engineRules(settings)
      .filter(({ resources }) => resources.includes(resource))
      .flatMap(({ verbs }) => verbs);
  expect(verbsOf({ configTracking: false, throughApiServer: false }, 'secrets')).toEqual(['get']);
  expect(verbsOf({ configTracking: false, throughApiServer: false }, 'configmaps')).toEqual([]);
  expect(verbsOf({ configTracking: true, throughApiServer: false }, 'services/proxy')).toEqual([]);
  expect(verbsOf({ configTracking: true, throughApiServer: true }, 'services/proxy')).toEqual(['get', 'create']);
});

it('knows no wildcards', async () => {
  const registry = await createProviderRegistry();
  const routers = registry.list('router').map(({ id }) => id);
  for (const { apiGroups, resources, verbs } of [...RULES, ...providerRules(registry, routers)])
    expect([...apiGroups, ...resources, ...verbs]).not.toContain('*');
});

it('names the routers there are when one is not known, but not for a Canary', async () => {
  const registry = await createProviderRegistry();
  expect(() => providerRules(registry, ['linkrd'])).toThrow(/"linkrd".*Did you mean "linkerd"/);
  expect(rulesNamedBy(['linkrd', 'linkerd'], registry)).toEqual([
    expect.objectContaining({ resources: ['trafficsplits'], option: '--router linkerd' }),
  ]);
});
