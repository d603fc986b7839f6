import type { KubeObject, StoreEvent } from '../apiserver/ObjectStore';

/** The objects of one kind as they were last heard of. Every change of them is returned as the events that tell of it. */
export class FollowedObjects {
  private readonly byNamespace = new Map<string, Map<string, KubeObject>>();

  constructor(private readonly resource: string) {}

  get(namespace: string | undefined, name: string): KubeObject | undefined {
    return this.byNamespace.get(namespace ?? '')?.get(name);
  }

  list(namespace?: string): KubeObject[] {
    if (namespace !== undefined) return [...(this.byNamespace.get(namespace)?.values() ?? [])];
    return [...this.byNamespace.values()].flatMap((objects) => [...objects.values()]);
  }

  /** All objects there are now: what is not among them has been deleted in the meantime. */
  replace(objects: readonly KubeObject[]): StoreEvent[] {
    const present = new Set(objects.map(({ metadata }) => `${metadata.namespace ?? ''}/${metadata.name}`));
    const gone = this.list().filter(({ metadata }) => !present.has(`${metadata.namespace ?? ''}/${metadata.name}`));
    return [...gone.flatMap((object) => this.remove(object)), ...objects.flatMap((object) => this.put(object))];
  }

  /** An object was created or changed. One of another uid is another object: the earlier one was deleted. */
  put(object: KubeObject): StoreEvent[] {
    const { namespace, name, uid, resourceVersion } = object.metadata;
    const old = this.get(namespace, name);
    if (old && old.metadata.uid === uid) {
      if (old.metadata.resourceVersion === resourceVersion) return [];
      this.keep(object);
      return [{ type: 'MODIFIED', resource: this.resource, object, old }];
    }
    const removed = old ? this.remove(old) : [];
    this.keep(object);
    return [...removed, { type: 'ADDED', resource: this.resource, object }];
  }

  /** An object was deleted. */
  remove(object: KubeObject): StoreEvent[] {
    const { namespace, name } = object.metadata;
    const objects = this.byNamespace.get(namespace ?? '');
    if (!objects?.delete(name)) return [];
    if (!objects.size) this.byNamespace.delete(namespace ?? '');
    return [{ type: 'DELETED', resource: this.resource, object }];
  }

  private keep(object: KubeObject): void {
    const namespace = object.metadata.namespace ?? '';
    const objects = this.byNamespace.get(namespace) ?? new Map<string, KubeObject>();
    this.byNamespace.set(namespace, objects.set(object.metadata.name, object));
  }
}
