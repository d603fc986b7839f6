import type { KubeObject } from '@aviary/provider-contract';
import { compareResourceVersions, isNewer, isSuccessor } from './versions';

/** Values under which an object is found: `{ service: ['ns/name'] }` is asked for with `byIndex('service', 'ns/name')`. */
export type IndexFunctions = Readonly<Record<string, (object: KubeObject) => string[]>>;

/** One difference to what the table held. */
export interface TableChange {
  type: 'added' | 'modified' | 'deleted';
  object: KubeObject;
  /** The object before, for `modified`. */
  old?: KubeObject;
}

interface Entry {
  object: KubeObject;
  /** Number of the write that put it here; 0 when a list or watch did. */
  write: number;
}

/** Deleted uids that are remembered, so that a late answer or event does not bring a ghost back. */
const REMEMBERED_DELETIONS = 4_096;

/**
 * The objects of one kind as last known, from lists, watch events and the answers to our own writes, which may come
 * in any order: nothing older replaces anything newer. Pure: no clock, no I/O.
 */
export class ObjectTable {
  readonly #indexFunctions: IndexFunctions;
  readonly #byNamespace = new Map<string, Map<string, Entry>>();
  readonly #indexes = new Map<string, Map<string, Set<string>>>();
  readonly #deletedUids = new Set<string>();
  #writes = 0;
  #size = 0;

  constructor(indexes: IndexFunctions = {}) {
    this.#indexFunctions = indexes;
    for (const name of Object.keys(indexes)) this.#indexes.set(name, new Map());
  }

  /** How many objects there are. */
  get size(): number {
    return this.#size;
  }

  /** The object of that name; `namespace` is empty for cluster-scoped kinds. */
  get(namespace: string, name: string): KubeObject | undefined {
    return this.#byNamespace.get(namespace)?.get(name)?.object;
  }

