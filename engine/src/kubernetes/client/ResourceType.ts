import type { ObjectRef } from '@aviary/provider-contract';

/** One kind of object and where the API server serves it. */
export interface ResourceType {
  /** Empty for the core group. */
  group: string;
  version: string;
  plural: string;
  kind: string;
  /** False for cluster-scoped kinds. Default true. */
  namespaced?: boolean;
}

/** Where one object is: `namespace` is absent for cluster-scoped kinds. */
export interface ObjectKey {
  namespace?: string;
  name: string;
}

/** The kinds that the engine itself reads or writes. Route objects come with `ObjectRef`s from the routers. */
export const resourceTypes = {
  canary: { group: 'flagger.app', version: 'v1beta1', plural: 'canaries', kind: 'Canary' },
  metricTemplate: { group: 'flagger.app', version: 'v1beta1', plural: 'metrictemplates', kind: 'MetricTemplate' },
  alertProvider: { group: 'flagger.app', version: 'v1beta1', plural: 'alertproviders', kind: 'AlertProvider' },
  deployment: { group: 'apps', version: 'v1', plural: 'deployments', kind: 'Deployment' },
  daemonSet: { group: 'apps', version: 'v1', plural: 'daemonsets', kind: 'DaemonSet' },
  service: { group: '', version: 'v1', plural: 'services', kind: 'Service' },
  configMap: { group: '', version: 'v1', plural: 'configmaps', kind: 'ConfigMap' },
  secret: { group: '', version: 'v1', plural: 'secrets', kind: 'Secret' },
  event: { group: '', version: 'v1', plural: 'events', kind: 'Event' },
  namespace: { group: '', version: 'v1', plural: 'namespaces', kind: 'Namespace', namespaced: false },
  endpointSlice: { group: 'discovery.k8s.io', version: 'v1', plural: 'endpointslices', kind: 'EndpointSlice' },
  horizontalPodAutoscaler: { group: 'autoscaling', version: 'v2', plural: 'horizontalpodautoscalers', kind: 'HorizontalPodAutoscaler' },
  scaledObject: { group: 'keda.sh', version: 'v1alpha1', plural: 'scaledobjects', kind: 'ScaledObject' },
  lease: { group: 'coordination.k8s.io', version: 'v1', plural: 'leases', kind: 'Lease' },
  customResourceDefinition: {
    group: 'apiextensions.k8s.io',
    version: 'v1',
    plural: 'customresourcedefinitions',
    kind: 'CustomResourceDefinition',
    namespaced: false,
  },
} as const satisfies Record<string, ResourceType>;

/** The type part of a reference that a router gave. */
export function resourceTypeOf(ref: ObjectRef): ResourceType {
  return { group: ref.group, version: ref.version, plural: ref.plural, kind: ref.kind, namespaced: ref.namespace !== undefined };
}

/** `apps/v1`, or `v1` for the core group. */
export function apiVersionOf(resource: ResourceType): string {
  return resource.group === '' ? resource.version : `${resource.group}/${resource.version}`;
}

/** `deployments.apps`, or `services` for the core group: how kubectl and the API server's errors name it. */
export function resourceName(resource: ResourceType): string {
  return resource.group === '' ? resource.plural : `${resource.plural}.${resource.group}`;
}

/** The URL path of a collection, or of one object when `name` is given. */
export function resourcePath(resource: ResourceType, at: { namespace?: string; name?: string; subresource?: string }): string {
  const root = resource.group === '' ? '/api' : `/apis/${resource.group}`;
  const parts = [`${root}/${resource.version}`];
  if (at.namespace !== undefined) parts.push('namespaces', encodeURIComponent(at.namespace));
  parts.push(resource.plural);
  if (at.name !== undefined) parts.push(encodeURIComponent(at.name));
  if (at.subresource !== undefined) parts.push(at.subresource);
  return parts.join('/');
}
