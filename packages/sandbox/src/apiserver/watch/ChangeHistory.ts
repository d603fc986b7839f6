import type { KubeObject, ObjectStore, StoreEvent } from '../ObjectStore';

/** A change with its resource version as a number. */
export interface Change extends StoreEvent {
  revision: number;
}

/** The latest changes of the store, and who wants to hear of the next ones. */
export class ChangeHistory {
  readonly #store: ObjectStore;
  readonly #size: number;
  readonly #listeners = new Map<string, Set<(change: Change) => void>>();
  readonly #unsubscribe: () => void;
  #changes: Change[] = [];
  #oldest: number;

  /** `size` is how many changes are kept. */
  constructor(store: ObjectStore, size: number) {
    this.#store = store;
    this.#size = size;
    this.#oldest = store.revision;
    this.#unsubscribe = store.subscribe((event) => this.#add(event));
  }

  /** The oldest resource version that one can still go on from. */
  get oldest(): number {
    return this.#oldest;
  }

  /** Changes of a type after a resource version, which must not be older than `oldest`. */
  after(revision: number, resource: string): Change[] {
    let low = 0;
    let high = this.#changes.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#changes[middle].revision > revision) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return this.#changes.slice(low).filter((change) => change.resource === resource);
  }

  /** The objects of a type at a resource version, which must not be older than `oldest`, by namespace and name. */
  objectsAt(revision: number, resource: string, namespace: string | undefined): KubeObject[] {
    const objects = new Map(this.#store.list(resource, namespace).map((object) => [positionOf(object), object]));
    for (const { object, old } of this.after(revision, resource).reverse()) {
      if (namespace !== undefined && object.metadata.namespace !== namespace) {
        continue;
      }
      if (old) {
        objects.set(positionOf(object), old);
      } else {
        objects.delete(positionOf(object));
      }
    }
    return [...objects.keys()].sort().map((key) => objects.get(key)!);
  }

  /** Calls `listener` for every coming change of a type; returns the end of it. */
  listen(resource: string, listener: (change: Change) => void): () => void {
    const listeners = this.#listeners.get(resource) ?? new Set();
    this.#listeners.set(resource, listeners.add(listener));
    return () => listeners.delete(listener);
  }

  /** Forgets everything so far: every resource version that was given out is too old from now on. */
  expire(): void {
    this.#changes = [];
    this.#oldest = this.#store.skipRevision();
  }

  close(): void {
    this.#unsubscribe();
  }

  #add(event: StoreEvent): void {
    const change = { ...event, revision: Number(event.object.metadata.resourceVersion) };
    this.#changes.push(change);
    // Cut in large pieces: shifting a long list for every change would cost as much as the list is long.
    if (this.#changes.length >= this.#size * 2) {
      const dropped = this.#changes.splice(0, this.#changes.length - this.#size);
      this.#oldest = dropped.at(-1)!.revision;
    }
    this.#listeners.get(event.resource)?.forEach((listener) => listener(change));
  }
}

/** Where an object stands in a list of its type: by namespace, then by name. */
export function positionOf({ metadata }: KubeObject): string {
  return `${metadata.namespace ?? ''}\u0000${metadata.name}`;
}
