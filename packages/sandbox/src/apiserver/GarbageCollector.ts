import type { Clock } from '../Clock';
import { crdResource } from './builtinTypes';
import { cloneJson } from './json';
import type { KubeObject, ObjectStore, StoreEvent } from './ObjectStore';
import { keyOf, type ObjectKey, type ObjectTable } from './ObjectTable';
import type { ResourceType } from './ResourceType';

const eventLifetime = 3_600_000;
const sweepEvery = 60_000;

/**
 * What in a cluster the controller manager does after a deletion: dependents of a lost owner, contents of a
 * namespace, objects of a removed CRD, Kubernetes events older than an hour. Reacts to the store's own changes.
 */
export class GarbageCollector {
  readonly #store: ObjectStore;
  readonly #table: ObjectTable;
  readonly #clock: Clock;
  readonly #finish: (type: ResourceType, object: KubeObject) => void;
  readonly #expiry = new Map<string, { at: number; key: ObjectKey }>();
  #cancelSweep: (() => void) | undefined;

  /** `finish` removes an object for good, whatever holds it. */
  constructor(store: ObjectStore, table: ObjectTable, clock: Clock, finish: (type: ResourceType, object: KubeObject) => void) {
    this.#store = store;
    this.#table = table;
    this.#clock = clock;
    this.#finish = finish;
  }

  /** Whether the object contains others, which have to go first: a namespace, a CustomResourceDefinition. */
  holds(type: ResourceType, object: KubeObject): boolean {
    if (type.id === '/namespaces') {
      return this.#store.types.all().some(({ id, namespaced }) => namespaced && this.#table.count(id, object.metadata.name) > 0);
    }
    return type.id === crdResource && this.#table.count(`${object.spec.group}/${object.spec.names.plural}`) > 0;
  }

  /** Acts on one change of the store. */
  observe(event: StoreEvent): void {
    const { object, resource } = event;
    if (event.type === 'DELETED') {
      this.#expiry.delete(object.metadata.uid!);
      this.#collectDependents(object.metadata.uid!);
      this.#releaseHolders(resource, object);
      return;
    }
    if (resource === '/events') {
      this.restore(resource, object);
    }
    if (object.metadata.deletionTimestamp) {
      this.#contents(resource, object).forEach((key) => this.#remove(key));
      this.#collectForeground(object);
    } else if (event.type === 'ADDED') {
      this.#dropIfOwnerless(resource, object);
    }
  }

  /** Takes note of an object that was read from the journal. */
  restore(resource: string, object: KubeObject): void {
    if (resource === '/events') {
      const { uid, namespace, name } = object.metadata;
      this.#expiry.set(uid!, { at: this.#clock.now() + eventLifetime, key: { resource, namespace: namespace ?? '', name } });
      this.#cancelSweep ??= this.#clock.after(sweepEvery, () => this.#sweep());
    }
  }

  /** Makes the dependents of an object forget it, so that they outlive it. */
  orphan(owner: KubeObject): void {
    for (const key of this.#table.dependentsOf(owner.metadata.uid!)) {
      this.#dropReferences(key, (uid) => uid === owner.metadata.uid);
    }
  }

  close(): void {
    this.#cancelSweep?.();
    this.#cancelSweep = undefined;
  }

  #contents(resource: string, object: KubeObject): ObjectKey[] {
    if (resource === '/namespaces') {
      const name = object.metadata.name;
      return this.#store.types
        .all()
        .filter((type) => type.namespaced)
        .flatMap((type) => this.#table.list(type.id, name).map((content) => keyOf(type.id, content)));
    }
    if (resource === crdResource) {
      const id = `${object.spec.group}/${object.spec.names.plural}`;
      return this.#table.list(id).map((content) => keyOf(id, content));
    }
    return [];
  }

  #collectDependents(uid: string): void {
    for (const key of this.#table.dependentsOf(uid)) {
      const object = this.#table.get(key.resource, key.namespace, key.name);
      if (object?.metadata.ownerReferences?.some((owner) => this.#table.findByUid(owner.uid))) {
        this.#dropReferences(key, (owner) => owner === uid);
      } else {
        this.#remove(key);
      }
    }
  }

  #collectForeground(owner: KubeObject): void {
    if (!owner.metadata.finalizers?.includes('foregroundDeletion')) {
      return;
    }
    for (const key of this.#table.dependentsOf(owner.metadata.uid!)) {
      this.#remove(key, 'Foreground');
    }
    this.#releaseForeground(owner.metadata.uid!);
  }

  /** What waited for this object to go may go itself now. */
  #releaseHolders(resource: string, object: KubeObject): void {
    object.metadata.ownerReferences?.forEach((owner) => this.#releaseForeground(owner.uid));
    const namespace = object.metadata.namespace;
    this.#releaseContainer(namespace === undefined ? undefined : this.#table.get('/namespaces', '', namespace), '/namespaces');
    const type = this.#store.types.find(resource);
    if (type?.custom) {
      this.#releaseContainer(this.#table.get(crdResource, '', `${type.plural}.${type.group}`), crdResource);
    }
  }

  #releaseContainer(container: KubeObject | undefined, resource: string): void {
    if (container?.metadata.deletionTimestamp && !container.metadata.finalizers?.length) {
      const type = this.#store.types.find(resource)!;
      if (!this.holds(type, container)) {
        this.#finish(type, container);
      }
    }
  }

  #releaseForeground(uid: string): void {
    const key = this.#table.findByUid(uid);
    const owner = key && this.#table.get(key.resource, key.namespace, key.name);
    if (!owner?.metadata.finalizers?.includes('foregroundDeletion') || this.#table.dependentsOf(uid).length > 0) {
      return;
    }
    const next = cloneJson(owner);
    next.metadata.finalizers = owner.metadata.finalizers.filter((finalizer) => finalizer !== 'foregroundDeletion');
    this.#store.update(key!.resource, next);
  }

  #dropIfOwnerless(resource: string, object: KubeObject): void {
    const owners = object.metadata.ownerReferences ?? [];
    if (owners.length && !owners.some((owner) => this.#table.findByUid(owner.uid))) {
      this.#remove(keyOf(resource, object));
    }
  }

  #dropReferences(key: ObjectKey, lost: (uid: string) => boolean): void {
    const object = this.#table.get(key.resource, key.namespace, key.name);
    if (object) {
      const next = cloneJson(object);
      const kept = next.metadata.ownerReferences?.filter((owner) => !lost(owner.uid));
      next.metadata.ownerReferences = kept?.length ? kept : undefined;
      this.#store.update(key.resource, next);
    }
  }

  #remove(key: ObjectKey, propagation?: 'Foreground'): void {
    const object = this.#table.get(key.resource, key.namespace, key.name);
    if (object && !object.metadata.deletionTimestamp) {
      this.#store.delete(key.resource, key.namespace, key.name, { propagation });
    }
  }

  #sweep(): void {
    this.#cancelSweep = undefined;
    const now = this.#clock.now();
    for (const [uid, { at, key }] of this.#expiry) {
      if (at <= now) {
        this.#expiry.delete(uid);
        this.#remove(key);
      }
    }
    if (this.#expiry.size) {
      this.#cancelSweep = this.#clock.after(sweepEvery, () => this.#sweep());
    }
  }
}
