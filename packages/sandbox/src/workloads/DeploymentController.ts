import { cloneJson } from '../apiserver/json';
import type { KubeObject, ObjectStore, StoreEvent } from '../apiserver/ObjectStore';
import type { Clock } from '../Clock';
import { deploymentStatus } from './deploymentStatus';
import type { EventRecorder } from './EventRecorder';
import { controllerOf, controllerReference } from './owners';
import { Reconciler } from './Reconciler';
import { type Limits, rollingLimits, rolloutPlan } from './rolloutPlan';
import { templateHash } from './templateHash';

const REVISION = 'deployment.kubernetes.io/revision';
const DESIRED = 'deployment.kubernetes.io/desired-replicas';
const MAXIMUM = 'deployment.kubernetes.io/max-replicas';
const HASH_LABEL = 'pod-template-hash';

/** Rolls each Deployment's pods over to its template through ReplicaSets, and reports how far it got. */
export class DeploymentController {
  private readonly queue: Reconciler;

  constructor(
    private readonly store: ObjectStore,
    private readonly clock: Clock,
    private readonly events: EventRecorder,
  ) {
    this.queue = new Reconciler(clock, (namespace, name) => this.reconcile(namespace, name));
  }

  /** Takes note of a change of a Deployment, or of a ReplicaSet or pod below it. */
  observe({ resource, object }: StoreEvent): void {
    const { namespace = '', name } = object.metadata;
    if (resource === 'apps/deployments') this.queue.add(namespace, name);
    if (resource !== 'apps/replicasets' && resource !== '/pods') return;
    const owner = controllerOf(object);
    if (owner?.kind === 'Deployment') this.queue.add(namespace, owner.name);
    // A Recreate rollout waits for the old pods to be gone, which no ReplicaSet's status shows.
    const set = owner?.kind === 'ReplicaSet' ? this.store.get('apps/replicasets', namespace, owner.name) : undefined;
    const above = set && controllerOf(set);
    if (above?.kind === 'Deployment') this.queue.add(namespace, above.name);
  }

  close(): void {
    this.queue.close();
  }

  private reconcile(namespace: string, name: string): void {
    const deployment = this.store.get('apps/deployments', namespace, name);
    if (!deployment || deployment.metadata.deletionTimestamp) return;
    const sets = this.setsOf(deployment);
    let fresh = sets.find((set) => set.metadata.labels?.[HASH_LABEL] === templateHash(deployment.spec.template));
    const created = !fresh && !deployment.spec.paused;
    if (created) fresh = this.createSet(deployment, sets);
    else if (fresh) fresh = this.copyAnnotations(deployment, this.raiseRevision(fresh, sets));
    if (fresh) this.noteRevision(deployment, fresh);
    const old = sets.filter((set) => set.metadata.uid !== fresh?.metadata.uid);
    if (!deployment.spec.paused && fresh) this.roll(deployment, fresh, old);
    this.forgetOldSets(deployment, old);
    this.report(namespace, name, created);
  }

  /** Oldest first. */
  private setsOf(deployment: KubeObject): KubeObject[] {
    return this.store
      .list('apps/replicasets', deployment.metadata.namespace)
      .filter((set) => controllerOf(set)?.uid === deployment.metadata.uid && !set.metadata.deletionTimestamp)
      .sort((a, b) => revisionOf(a) - revisionOf(b));
  }

  private createSet(deployment: KubeObject, sets: KubeObject[]): KubeObject {
    const { spec, metadata } = cloneJson(deployment);
    const hash = templateHash(spec.template);
    const labels = { ...spec.template.metadata?.labels, [HASH_LABEL]: hash };
    const limits = limitsOf(deployment);
    const isRolling = spec.strategy?.type !== 'Recreate';
    const replicas = isRolling ? rolloutPlan(limits, { wanted: 0, available: 0 }, sets.map(countsOf)).fresh : 0;
    const set = this.store.create('apps/replicasets', {
      apiVersion: 'apps/v1',
      kind: 'ReplicaSet',
      metadata: {
        name: `${metadata.name}-${hash}`,
        namespace: metadata.namespace,
        labels,
        annotations: { ...inherited(metadata.annotations), [REVISION]: String(nextRevision(sets)), ...sizeNotes(limits, isRolling) },
        ownerReferences: [controllerReference(deployment)],
      },
      spec: {
        replicas,
        ...(spec.minReadySeconds ? { minReadySeconds: spec.minReadySeconds } : {}),
        selector: { ...spec.selector, matchLabels: { ...spec.selector.matchLabels, [HASH_LABEL]: hash } },
        template: { ...spec.template, metadata: { ...spec.template.metadata, labels } },
      },
    });
    if (replicas) this.tellScaled(deployment, set, 0, replicas);
    return set;
  }

  // Going back to an older template makes its set the newest revision.
  private raiseRevision(fresh: KubeObject, sets: KubeObject[]): KubeObject {
    if (sets.at(-1)?.metadata.uid === fresh.metadata.uid) return fresh;
    return this.store.update('apps/replicasets', withRevision(fresh, String(nextRevision(sets))));
  }

