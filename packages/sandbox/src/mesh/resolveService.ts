import type { KubeObject } from '../apiserver/ObjectStore';
import { controllerOf } from '../workloads/owners';
import type { ClusterReader } from './ClusterReader';
import type { Destination, Server } from './RequestRecorder';
import { routeReaders } from './routes/routeReaders';

/** A Service that gets a share of the traffic, and the pods that are ready behind it. */
export interface Backend {
  service: string;
  weight: number;
  servers: Server[];
}

/** An endpoint of an EndpointSlice. */
interface Endpoint {
  conditions?: { ready?: boolean };
  targetRef?: { kind?: string; name?: string };
}

/**
 * Where requests to a Service go: by the route that speaks of it, else to its own endpoints. Without such a Service (and without a route)
 * there are no backends.
 */
export function resolveService(cluster: ClusterReader, namespace: string, service: string): Backend[] {
  const backend = (name: string, weight: number) => ({ service: name, weight, servers: readyServers(cluster, namespace, name) });
  const shares = routed(cluster, { namespace, service });
  if (shares) return shares.map(({ service: name, weight }) => backend(name, weight));
  return cluster.get('/services', namespace, service) ? [backend(service, 1)] : [];
}

/** Whether a Service exists and should have pods (it has a selector), but none behind it is ready. */
export function isDown(cluster: ClusterReader, namespace: string, service: string): boolean {
  const object = cluster.get('/services', namespace, service);
  if (!object?.spec?.selector) return false;
  return resolveService(cluster, namespace, service).every(({ servers }) => servers.length === 0);
}

function routed(cluster: ClusterReader, destination: Destination) {
  for (const { resource, shares } of routeReaders) {
    const found = cluster.types.find(resource) && shares(cluster.list(resource, destination.namespace), destination);
    if (found) return found;
  }
  return undefined;
}

function readyServers(cluster: ClusterReader, namespace: string, service: string): Server[] {
  const slices = cluster
    .list('discovery.k8s.io/endpointslices', namespace)
    .filter((slice) => slice.metadata.labels?.['kubernetes.io/service-name'] === service);
  // A pod with addresses of two families stands in two slices.
  const names = new Set(slices.flatMap((slice) => (slice.endpoints ?? []).flatMap(readyPod)));
  return [...names].flatMap((name) => {
    const pod = cluster.get('/pods', namespace, name);
    return pod ? [{ pod, deployment: deploymentOf(cluster, pod) }] : [];
  });
}

function readyPod({ conditions, targetRef }: Endpoint): string[] {
  // Nothing said of readiness is to be taken for ready.
  const ready = conditions?.ready ?? true;
  return ready && targetRef?.kind === 'Pod' && targetRef.name ? [targetRef.name] : [];
}

function deploymentOf(cluster: ClusterReader, pod: KubeObject): string {
  const owner = controllerOf(pod);
  if (owner?.kind !== 'ReplicaSet') return owner?.name ?? pod.metadata.name;
  const set = cluster.get('apps/replicasets', pod.metadata.namespace, owner.name);
  if (set) return controllerOf(set)?.name ?? owner.name;
  // When a Deployment is deleted its ReplicaSet goes before its pods; and a pod may be heard of before its ReplicaSet.
  const hash = pod.metadata.labels?.['pod-template-hash'];
  return hash && owner.name.endsWith(`-${hash}`) ? owner.name.slice(0, -hash.length - 1) : owner.name;
}
