import type { KubeObject, ObjectStore } from '../apiserver/ObjectStore';
import type { Clock } from '../Clock';
import { timestamp } from './timestamp';

/** Writes the `ScalingReplicaSet` events that `kubectl describe deployment` shows. */
export class ScalingEvents {
  private last = 0n;

  constructor(
    private readonly store: ObjectStore,
    private readonly clock: Clock,
  ) {}

  /** Says that `set` of `deployment` was scaled. */
  scaled(deployment: KubeObject, set: KubeObject, from: number, to: number): void {
    const { name, namespace, uid, resourceVersion } = deployment.metadata;
    const at = timestamp(this.clock.now());
    this.store.create('/events', {
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { name: `${name}.${this.moment()}`, namespace },
      involvedObject: { apiVersion: 'apps/v1', kind: 'Deployment', name, namespace, uid, resourceVersion },
      reason: 'ScalingReplicaSet',
      message: `Scaled ${to > from ? 'up' : 'down'} replica set ${set.metadata.name} from ${from} to ${to}`,
      type: 'Normal',
      source: { component: 'deployment-controller' },
      firstTimestamp: at,
      lastTimestamp: at,
      count: 1,
    });
  }

  /** The time in nanoseconds, in hexadecimal, as the real one names its events: never the same twice, in order. */
  private moment(): string {
    const now = BigInt(this.clock.now()) * 1_000_000n;
    this.last = now > this.last ? now : this.last + 1n;
    return this.last.toString(16);
  }
}
