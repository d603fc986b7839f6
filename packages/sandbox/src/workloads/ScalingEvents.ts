import type { KubeObject, ObjectStore } from '../apiserver/ObjectStore';
import type { Clock } from '../Clock';
import { randomSuffix } from './randomSuffix';
import { timestamp } from './timestamp';

/** Writes the `ScalingReplicaSet` events that `kubectl describe deployment` shows. */
export class ScalingEvents {
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
      metadata: { name: `${name}.${randomSuffix()}${randomSuffix()}`, namespace },
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
}