  // What is noted on the Deployment, such as the cause of the change, belongs to the newest revision.
  private copyAnnotations(deployment: KubeObject, fresh: KubeObject): KubeObject {
    const annotations = { ...fresh.metadata.annotations, ...inherited(deployment.metadata.annotations) };
    return this.store.update('apps/replicasets', { ...fresh, metadata: { ...fresh.metadata, annotations } });
  }

  // The real controller writes this annotation with the status, which shows in who owns it.
  private noteRevision(deployment: KubeObject, fresh: KubeObject): void {
    const noted = withRevision(deployment, fresh.metadata.annotations?.[REVISION] ?? '1');
    this.store.update('apps/deployments', noted, { subresource: 'status' });
  }

  private roll(deployment: KubeObject, fresh: KubeObject, old: KubeObject[]): void {
    const limits = limitsOf(deployment);
    if (deployment.spec.strategy?.type === 'Recreate') {
      for (const set of old) this.scale(deployment, set, 0);
      if (!this.hasPods(old)) this.scale(deployment, fresh, limits.desired);
      return;
    }
    const plan = rolloutPlan(limits, countsOf(fresh), old.map(countsOf));
    this.scale(deployment, fresh, plan.fresh);
    old.forEach((set, index) => this.scale(deployment, set, plan.old[index]));
  }

  private hasPods(sets: KubeObject[]): boolean {
    const uids = new Set(sets.map((set) => set.metadata.uid));
    const namespace = sets[0]?.metadata.namespace;
    return sets.length > 0 && this.store.list('/pods', namespace).some((pod) => uids.has(controllerOf(pod)?.uid));
  }

  private scale(deployment: KubeObject, set: KubeObject, replicas: number): void {
    const before = set.spec.replicas;
    if (before === replicas) return;
    const notes = sizeNotes(limitsOf(deployment), deployment.spec.strategy?.type !== 'Recreate');
    const metadata = { ...set.metadata, annotations: { ...set.metadata.annotations, ...notes } };
    this.store.update('apps/replicasets', { ...set, metadata, spec: { ...set.spec, replicas } });
    this.tellScaled(deployment, set, before, replicas);
  }

  private tellScaled(deployment: KubeObject, set: KubeObject, before: number, after: number): void {
    const message = `Scaled ${after > before ? 'up' : 'down'} replica set ${set.metadata.name} from ${before} to ${after}`;
    this.events.record({ component: 'deployment-controller' }, deployment, { type: 'Normal', reason: 'ScalingReplicaSet', message });
  }

  private forgetOldSets(deployment: KubeObject, old: KubeObject[]): void {
    const done = old.filter((set) => set.spec.replicas === 0 && !set.status?.replicas);
    const surplus = done.length - (deployment.spec.revisionHistoryLimit ?? 10);
    for (const set of done.slice(0, Math.max(0, surplus))) this.store.delete('apps/replicasets', set.metadata.namespace, set.metadata.name);
  }

  private report(namespace: string, name: string, created: boolean): void {
    const deployment = this.store.get('apps/deployments', namespace, name);
    if (!deployment) return;
    const sets = this.setsOf(deployment);
    const fresh = sets.find((set) => set.metadata.labels?.[HASH_LABEL] === templateHash(deployment.spec.template));
    const { status, checkAgainAt } = deploymentStatus({
      deployment,
      sets,
      fresh,
      created,
      limits: limitsOf(deployment),
      now: this.clock.now(),
    });
    this.store.update('apps/deployments', { ...deployment, status }, { subresource: 'status' });
    if (checkAgainAt !== undefined) this.queue.addAfter(namespace, name, Math.max(1, checkAgainAt - this.clock.now()));
  }
}

function limitsOf(deployment: KubeObject): Limits {
  return rollingLimits(deployment.spec.replicas ?? 1, deployment.spec.strategy?.rollingUpdate);
}

function countsOf(set: KubeObject): { wanted: number; available: number } {
  return { wanted: set.spec.replicas ?? 1, available: set.status?.availableReplicas ?? 0 };
}

function revisionOf(set: KubeObject): number {
  return Number(set.metadata.annotations?.[REVISION] ?? 0);
}

function nextRevision(sets: KubeObject[]): number {
  return Math.max(0, ...sets.map(revisionOf)) + 1;
}

function withRevision(object: KubeObject, revision: string): KubeObject {
  const annotations = { ...object.metadata.annotations, [REVISION]: revision };
  return { ...object, metadata: { ...object.metadata, annotations } };
}

/** What the controller notes on a ReplicaSet about the Deployment's size when it was last scaled. */
function sizeNotes({ desired, surge }: Limits, isRolling: boolean): Record<string, string> {
  return { [DESIRED]: String(desired), [MAXIMUM]: String(desired + (isRolling ? surge : 0)) };
}

function inherited(annotations: Record<string, string> = {}): Record<string, string> {
  const own = ['kubectl.kubernetes.io/last-applied-configuration', REVISION, DESIRED, MAXIMUM];
  return Object.fromEntries(Object.entries(annotations).filter(([name]) => !own.includes(name)));
}
