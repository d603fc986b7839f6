import type { KubeObject, ObjectStore, StoreEvent } from '../apiserver/ObjectStore';
import type { Clock } from '../Clock';
import { NODE_NAME } from './Kubelet';
import { controllerReference } from './owners';
import { Reconciler } from './Reconciler';
import { labelsInclude } from './labelsInclude';

/** Lists the pods behind each Service that has a selector, as an EndpointSlice and as (older) Endpoints. */
export class EndpointsController {
  private readonly queue: Reconciler;

  constructor(
    private readonly store: ObjectStore,
    clock: Clock,
  ) {
    this.queue = new Reconciler(clock, (namespace, name) => this.reconcile(namespace, name));
  }

  /** Takes note of a change of a Service, or of a pod that one selects or did select. */
  observe({ resource, object, old }: StoreEvent): void {
    const { namespace = '', name } = object.metadata;
    if (resource === '/services') this.queue.add(namespace, name);
    if (resource !== '/pods') return;
    for (const service of this.store.list('/services', namespace)) {
      if (selects(service, object) || (old && selects(service, old))) this.queue.add(namespace, service.metadata.name);
    }
  }

  close(): void {
    this.queue.close();
  }

  private reconcile(namespace: string, name: string): void {
    const service = this.store.get('/services', namespace, name);
    if (!service || !service.spec.selector) return;
    const pods = this.store.list('/pods', namespace).filter((pod) => selects(service, pod) && pod.status?.podIP);
    this.apply('discovery.k8s.io/endpointslices', endpointSlice(service, pods));
    this.apply('/endpoints', endpoints(service, pods));
  }

  private apply(resource: string, wanted: KubeObject): void {
    const current = this.store.get(resource, wanted.metadata.namespace, wanted.metadata.name);
    if (current) this.store.update(resource, { ...wanted, metadata: { ...current.metadata, ...wanted.metadata } });
    else this.store.create(resource, wanted);
  }
}

function selects(service: KubeObject, pod: KubeObject): boolean {
  return Boolean(service.spec?.selector) && labelsInclude(pod.metadata.labels, service.spec.selector);
}

function endpointSlice(service: KubeObject, pods: KubeObject[]): KubeObject {
  const { name, namespace, uid = '' } = service.metadata;
  return {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: {
      name: `${name}-${uid.slice(0, 5)}`,
      namespace,
      labels: { 'kubernetes.io/service-name': name, 'endpointslice.kubernetes.io/managed-by': 'endpointslice-controller.k8s.io' },
      ownerReferences: [controllerReference(service)],
    },
    addressType: 'IPv4',
    endpoints: pods.map((pod) => {
      const serving = isReady(pod);
      const terminating = Boolean(pod.metadata.deletionTimestamp);
      return {
        addresses: [pod.status.podIP],
        conditions: { ready: serving && !terminating, serving, terminating },
        nodeName: NODE_NAME,
        targetRef: { kind: 'Pod', name: pod.metadata.name, namespace, uid: pod.metadata.uid },
      };
    }),
    ports: ports(service, pods),
  };
}

function endpoints(service: KubeObject, pods: KubeObject[]): KubeObject {
  const { name, namespace } = service.metadata;
  const live = pods.filter((pod) => !pod.metadata.deletionTimestamp);
  const address = (pod: KubeObject) => ({
    ip: pod.status.podIP,
    nodeName: NODE_NAME,
    targetRef: { kind: 'Pod', name: pod.metadata.name, namespace, uid: pod.metadata.uid },
  });
  const ready = live.filter(isReady).map(address);
  const notReady = live.filter((pod) => !isReady(pod)).map(address);
  const subset = {
    ...(ready.length ? { addresses: ready } : {}),
    ...(notReady.length ? { notReadyAddresses: notReady } : {}),
    ports: ports(service, pods),
  };
  return {
    apiVersion: 'v1',
    kind: 'Endpoints',
    metadata: { name, namespace, ownerReferences: [controllerReference(service)] },
    ...(live.length ? { subsets: [subset] } : {}),
  };
}

// A port that none of the pods' containers has by that name is left out: nothing would answer there.
function ports(service: KubeObject, pods: KubeObject[]): object[] {
  return (service.spec.ports ?? []).flatMap((port: any) => {
    const target = port.targetPort ?? port.port;
    const number = typeof target === 'number' ? target : containerPort(pods, target);
    if (number === undefined) return [];
    return [
      {
        name: port.name ?? '',
        port: number,
        protocol: port.protocol ?? 'TCP',
        ...(port.appProtocol ? { appProtocol: port.appProtocol } : {}),
      },
    ];
  });
}

function containerPort(pods: KubeObject[], name: string): number | undefined {
  for (const pod of pods) {
    for (const container of pod.spec.containers ?? []) {
      const found = container.ports?.find((port: { name?: string }) => port.name === name);
      if (found) return found.containerPort;
    }
  }
  return undefined;
}

function isReady(pod: KubeObject): boolean {
  return Boolean(
    pod.status?.conditions?.some(({ type, status }: { type: string; status: string }) => type === 'Ready' && status === 'True'),
  );
}
