/** A Kubernetes object as JSON, whatever its kind. */
export interface KubeObject {
  apiVersion: string;
  kind: string;
  metadata: {
    name: string;
    namespace?: string;
    uid?: string;
    resourceVersion?: string;
    generation?: number;
    creationTimestamp?: string;
    deletionTimestamp?: string;
    labels?: Record<string, string>;
    annotations?: Record<string, string>;
    finalizers?: string[];
    ownerReferences?: { apiVersion: string; kind: string; name: string; uid: string; controller?: boolean }[];
    [field: string]: unknown;
  };
  [field: string]: any;
}

/** One change, in the order of resource versions. `resource` is `<group>/<plural>`, `/<plural>` for the core group. */
export interface StoreEvent {
  type: 'ADDED' | 'MODIFIED' | 'DELETED';
  resource: string;
  object: KubeObject;
  /** The object before the change, for MODIFIED. */
  old?: KubeObject;
}

/**
 * The sandbox's etcd with the API server's rules on top (names, uids, generation, optimistic concurrency,
 * finalizers, CRD pruning and validation, garbage collection by owner reference). The HTTP handlers and the
 * sandbox's own controllers (workloads, mesh) both go through it.
 *
 * `resource` is `<group>/<plural>`: `apps/deployments`, `/pods`, `split.smi-spec.io/trafficsplits`.
 * Objects that come out are frozen copies: change a clone, then `update`. Failures are thrown as ApiError.
 */
export interface ObjectStore {
  get(resource: string, namespace: string | undefined, name: string): KubeObject | undefined;
  list(resource: string, namespace?: string): KubeObject[];
  create(resource: string, object: KubeObject): KubeObject;
  /** Fails with 409 when `object.metadata.resourceVersion` is set and not current. A no-op changes nothing. */
  update(resource: string, object: KubeObject, options?: { subresource?: 'status' }): KubeObject;
  delete(
    resource: string,
    namespace: string | undefined,
    name: string,
    options?: { uid?: string; resourceVersion?: string; propagation?: 'Background' | 'Foreground' | 'Orphan' },
  ): void;
  /** Calls `listener` after every change, synchronously and in order; returns the unsubscription. */
  subscribe(listener: (event: StoreEvent) => void): () => void;
}
