import { ApiError } from '../apiserver/ApiError';
import { cloneJson } from '../apiserver/json';
import type { KubeObject, ObjectStore, StoreEvent } from '../apiserver/ObjectStore';
import type { Clock } from '../Clock';
import type { EventRecorder } from './EventRecorder';
import { controllerOf, controllerReference } from './owners';
import { randomSuffix } from './randomSuffix';
import { Reconciler } from './Reconciler';
import { timestamp } from './timestamp';

/** The first time a refused pod is tried again after twice as long as this, the last after this, in milliseconds. */
const FIRST_RETRY = 5;
const LAST_RETRY = 1_000_000;

/** Keeps as many pods as each ReplicaSet asks for, and counts them in its status. */
export class ReplicaSetController {
  private readonly queue: Reconciler;
  /** How often in a row the pods of a ReplicaSet were refused, by its uid. */
  private readonly refused = new Map<string, number>();

  constructor(
    private readonly store: ObjectStore,
    private readonly clock: Clock,
    private readonly events: EventRecorder,
  ) {
    this.queue = new Reconciler(clock, (namespace, name) => this.reconcile(namespace, name));
  }

  /** Takes note of a change of a ReplicaSet or of one of its pods. */
  observe({ resource, type, object }: StoreEvent): void {
    const { namespace = '', name } = object.metadata;
    if (resource === 'apps/replicasets') this.queue.add(namespace, name);
    if (type === 'DELETED') this.refused.delete(object.metadata.uid ?? '');
    const owner = resource === '/pods' ? controllerOf(object) : undefined;
    if (owner?.kind === 'ReplicaSet') this.queue.add(namespace, owner.name);
  }

  close(): void {
    this.queue.close();
  }

  private reconcile(namespace: string, name: string): void {
    const set = this.store.get('apps/replicasets', namespace, name);
    if (!set || set.metadata.deletionTimestamp) return;
    const pods = this.podsOf(set).active;
    const wanted = set.spec.replicas ?? 1;
    const refusal = this.createPods(set, wanted - pods.length);
    for (const pod of leastWanted(pods).slice(0, Math.max(0, pods.length - wanted))) {
      this.store.delete('/pods', namespace, pod.metadata.name, { uid: pod.metadata.uid });
      this.tell(set, 'SuccessfulDelete', `Deleted pod: ${pod.metadata.name}`);
    }
    this.report(this.store.get('apps/replicasets', namespace, name) ?? set, refusal);
  }

  /** Stops at the first refusal, returns it, and tries again later, each time twice as late. */
  private createPods(set: KubeObject, missing: number): ApiError | undefined {
    const key = set.metadata.uid ?? '';
    try {
      for (let i = 0; i < missing; i++) this.createPod(set);
      this.refused.delete(key);
      return undefined;
    } catch (error) {
      // An ending namespace takes no pods, which nobody has to be told.
      if (!(error instanceof ApiError) || isEnding(error)) throw error;
      const times = (this.refused.get(key) ?? 0) + 1;
      this.refused.set(key, times);
      this.queue.addAfter(set.metadata.namespace ?? '', set.metadata.name, Math.min(FIRST_RETRY * 2 ** times, LAST_RETRY));
      this.tell(set, 'FailedCreate', `Error creating: ${error.message}`, 'Warning');
      return error;
    }
  }

  private podsOf(set: KubeObject): { active: KubeObject[]; terminating: KubeObject[] } {
    const pods = this.store.list('/pods', set.metadata.namespace).filter((pod) => controllerOf(pod)?.uid === set.metadata.uid);
    const isTerminating = ({ metadata }: KubeObject) => Boolean(metadata.deletionTimestamp);
    return { active: pods.filter((pod) => !isTerminating(pod)), terminating: pods.filter(isTerminating) };
  }

  private createPod(set: KubeObject): void {
    const template = cloneJson(set.spec.template);
    const pod = this.store.create('/pods', {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: {
        ...template.metadata,
        generateName: `${set.metadata.name}-`,
        name: `${set.metadata.name}-${randomSuffix()}`,
        namespace: set.metadata.namespace,
        ownerReferences: [controllerReference(set)],
      },
      spec: template.spec,
    });
    this.tell(set, 'SuccessfulCreate', `Created pod: ${pod.metadata.name}`);
  }

  private tell(set: KubeObject, reason: string, message: string, type: 'Normal' | 'Warning' = 'Normal'): void {
    this.events.record({ component: 'replicaset-controller' }, set, { type, reason, message });
  }

  private report(set: KubeObject, refusal: ApiError | undefined): void {
    const { active: pods, terminating } = this.podsOf(set);
    const minReady = (set.spec.minReadySeconds ?? 0) * 1000;
    const waits = pods.map((pod) => readySince(pod)).filter((since) => since !== undefined);
    const left = waits.map((since) => since + minReady - this.clock.now());
    const soonest = Math.min(...left.filter((milliseconds) => milliseconds > 0));
    if (Number.isFinite(soonest)) this.queue.addAfter(set.metadata.namespace ?? '', set.metadata.name, soonest);
    const status = {
      replicas: pods.length,
      ...count('fullyLabeledReplicas', pods.length),
      ...count('readyReplicas', waits.length),
      ...count('availableReplicas', left.filter((milliseconds) => milliseconds <= 0).length),
      terminatingReplicas: terminating.length,
      observedGeneration: set.metadata.generation,
      ...(refusal ? { conditions: [this.failure(set, refusal)] } : {}),
    };
    this.store.update('apps/replicasets', { ...set, status }, { subresource: 'status' });
  }

  /** What was refused first stands until nothing is. */
  private failure(set: KubeObject, { message }: ApiError): object {
    const now = timestamp(this.clock.now());
    const before = set.status?.conditions?.find(({ type }: { type: string }) => type === 'ReplicaFailure');
    return before ?? { type: 'ReplicaFailure', status: 'True', lastTransitionTime: now, reason: 'FailedCreate', message };
  }
}

function isEnding({ details }: ApiError): boolean {
  const causes = (details?.causes ?? []) as { reason?: string }[];
  return causes.some(({ reason }) => reason === 'NamespaceTerminating');
}

function count(field: string, value: number): Record<string, number> {
  return value ? { [field]: value } : {};
}

// Kubernetes removes pods that are not ready first, then the youngest.
function leastWanted(pods: KubeObject[]): KubeObject[] {
  const age = (pod: KubeObject) => Number(pod.metadata.resourceVersion);
  return [...pods].sort((a, b) => Number(readySince(a) !== undefined) - Number(readySince(b) !== undefined) || age(b) - age(a));
}

function readySince(pod: KubeObject): number | undefined {
  const condition = pod.status?.conditions?.find(
    ({ type, status }: { type: string; status: string }) => type === 'Ready' && status === 'True',
  );
  return condition ? Date.parse(condition.lastTransitionTime) : undefined;
}
