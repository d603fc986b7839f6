import type { KubeObject } from '../apiserver/ObjectStore';
import { controllerOf } from '../workloads/owners';
import type { ClusterReader } from './ClusterReader';
import type { Server } from './RequestRecorder';
import { routeReaders } from './routes/routeReaders';
import type { Share } from './routes/RouteReader';

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

/** What is known of one namespace's traffic. */
interface Paths {
  /** By the Service that is called. */
  routes: Map<string, Share[]>;
  /** Names of the ready pods by Service. */
  ready: Map<string, Set<string>>;
}

/**
 * Where requests to a Service go: by the route that speaks of it, else to its own endpoints. Without such a Service (and without a route)
 * there are no backends. The returned function sees the cluster as it was when it was first asked about a namespace: make a new one for
 * every moment.
 */
export function createResolver(cluster: ClusterReader): (namespace: string, service: string) => Backend[] {
  const byNamespace = new Map<string, Paths>();
  return (namespace, service) => {
    let paths = byNamespace.get(namespace);
    if (!paths) byNamespace.set(namespace, (paths = readPaths(cluster, namespace)));
    const { routes, ready } = paths;
    const backend = (name: string, weight: number) => ({ service: name, weight, servers: serversOf(cluster, namespace, ready.get(name)) });
    const shares = routes.get(service);
    if (shares) return shares.map((share) => backend(share.service, share.weight));
    return cluster.get('/services', namespace, service) ? [backend(service, 1)] : [];
  };
}

/** Whether a Service exists and should have pods (it has a selector), but none behind it is ready. */
export function isDown(cluster: ClusterReader, namespace: string, service: string): boolean {
  const object = cluster.get('/services', namespace, service);
  if (!object?.spec?.selector) return false;
  return createResolver(cluster)(namespace, service).every(({ servers }) => servers.length === 0);
}

function readPaths(cluster: ClusterReader, namespace: string): Paths {
  const routes = new Map<string, Share[]>();
  for (const { resource, read } of routeReaders) {
    const objects = cluster.types.find(resource) ? cluster.list(resource, namespace) : [];
    for (const { service, shares } of objects.flatMap(read)) if (!routes.has(service)) routes.set(service, shares);
  }
  // By name, as a pod with addresses of two families stands in two slices.
  const ready = new Map<string, Set<string>>();
  for (const slice of cluster.list('discovery.k8s.io/endpointslices', namespace)) {
    const service = slice.metadata.labels?.['kubernetes.io/service-name'] ?? '';
    const pods = ready.get(service) ?? new Set();
    for (const pod of (slice.endpoints ?? []).flatMap(readyPod)) pods.add(pod);
    ready.set(service, pods);
  }
  return { routes, ready };
}

function readyPod({ conditions, targetRef }: Endpoint): string[] {
  // Nothing said of readiness is to be taken for ready.
  const ready = conditions?.ready ?? true;
  return ready && targetRef?.kind === 'Pod' && targetRef.name ? [targetRef.name] : [];
}

function serversOf(cluster: ClusterReader, namespace: string, names: Iterable<string> = []): Server[] {
  return [...names].flatMap((name) => {
    const pod = cluster.get('/pods', namespace, name);
    return pod ? [{ pod, deployment: deploymentOf(cluster, pod) }] : [];
  });
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
