import type { ResourceTypes } from './ResourceTypes';

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
    deletionGracePeriodSeconds?: number;
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

/** How and under which conditions an object is deleted. */
export interface DeleteOptions {
  /** Refuses with 409 when the object is another one by now. */
  uid?: string;
  /** Refuses with 409 when the object has changed since. */
  resourceVersion?: string;
  /** What becomes of the objects that name it as their owner; Background when not given. */
  propagation?: 'Background' | 'Foreground' | 'Orphan';
  /** How long a running pod may take to end; its own `terminationGracePeriodSeconds` when not given. 0: at once. */
  gracePeriodSeconds?: number;
  dryRun?: boolean;
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
  /** The kinds that exist at the moment. */
  readonly types: ResourceTypes;
  /** Resource version of the last change. */
  readonly revision: number;
  get(resource: string, namespace: string | undefined, name: string): KubeObject | undefined;
  list(resource: string, namespace?: string): KubeObject[];
  create(resource: string, object: KubeObject, options?: { dryRun?: boolean }): KubeObject;
  /**
   * Fails with 409 when `object.metadata.resourceVersion` is set and not current. A no-op changes nothing. `status` leaves all but the
   * status alone; `binding`, the scheduler's, writes both parts of a pod and makes no new generation of it.
   */
  update(resource: string, object: KubeObject, options?: { subresource?: 'status' | 'binding'; dryRun?: boolean }): KubeObject;
  /** Returns the object as it went, or, when finalizers hold it or a pod takes its time, as it is waiting for its end. */
  delete(resource: string, namespace: string | undefined, name: string, options?: DeleteOptions): KubeObject;
  /** Uses up a resource version without a change, as a compaction does; returns it. */
  skipRevision(): number;
  /** Calls `listener` after every change, synchronously and in order; returns the unsubscription. */
  subscribe(listener: (event: StoreEvent) => void): () => void;
}
