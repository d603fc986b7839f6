import type { KubeObject, ObjectStore, StoreEvent } from '../apiserver/ObjectStore';
import type { Clock } from '../Clock';
import { Reconciler } from './Reconciler';

const AUTOSCALERS = 'autoscaling/horizontalpodautoscalers';

/** Shows in every HorizontalPodAutoscaler how many replicas its target has. Scales nothing. */
export class AutoscalerController {
  private readonly queue: Reconciler;

  constructor(
    private readonly store: ObjectStore,
    clock: Clock,
  ) {
    this.queue = new Reconciler(clock, (namespace, name) => this.reconcile(namespace, name));
  }

  /** Takes note of a change of an autoscaler or of a Deployment that one refers to. */
  observe({ resource, object }: StoreEvent): void {
    const { namespace = '', name } = object.metadata;
    if (resource === AUTOSCALERS) this.queue.add(namespace, name);
    if (resource !== 'apps/deployments') return;
    for (const scaler of this.store.list(AUTOSCALERS, namespace))
      if (targets(scaler, name)) this.queue.add(namespace, scaler.metadata.name);
  }

  close(): void {
    this.queue.close();
  }

  private reconcile(namespace: string, name: string): void {
    const scaler = this.store.get(AUTOSCALERS, namespace, name);
    if (!scaler) return;
    const target = this.store.get('apps/deployments', namespace, scaler.spec?.scaleTargetRef?.name ?? '');
    const replicas = target?.spec.replicas ?? 0;
    const status = { ...scaler.status, currentReplicas: replicas, desiredReplicas: replicas };
    this.store.update(AUTOSCALERS, { ...scaler, status }, { subresource: 'status' });
  }
}

function targets(scaler: KubeObject, deployment: string): boolean {
  const reference = scaler.spec?.scaleTargetRef;
  return reference?.kind === 'Deployment' && reference.name === deployment;
}
