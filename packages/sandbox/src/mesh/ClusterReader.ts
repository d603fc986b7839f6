import type { KubeObject, StoreEvent } from '../apiserver/ObjectStore';

/**
 * What the mesh sees of a cluster: the objects as they are now, and their changes. The sandbox's own store is one, a followed cluster is
 * another. `resource` is `<group>/<plural>`, `/<plural>` for the core group. Objects must not be changed.
 */
export interface ClusterReader {
  /** The kinds that exist at the moment; only of those may objects be asked for. */
  readonly types: { find(resource: string): object | undefined };
  get(resource: string, namespace: string | undefined, name: string): KubeObject | undefined;
  list(resource: string, namespace?: string): KubeObject[];
  /** Calls `listener` after every change, in order; returns the unsubscription. */
  subscribe(listener: (event: StoreEvent) => void): () => void;
}
