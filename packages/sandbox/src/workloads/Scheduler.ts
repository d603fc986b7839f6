import { cloneJson } from '../apiserver/json';
import type { KubeObject, ObjectStore, StoreEvent } from '../apiserver/ObjectStore';
import type { Clock } from '../Clock';
import type { EventRecorder } from './EventRecorder';
import { NODE_NAME } from './Kubelet';
import { Reconciler } from './Reconciler';
import { timestamp } from './timestamp';

const SCHEDULER = 'default-scheduler';

/** Gives pods the one node; not those that wait for another scheduler. */
export class Scheduler {
  private readonly queue: Reconciler;

  constructor(
    private readonly store: ObjectStore,
    private readonly clock: Clock,
    private readonly events: EventRecorder,
  ) {
    this.queue = new Reconciler(clock, (namespace, name) => this.reconcile(namespace, name));
  }

  /** Takes note of a change. */
  observe({ resource, type, object }: StoreEvent): void {
    if (resource === '/pods' && type !== 'DELETED' && waits(object)) this.queue.add(object.metadata.namespace ?? '', object.metadata.name);
  }

  close(): void {
    this.queue.close();
  }

  private reconcile(namespace: string, name: string): void {
    const pod = this.store.get('/pods', namespace, name);
    if (!pod || !waits(pod)) return;
    const bound = cloneJson(pod);
    bound.spec.nodeName = NODE_NAME;
    const scheduled = { type: 'PodScheduled', status: 'True', lastProbeTime: null, lastTransitionTime: timestamp(this.clock.now()) };
    bound.status = { ...bound.status, conditions: [...(bound.status?.conditions ?? []), scheduled] };
    this.store.update('/pods', bound, { subresource: 'binding' });
    this.events.recordAction({ component: SCHEDULER, host: NODE_NAME }, pod, {
      type: 'Normal',
      reason: 'Scheduled',
      action: 'Binding',
      message: `Successfully assigned ${namespace}/${name} to ${NODE_NAME}`,
    });
  }
}

function waits({ spec, metadata }: KubeObject): boolean {
  return !spec.nodeName && spec.schedulerName === SCHEDULER && !metadata.deletionTimestamp;
}
