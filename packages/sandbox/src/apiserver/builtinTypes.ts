import type { ResourceType, ScalePaths } from './ResourceType';
import { BuiltinSchemas } from './schema/BuiltinSchemas';

/** Flags: n namespaced, s status subresource, g generation, r scale (replicas), a category `all`. */
type Row = [apiVersions: string, kind: string, plural: string, shortNames: string, flags: string];

const rows: Row[] = [
  ['v1', 'Namespace', 'namespaces', 'ns', 's'],
  ['v1', 'Pod', 'pods', 'po', 'nsga'],
  ['v1', 'Service', 'services', 'svc', 'nsa'],
  ['v1', 'ConfigMap', 'configmaps', 'cm', 'n'],
  ['v1', 'Secret', 'secrets', '', 'n'],
  ['v1', 'Event', 'events', 'ev', 'n'],
  ['v1', 'Endpoints', 'endpoints', 'ep', 'n'],
  ['v1', 'Node', 'nodes', 'no', 's'],
  ['v1', 'ServiceAccount', 'serviceaccounts', 'sa', 'n'],
  ['v1', 'ResourceQuota', 'resourcequotas', 'quota', 'ns'],
  ['v1', 'LimitRange', 'limitranges', 'limits', 'n'],
  ['v1', 'ReplicationController', 'replicationcontrollers', 'rc', 'nsgra'],
  ['apps/v1', 'Deployment', 'deployments', 'deploy', 'nsgra'],
  ['apps/v1', 'ReplicaSet', 'replicasets', 'rs', 'nsgra'],
  ['apps/v1', 'DaemonSet', 'daemonsets', 'ds', 'nsga'],
  ['apps/v1', 'StatefulSet', 'statefulsets', 'sts', 'nsgra'],
  ['apps/v1', 'ControllerRevision', 'controllerrevisions', '', 'n'],
  ['autoscaling/v2,autoscaling/v1', 'HorizontalPodAutoscaler', 'horizontalpodautoscalers', 'hpa', 'nsa'],
  ['discovery.k8s.io/v1', 'EndpointSlice', 'endpointslices', '', 'ng'],
  ['events.k8s.io/v1', 'Event', 'events', 'ev', 'n'],
  ['networking.k8s.io/v1', 'Ingress', 'ingresses', 'ing', 'nsg'],
  ['batch/v1', 'Job', 'jobs', '', 'nsga'],
  ['batch/v1', 'CronJob', 'cronjobs', 'cj', 'nsga'],
  ['coordination.k8s.io/v1', 'Lease', 'leases', '', 'n'],
  ['rbac.authorization.k8s.io/v1', 'ClusterRole', 'clusterroles', '', ''],
  ['rbac.authorization.k8s.io/v1', 'ClusterRoleBinding', 'clusterrolebindings', '', ''],
  ['rbac.authorization.k8s.io/v1', 'Role', 'roles', '', 'n'],
  ['rbac.authorization.k8s.io/v1', 'RoleBinding', 'rolebindings', '', 'n'],
  ['apiextensions.k8s.io/v1', 'CustomResourceDefinition', 'customresourcedefinitions', 'crd,crds', 'sg'],
  ['policy/v1', 'PodDisruptionBudget', 'poddisruptionbudgets', 'pdb', 'nsg'],
];

const replicas: ScalePaths = {
  specReplicasPath: '.spec.replicas',
  statusReplicasPath: '.status.replicas',
  labelSelectorPath: '.spec.selector',
};

const endpointsWarning = 'v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice';

/** Id of the type whose objects define further types. */
export const crdResource = 'apiextensions.k8s.io/customresourcedefinitions';

/** The kinds that every sandbox serves, in the order in which `kubectl get all` should show them. */
export function builtinTypes(): ResourceType[] {
  const schemas = new BuiltinSchemas();
  return rows.map(([apiVersions, kind, plural, shortNames, flags]) => {
    const versions = apiVersions.split(',').map((apiVersion) => apiVersion.split('/').at(-1)!);
    const group = apiVersions.includes('/') ? apiVersions.split('/')[0] : '';
    return {
      id: `${group}/${plural}`,
      group,
      kind,
      listKind: `${kind}List`,
      plural,
      singular: kind.toLowerCase(),
      shortNames: shortNames ? shortNames.split(',') : [],
      categories: flags.includes('a') ? ['all'] : [],
      namespaced: flags.includes('n'),
      versions: versions.map((name) => ({
        name,
        status: flags.includes('s'),
        schema: schemas.find(group, name, kind),
        ...(flags.includes('r') ? { scale: replicas } : {}),
        ...(kind === 'Endpoints' ? { deprecationWarning: endpointsWarning } : {}),
      })),
      storageVersion: versions[0],
      generation: flags.includes('g'),
      custom: false,
      ...(group === 'events.k8s.io' ? { storedAs: '/events' } : {}),
    };
  });
}
