import { trackUpdate } from '../apiserver/managedFields/trackUpdate';
import type { KubeObject, ObjectStore } from '../apiserver/ObjectStore';
import { versionName, versionOf } from '../apiserver/ResourceType';
import type { Clock } from '../Clock';

/** The store as a client of the API server with this name has it: what it writes is noted as its own in `metadata.managedFields`. */
export function storeAs(store: ObjectStore, clock: Clock, manager: string): ObjectStore {
  function tracked(resource: string, object: KubeObject, current: KubeObject | undefined, subresource?: 'status' | 'binding'): KubeObject {
    const type = store.types.find(resource);
    const version = type && versionOf(type, versionName(object.apiVersion));
    if (!version || subresource === 'binding') return object;
    const written = { ...object, metadata: { ...object.metadata } };
    trackUpdate({ type, version, subresource, manager, clock }, current, written);
    return written;
  }
  return {
    get types() {
      return store.types;
    },
    get revision() {
      return store.revision;
    },
    get: (...args) => store.get(...args),
    list: (...args) => store.list(...args),
    create: (resource, object, options) => store.create(resource, tracked(resource, object, undefined), options),
    update(resource, object, options) {
      const current = store.get(resource, object.metadata.namespace, object.metadata.name);
      return store.update(resource, current ? tracked(resource, object, current, options?.subresource) : object, options);
    },
    delete: (...args) => store.delete(...args),
    skipRevision: () => store.skipRevision(),
    subscribe: (listener) => store.subscribe(listener),
  };
}
