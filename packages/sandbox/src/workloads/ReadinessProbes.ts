import type { KubeObject, ObjectStore, StoreEvent } from '../apiserver/ObjectStore';
import type { Clock } from '../Clock';
import type { EventRecorder, EventSource } from './EventRecorder';
import { Reconciler } from './Reconciler';

/** A kubelet's readiness probes, of which only the failures are seen: they are told in events for as long as a pod runs without being ready. */
export class ReadinessProbes {
  private readonly queue: Reconciler;

  constructor(
    private readonly store: ObjectStore,
    clock: Clock,
    private readonly events: EventRecorder,
    private readonly source: Required<EventSource>,
  ) {
    this.queue = new Reconciler(clock, (namespace, name) => this.reconcile(namespace, name));
  }

  /** Takes note of a change. */
  observe({ resource, type, object }: StoreEvent): void {
    if (resource === '/pods' && type !== 'DELETED') this.wait(object);
  }

  close(): void {
    this.queue.close();
  }

  private reconcile(namespace: string, name: string): void {
    const pod = this.store.get('/pods', namespace, name);
    if (!pod) return;
    for (const container of this.failing(pod)) {
      this.events.record(this.source, pod, {
        type: 'Warning',
        reason: 'Unhealthy',
        message: 'Readiness probe failed: HTTP probe failed with statuscode: 503',
        fieldPath: `spec.containers{${container.name}}`,
      });
    }
    this.wait(pod);
  }

  private wait(pod: KubeObject): void {
    const periods = this.failing(pod).map(({ readinessProbe }) => readinessProbe?.periodSeconds ?? 10);
    if (periods.length) this.queue.addAfter(pod.metadata.namespace ?? '', pod.metadata.name, Math.min(...periods) * 1000);
  }

  private failing(pod: KubeObject): { name: string; readinessProbe?: { periodSeconds?: number } }[] {
    if (pod.metadata.deletionTimestamp || pod.spec.nodeName !== this.source.host) return [];
    const statuses: { name: string; ready: boolean; state?: object }[] = pod.status?.containerStatuses ?? [];
    const failing = new Set(statuses.filter(({ ready, state }) => !ready && state && 'running' in state).map(({ name }) => name));
    return (pod.spec.containers ?? []).filter(({ name }: { name: string }) => failing.has(name));
  }
}
