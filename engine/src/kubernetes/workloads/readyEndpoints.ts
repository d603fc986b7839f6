import type { KubeObject } from '@aviary/provider-contract';

const SERVICE_NAME = 'kubernetes.io/service-name';

/** Index function for EndpointSlices: the service's `namespace/name`. */
export function servicesOfSlice(slice: KubeObject): string[] {
  const service = slice.metadata.labels?.[SERVICE_NAME];
  return service === undefined ? [] : [`${slice.metadata.namespace}/${service}`];
}

/**
 * How many pods are ready behind a service, by its EndpointSlices. A pod counts once, however many slices
 * (IPv4 and IPv6) name it; one that is being terminated does not count.
 */
export function readyEndpoints(slices: readonly KubeObject[], serviceName: string): number {
  const ready = new Set<string>();
  for (const slice of slices) {
    if (slice.metadata.labels?.[SERVICE_NAME] !== serviceName) continue;
    for (const endpoint of slice.endpoints ?? []) {
      // An absent condition means ready, by the API's own definition.
      if (endpoint.conditions?.ready === false || endpoint.conditions?.terminating === true) continue;
      ready.add(endpoint.targetRef?.uid ?? endpoint.targetRef?.name ?? endpoint.addresses?.[0]);
    }
  }
  return ready.size;
}
