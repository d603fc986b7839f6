import type { KubeObject, ObjectStore } from '../apiserver/ObjectStore';
import type { Clock } from '../Clock';
import { AutoscalerController } from './AutoscalerController';
import { DeploymentController } from './DeploymentController';
import { EndpointsController } from './EndpointsController';
import { EventRecorder } from './EventRecorder';
import { Kubelet, NODE_NAME } from './Kubelet';
import { QuotaController } from './QuotaController';
import { ReplicaSetController } from './ReplicaSetController';
import { Scheduler } from './Scheduler';
import { storeAs } from './storeAs';

/** What watches and what is read at the start, owners first. */
const WATCHED = ['apps/deployments', 'apps/replicasets', '/pods', '/services', 'autoscaling/horizontalpodautoscalers'];

/** What kept deleted pods for a while in the data of earlier sandboxes; nobody would take it away any more. */
const OLD_FINALIZER = 'sandbox.aviary.dev/grace';

/** Makes Deployments run: starts the controllers on what the store holds and on every change. */
export function startWorkloads(store: ObjectStore, clock: Clock): { close(): void } {
  if (!store.get('/nodes', undefined, NODE_NAME)) store.create('/nodes', node(clock.now()));
  for (const pod of store.list('/pods'))
    if (pod.metadata.finalizers?.includes(OLD_FINALIZER)) store.update('/pods', withoutOldFinalizer(pod));
  const events = new EventRecorder(store, clock);
  const manager = storeAs(store, clock, 'kube-controller-manager');
  const controllers = [
    new DeploymentController(manager, clock, events),
    new ReplicaSetController(manager, clock, events),
    new Scheduler(store, clock, events),
    new Kubelet(storeAs(store, clock, 'kubelet'), clock, events),
    new EndpointsController(manager, clock),
    new AutoscalerController(manager, clock),
  ];
  const quotas = new QuotaController(manager, clock);
  const unsubscribe = store.subscribe((event) => {
    quotas.observe(event);
    if (WATCHED.includes(event.resource)) for (const controller of controllers) controller.observe(event);
  });
  for (const resource of WATCHED) {
    for (const object of store.list(resource))
      for (const controller of controllers) controller.observe({ type: 'ADDED', resource, object });
  }
  for (const object of store.list('/resourcequotas')) quotas.observe({ type: 'ADDED', resource: '/resourcequotas', object });
  return {
    close() {
      unsubscribe();
      for (const controller of [...controllers, quotas]) controller.close();
    },
  };
}

function withoutOldFinalizer(pod: KubeObject): KubeObject {
  const finalizers = pod.metadata.finalizers?.filter((finalizer) => finalizer !== OLD_FINALIZER);
  return { ...pod, metadata: { ...pod.metadata, finalizers: finalizers?.length ? finalizers : undefined } };
}

function node(now: number): {
  apiVersion: string;
  kind: string;
  metadata: { name: string; labels: Record<string, string> };
  [field: string]: unknown;
} {
  const at = new Date(now).toISOString();
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name: NODE_NAME, labels: { 'kubernetes.io/hostname': NODE_NAME, 'kubernetes.io/os': 'linux' } },
    spec: {},
    status: {
      capacity: { cpu: '8', memory: '16Gi', pods: '1000' },
      allocatable: { cpu: '8', memory: '16Gi', pods: '1000' },
      addresses: [
        { type: 'InternalIP', address: '10.0.0.1' },
        { type: 'Hostname', address: NODE_NAME },
      ],
      conditions: [
        {
          type: 'Ready',
          status: 'True',
          reason: 'KubeletReady',
          message: 'the sandbox runs its pods in memory',
          lastHeartbeatTime: at,
          lastTransitionTime: at,
        },
      ],
      nodeInfo: {
        kubeletVersion: 'v1.35.0',
        osImage: 'sandbox',
        operatingSystem: 'linux',
        architecture: 'amd64',
        containerRuntimeVersion: 'sandbox://1',
      },
    },
  };
}
