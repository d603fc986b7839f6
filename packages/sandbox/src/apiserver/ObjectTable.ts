import type { KubeObject } from './ObjectStore';

/** Where an object lives: type id, namespace ('' for cluster-wide kinds) and name. */
export interface ObjectKey {
  resource: string;
  namespace: string;
  name: string;
}

/** The objects of the store in memory, found by key, by uid and by the uid of an owner. Knows no rules. */
export class ObjectTable {
  readonly #objects = new Map<string, Map<string, Map<string, KubeObject>>>();
  readonly #byUid = new Map<string, ObjectKey>();
  readonly #dependents = new Map<string, Map<string, ObjectKey>>();

  get(resource: string, namespace: string, name: string): KubeObject | undefined {
    return this.#objects.get(resource)?.get(namespace)?.get(name);
  }

  /** Objects of a type, all of them or one namespace's, by namespace and name. */
  list(resource: string, namespace?: string): KubeObject[] {
    const namespaces = this.#objects.get(resource);
    if (!namespaces) {
      return [];
    }
    const chosen = namespace === undefined ? [...namespaces.keys()].sort() : [namespace];
    return chosen.flatMap((name) => [...(namespaces.get(name)?.values() ?? [])].sort(byName));
  }

  /** How many objects of a type there are, in one namespace or in all. */
  count(resource: string, namespace?: string): number {
    const namespaces = this.#objects.get(resource);
    if (namespace !== undefined) {
      return namespaces?.get(namespace)?.size ?? 0;
    }
    return [...(namespaces?.values() ?? [])].reduce((sum, names) => sum + names.size, 0);
  }

  findByUid(uid: string): ObjectKey | undefined {
    return this.#byUid.get(uid);
  }

  /** Objects that name `uid` in their owner references. */
  dependentsOf(uid: string): ObjectKey[] {
    return [...(this.#dependents.get(uid)?.values() ?? [])];
  }

  put(resource: string, object: KubeObject): void {
    const key = keyOf(resource, object);
    const namespaces = entry(this.#objects, resource, () => new Map<string, Map<string, KubeObject>>());
    const names = entry(namespaces, key.namespace, () => new Map<string, KubeObject>());
    const before = names.get(key.name);
    if (before) {
      this.#unlink(before);
    }
    names.set(key.name, object);
    const uid = object.metadata.uid!;
    this.#byUid.set(uid, key);
    for (const owner of object.metadata.ownerReferences ?? []) {
      entry(this.#dependents, owner.uid, () => new Map<string, ObjectKey>()).set(uid, key);
    }
  }

  remove(resource: string, object: KubeObject): void {
    const key = keyOf(resource, object);
    this.#objects.get(resource)?.get(key.namespace)?.delete(key.name);
    this.#unlink(object);
  }

  #unlink(object: KubeObject): void {
    const uid = object.metadata.uid!;
    this.#byUid.delete(uid);
    for (const owner of object.metadata.ownerReferences ?? []) {
      const dependents = this.#dependents.get(owner.uid);
      dependents?.delete(uid);
      if (dependents?.size === 0) {
        this.#dependents.delete(owner.uid);
      }
    }
  }
}

/** The key of an object of the given type. */
export function keyOf(resource: string, object: KubeObject): ObjectKey {
  return { resource, namespace: object.metadata.namespace ?? '', name: object.metadata.name };
}

function byName(left: KubeObject, right: KubeObject): number {
  return left.metadata.name < right.metadata.name ? -1 : 1;
}

function entry<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  let value = map.get(key);
  if (value === undefined) {
    value = make();
    map.set(key, value);
  }
  return value;
}
