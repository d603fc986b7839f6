import type { KubeObject, ObjectStore } from '../apiserver/ObjectStore';
import { controllerOf } from '../workloads/owners';
import { readTrafficSplit } from './readTrafficSplit';
import type { Server } from './RequestRecorder';

const SPLITS = 'split.smi-spec.io/trafficsplits';

/** A Service that gets a share of the traffic, and the pods that are ready behind it. */
export interface Backend {
  service: string;
  weight: number;
  servers: Server[];
}

/**
 * Where requests to a Service go: by the TrafficSplit whose `spec.service` it is, else to its own endpoints. Without such a Service (and
 * without a split) there are no backends.
 */
export function resolveService(store: ObjectStore, namespace: string, service: string): Backend[] {
  const backend = (name: string, weight: number) => ({ service: name, weight, servers: readyServers(store, namespace, name) });
  const split = splitOf(store, namespace, service);
  if (split) return split.backends.map(({ service: name, weight }) => backend(name, weight));
  return store.get('/services', namespace, service) ? [backend(service, 1)] : [];
}

function splitOf(store: ObjectStore, namespace: string, service: string): ReturnType<typeof readTrafficSplit> | undefined {
  if (!store.types.find(SPLITS)) return undefined;
  return store
    .list(SPLITS, namespace)
    .map(readTrafficSplit)
    .find((split) => split.service === service || split.service === `${service}.${namespace}`);
}

function readyServers(store: ObjectStore, namespace: string, service: string): Server[] {
  const slices = store
    .list('discovery.k8s.io/endpointslices', namespace)
    .filter((slice) => slice.metadata.labels?.['kubernetes.io/service-name'] === service);
  return slices.flatMap((slice) =>
    (slice.endpoints ?? []).flatMap((endpoint: { conditions?: { ready?: boolean }; targetRef?: { name: string } }) => {
      const pod = endpoint.conditions?.ready && endpoint.targetRef && store.get('/pods', namespace, endpoint.targetRef.name);
      return pod ? [{ pod, deployment: deploymentOf(store, pod) }] : [];
    }),
  );
}

function deploymentOf(store: ObjectStore, pod: KubeObject): string {
  const owner = controllerOf(pod);
  const set = owner?.kind === 'ReplicaSet' ? store.get('apps/replicasets', pod.metadata.namespace, owner.name) : undefined;
  return (set && controllerOf(set)?.name) ?? owner?.name ?? pod.metadata.name;
}
