import { cloneJson } from '../apiserver/json';
import type { KubeObject, ObjectStore, StoreEvent } from '../apiserver/ObjectStore';
import type { Clock } from '../Clock';
import { containerEvents, stoppingEvents } from './containerEvents';
import type { EventRecorder, Happening } from './EventRecorder';
import { readFaults } from './faults';
import { podStatus } from './podStatus';
import { podTimeline } from './podTimeline';
import { ReadinessProbes } from './ReadinessProbes';
import { Reconciler } from './Reconciler';
import { timestamp } from './timestamp';

/** The sandbox's only node. */
export const NODE_NAME = 'sandbox-node';
/** Pods of a node that is not there go that long after their deletion, as a cluster's pod garbage collector has it. In milliseconds. */
const LOST_NODE = 60_000;
const SOURCE = { component: 'kubelet', host: NODE_NAME };

/** Runs the pods of the one node: moves their status along as their annotations say, and tells of it in events. */
export class Kubelet {
  private readonly queue: Reconciler;
  private readonly probes: ReadinessProbes;
  /** The images that the node has, and since when, in milliseconds since the epoch. */
  private readonly images = new Map<string, number>();
  /** Pods that are being stopped, by uid, and since when, in milliseconds since the epoch. */
  private readonly stopping = new Map<string, number>();
  private lastAddress: number;

  constructor(
    private readonly store: ObjectStore,
    private readonly clock: Clock,
    private readonly events: EventRecorder,
  ) {
    this.queue = new Reconciler(clock, (namespace, name) => this.reconcile(namespace, name));
    this.probes = new ReadinessProbes(store, clock, events, SOURCE);
    const pods = store.list('/pods');
    this.lastAddress = Math.max(9, ...pods.map((pod) => addressNumber(pod.status?.podIP)));
    for (const { imageID } of pods.flatMap((pod) => pod.status?.containerStatuses ?? [])) if (imageID) this.images.set(imageID, 0);
  }

  /** Takes note of a change. */
  observe(event: StoreEvent): void {
    const { resource, type, object } = event;
    if (resource === '/pods' && type !== 'DELETED') this.queue.add(object.metadata.namespace ?? '', object.metadata.name);
    if (type === 'DELETED') this.stopping.delete(object.metadata.uid ?? '');
    this.probes.observe(event);
  }

  close(): void {
    this.queue.close();
    this.probes.close();
  }

  private reconcile(namespace: string, name: string): void {
    const pod = this.store.get('/pods', namespace, name);
    if (!pod) return;
    if (pod.metadata.deletionTimestamp) this.stop(pod);
    else if (pod.spec.nodeName === NODE_NAME) this.run(pod);
  }

  private stop(pod: KubeObject): void {
    const { namespace = '', name, uid = '', deletionTimestamp = '' } = pod.metadata;
    const isMine = pod.spec.nodeName === NODE_NAME;
    if (!isMine && this.store.get('/nodes', undefined, pod.spec.nodeName ?? '')) return;
    const now = this.clock.now();
    const since = this.stopping.get(uid) ?? now;
    if (isMine && !this.stopping.has(uid)) this.tell(pod, stoppingEvents(pod));
    this.stopping.set(uid, since);
    const end = isMine ? Math.min(since + readFaults(pod).stopAfter, Date.parse(deletionTimestamp)) : since + LOST_NODE;
    if (end > now) {
      this.queue.addAfter(namespace, name, end - now);
      return;
    }
    this.store.delete('/pods', namespace, name, { uid, gracePeriodSeconds: 0 });
  }

  private run(pod: KubeObject): void {
    const { namespace = '', name } = pod.metadata;
    const now = this.clock.now();
    const scheduledAt = Date.parse(pod.status?.startTime ?? timestamp(now));
    const moment = podTimeline(readFaults(pod), now - scheduledAt);
    const address = pod.status?.podIP ?? (moment.state === 'creating' ? undefined : this.nextAddress());
    // Restarted containers find their image, the first ones only if it was there when their pod came.
    const asOf = moment.restarts === 0 ? scheduledAt : now;
    this.tell(
      pod,
      containerEvents(pod, moment, (image) => (this.images.get(image) ?? Infinity) > asOf),
    );
    if (moment.state !== 'creating') {
      for (const { image } of pod.spec.containers ?? []) if (!this.images.has(image)) this.images.set(image, now);
    }
    const status = podStatus(pod, moment, { now, scheduledAt, address });
    this.store.update('/pods', { ...cloneJson(pod), status }, { subresource: 'status' });
    if (moment.nextAt !== undefined) this.queue.addAfter(namespace, name, Math.max(1, scheduledAt + moment.nextAt - now));
  }

  private tell(pod: KubeObject, happenings: Happening[]): void {
    for (const happening of happenings) this.events.record(SOURCE, pod, happening);
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