  /** All objects, or those of one namespace. */
  list(namespace?: string): KubeObject[] {
    if (namespace !== undefined) return [...(this.#byNamespace.get(namespace)?.values() ?? [])].map((entry) => entry.object);
    return [...this.#byNamespace.values()].flatMap((names) => [...names.values()].map((entry) => entry.object));
  }

  /** The objects for which the index function gave `value`. @throws Error for an index that was not declared */
  byIndex(index: string, value: string): KubeObject[] {
    const values = this.#indexes.get(index);
    if (!values) throw new Error(`there is no index "${index}" here; declared are ${[...this.#indexes.keys()].join(', ') || 'none'}`);
    return [...(values.get(value) ?? [])].map((key) => {
      const slash = key.indexOf('/');
      return this.get(key.slice(0, slash), key.slice(slash + 1)) as KubeObject;
    });
  }

  /** A watch says that the object is now like this. */
  seen(object: KubeObject): TableChange[] {
    return this.#enter(object, 0);
  }

  /** A watch says that the object is gone. */
  gone(object: KubeObject): TableChange[] {
    const { namespace = '', name, uid } = object.metadata;
    this.#rememberDeletion(uid);
    const stored = this.get(namespace, name);
    if (!stored || stored.metadata.uid !== uid) return [];
    return [this.#drop(stored)];
  }

  /** The answer to a write of ours; it holds from now on. */
  put(object: KubeObject): TableChange[] {
    // The last finalizer of an object under deletion was removed: the answer shows what no longer exists.
    if (object.metadata.deletionTimestamp && !object.metadata.finalizers?.length && !object.metadata.deletionGracePeriodSeconds) {
      return this.gone(object);
    }
    this.#writes += 1;
    return this.#enter(object, this.#writes);
  }

  /** A delete of ours was answered: the object is gone. */
  remove(uid: string): TableChange[] {
    this.#rememberDeletion(uid);
    const stored = this.list().find((object) => object.metadata.uid === uid);
    return stored ? [this.#drop(stored)] : [];
  }

  /** To be taken when a list is asked for: tells later which writes happened since. */
  mark(): number {
    return this.#writes;
  }

  /**
   * A whole list as of `resourceVersion`, asked for at `mark` and the newest there was. It is the truth even where its
   * versions are lower than ours (an etcd restored from a backup), except for what we wrote since `mark`.
   */
  replaceAll(items: KubeObject[], resourceVersion: string, mark: number): TableChange[] {
    const changes: TableChange[] = [];
    const listed = new Set<string>();
    for (const item of items) {
      listed.add(item.metadata.uid ?? '');
      const entry = this.#entry(item);
      const overruled = entry !== undefined && entry.write <= mark;
      if (overruled) this.#deletedUids.delete(item.metadata.uid ?? '');
      changes.push(...(overruled ? this.#overwrite(item, entry.object) : this.#enter(item, 0)));
    }
    for (const object of this.list()) {
      if (listed.has(object.metadata.uid ?? '')) continue;
      const writtenSince = (this.#entry(object) as Entry).write > mark;
      const newerThanList = (compareResourceVersions(object.metadata.resourceVersion, resourceVersion) ?? 1) > 0;
      if (writtenSince && newerThanList) continue;
      this.#rememberDeletion(object.metadata.uid);
      changes.push(this.#drop(object));
    }
    return changes;
  }

  #enter(object: KubeObject, write: number): TableChange[] {
    if (object.metadata.uid !== undefined && this.#deletedUids.has(object.metadata.uid)) return [];
    const entry = this.#entry(object);
    if (!entry) return [this.#store(object, write)];
    if (entry.object.metadata.uid === object.metadata.uid) {
      return isNewer(object, entry.object) ? [this.#store(object, write, entry.object)] : [];
    }
    if (!isSuccessor(object, entry.object)) return [];
    this.#rememberDeletion(entry.object.metadata.uid);
    return [this.#drop(entry.object), this.#store(object, write)];
  }

  #overwrite(object: KubeObject, stored: KubeObject): TableChange[] {
    if (stored.metadata.uid !== object.metadata.uid) return [this.#drop(stored), this.#store(object, 0)];
    if (stored.metadata.resourceVersion === object.metadata.resourceVersion) return [];
    return [this.#store(object, 0, stored)];
  }

  #entry(object: KubeObject): Entry | undefined {
    return this.#byNamespace.get(object.metadata.namespace ?? '')?.get(object.metadata.name);
  }

  #store(object: KubeObject, write: number, old?: KubeObject): TableChange {
    const { namespace = '', name } = object.metadata;
    const names = this.#byNamespace.get(namespace) ?? new Map<string, Entry>();
    this.#byNamespace.set(namespace, names);
    names.set(name, { object, write });
    if (old) this.#index(old, 'delete');
    else this.#size += 1;
    this.#index(object, 'add');
    return old ? { type: 'modified', object, old } : { type: 'added', object };
  }

  #drop(object: KubeObject): TableChange {
    const { namespace = '', name } = object.metadata;
    const names = this.#byNamespace.get(namespace);
    names?.delete(name);
    if (names?.size === 0) this.#byNamespace.delete(namespace);
    this.#size -= 1;
    this.#index(object, 'delete');
    return { type: 'deleted', object };
  }

  #index(object: KubeObject, change: 'add' | 'delete'): void {
    const key = `${object.metadata.namespace ?? ''}/${object.metadata.name}`;
    for (const [index, valuesOf] of Object.entries(this.#indexFunctions)) {
      const values = this.#indexes.get(index) as Map<string, Set<string>>;
      for (const value of valuesOf(object)) {
        const keys = values.get(value) ?? new Set<string>();
        keys[change](key);
        if (keys.size === 0) values.delete(value);
        else values.set(value, keys);
      }
    }
  }

  #rememberDeletion(uid: string | undefined): void {
    if (uid === undefined) return;
    this.#deletedUids.delete(uid);
    this.#deletedUids.add(uid);
    if (this.#deletedUids.size > REMEMBERED_DELETIONS) this.#deletedUids.delete(this.#deletedUids.values().next().value as string);
  }
}
