import { cloneJson } from '../apiserver/json';
import type { KubeObject, ObjectStore, StoreEvent } from '../apiserver/ObjectStore';
import type { Clock } from '../Clock';
import { readFaults } from './faults';
import { podStatus } from './podStatus';
import { podTimeline } from './podTimeline';
import { Reconciler } from './Reconciler';
import { timestamp } from './timestamp';

/** The sandbox's only node. */
export const NODE_NAME = 'sandbox-node';
const SCHEDULER = 'default-scheduler';
/** Keeps a deleted pod for its grace period. */
export const GRACE_FINALIZER = 'sandbox.aviary.dev/grace';
const GRACE = 1000;

/** Runs pods: schedules them on the one node (not those that wait for another scheduler) and moves their status along as their annotations say. */
export class Kubelet {
  private readonly queue: Reconciler;
  private lastAddress: number;

  constructor(
    private readonly store: ObjectStore,
    private readonly clock: Clock,
  ) {
    this.queue = new Reconciler(clock, (namespace, name) => this.reconcile(namespace, name));
    this.lastAddress = Math.max(9, ...store.list('/pods').map((pod) => addressNumber(pod.status?.podIP)));
  }

  /** Takes note of a change. */
  observe({ resource, type, object }: StoreEvent): void {
    if (resource === '/pods' && type !== 'DELETED') this.queue.add(object.metadata.namespace ?? '', object.metadata.name);
  }

  close(): void {
    this.queue.close();
  }

  private reconcile(namespace: string, name: string): void {
    const pod = this.store.get('/pods', namespace, name);
    if (!pod) return;
    if (pod.metadata.deletionTimestamp) this.terminate(pod);
    else if (pod.spec.nodeName === NODE_NAME) this.run(pod);
    else if (!pod.spec.nodeName && pod.spec.schedulerName === SCHEDULER) {
      this.store.update('/pods', { ...pod, spec: { ...pod.spec, nodeName: NODE_NAME } });
    }
  }

  private terminate(pod: KubeObject): void {
    const { namespace = '', name, deletionTimestamp, finalizers } = pod.metadata;
    const left = Date.parse(deletionTimestamp ?? '') + GRACE - this.clock.now();
    if (left > 0) {
      this.queue.addAfter(namespace, name, left);
      return;
    }
    if (!finalizers?.includes(GRACE_FINALIZER)) return;
    this.store.update('/pods', {
      ...pod,
      metadata: { ...pod.metadata, finalizers: finalizers.filter((item) => item !== GRACE_FINALIZER) },
    });
  }

  private run(pod: KubeObject): void {
    const { namespace = '', name } = pod.metadata;
    const now = this.clock.now();
    const scheduledAt = Date.parse(pod.status?.startTime ?? timestamp(now));
    const moment = podTimeline(readFaults(pod), now - scheduledAt);
    const address = pod.status?.podIP ?? (moment.state === 'creating' ? undefined : this.nextAddress());
    const status = podStatus(pod, moment, { now, scheduledAt, address });
    this.store.update('/pods', { ...cloneJson(pod), status }, { subresource: 'status' });
    if (moment.nextAt !== undefined) this.queue.addAfter(namespace, name, Math.max(1, scheduledAt + moment.nextAt - now));
  }

  private nextAddress(): string {
    this.lastAddress += 1;
    return `10.244.${(this.lastAddress >> 8) % 256}.${this.lastAddress % 256}`;
  }
}

function addressNumber(address: string | undefined): number {
  const parts = address?.split('.').map(Number) ?? [];
  return parts.length === 4 ? parts[2] * 256 + parts[3] : 0;
}
