import type { KubeObject } from '@aviary/provider-contract';
import type { KubeClient } from '../client/KubeClient';
import { resourceName, type ResourceType } from '../client/ResourceType';
import { systemTimers, type Timers } from '../Timers';
import type { IndexFunctions, TableChange } from './ObjectTable';
import { WatchedResource, type WatchMetrics } from './WatchedResource';

/** One change of one object. */
export interface ResourceChange {
  resource: ResourceType;
  type: 'added' | 'modified' | 'deleted';
  /** The object now; for `deleted` as it was last known. */
  object: KubeObject;
  /** The object before, for `modified`. */
  old?: KubeObject;
  /** `write`: the answer to a write of ours, entered with `put` or `remove`. */
  source: 'watch' | 'write';
}

/** Settings of a cache. */
export interface ClusterCacheOptions {
  timers?: Timers;
  /** As Math.random. */
  random?: () => number;
  /** Told of what listeners throw; without it such an error is dropped. */
  onListenerError?: (error: unknown, change: ResourceChange) => void;
  /** Milliseconds without any event or bookmark after which a watch is made anew. Default 75000. */
  inactivity?: number;
  /** Milliseconds that one page of a list may take. Default 30000. */
  listDeadline?: number;
}

/** How one kind is watched. */
export interface WatchResourceOptions {
  /** Default: the whole cluster. */
  namespace?: string;
  /** Keep metadata alone: for Secrets and ConfigMaps. */
  metadataOnly?: boolean;
  indexes?: IndexFunctions;
}

/** Everything that is watched in one cluster. Watches may be added at any time; none ends before `stop`. */
export class ClusterCache {
  readonly #client: KubeClient;
  readonly #options: ClusterCacheOptions;
  readonly #watched = new Map<string, WatchedResource>();
  readonly #listeners = new Set<(change: ResourceChange) => void>();
  readonly #recoveryListeners = new Set<() => void>();
  #stopped = false;

  constructor(client: KubeClient, options: ClusterCacheOptions = {}) {
    this.#client = client;
    this.#options = options;
  }

  /**
   * Starts to watch a kind, or finds the watch that runs already: the whole cluster's serves a namespace too.
   * @throws Error after `stop`
   */
  watch(resource: ResourceType, options: WatchResourceOptions = {}): WatchedResource {
    if (this.#stopped) throw new Error(`the cache is stopped and cannot begin to watch ${resourceName(resource)}`);
    const running = this.find(resource, options.namespace);
    if (running) return running;
    const watched = new WatchedResource(
      this.#client,
      {
        resource,
        namespace: options.namespace,
        metadataOnly: options.metadataOnly ?? false,
        indexes: options.indexes,
        timers: this.#options.timers ?? systemTimers,
        random: this.#options.random ?? Math.random,
        inactivity: this.#options.inactivity ?? 75_000,
        listDeadline: this.#options.listDeadline ?? 30_000,
      },
      (changes, source) => this.#tell(resource, changes, source),
      () => this.#recoveryListeners.forEach((listener) => listener()),
    );
    this.#watched.set(keyOf(resource, options.namespace), watched);
    watched.start();
    return watched;
  }

  /** The running watch that holds a kind's objects of one namespace (or of the whole cluster), if there is one. */
  find(resource: ResourceType, namespace?: string): WatchedResource | undefined {
    return this.#watched.get(keyOf(resource)) ?? (namespace === undefined ? undefined : this.#watched.get(keyOf(resource, namespace)));
  }

  /** Enters the answer to a write of ours at once. Kinds that are not watched are ignored. */
  put(resource: ResourceType, object: KubeObject): void {
    this.find(resource, object.metadata.namespace)?.put(object);
  }

  /** A delete of ours was answered and the object is gone. */
  remove(resource: ResourceType, object: KubeObject): void {
    if (object.metadata.uid !== undefined) this.find(resource, object.metadata.namespace)?.remove(object.metadata.uid);
  }

  /** Calls `listener` after every change, in order per kind; returns the unsubscription. */
  onChange(listener: (change: ResourceChange) => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  /** Tries again at once what failed and waits, when the API server is known to answer again. */
  retry(): void {
    for (const watched of this.#watched.values()) watched.retry();
  }

  /** Tries to list everything anew, as at the start; resolves with what could not be seen. Never rejects. */
  async relist(): Promise<WatchedResource[]> {
    const watches = this.watches();
    const seen = await Promise.all(watches.map((watched) => watched.relist()));
    return watches.filter((_, index) => !seen[index]);
  }

  /** Calls `listener` when a kind can be seen that could not be before; returns the unsubscription. */
  onRecovered(listener: () => void): () => void {
    this.#recoveryListeners.add(listener);
    return () => {
      this.#recoveryListeners.delete(listener);
    };
  }

  /** Every running watch. */
  watches(): WatchedResource[] {
    return [...this.#watched.values()];
  }

  /** Figures by kind: `deployments.apps`, with `@namespace` for a watch of one namespace. */
  metrics(): Record<string, WatchMetrics> {
    return Object.fromEntries(this.watches().map((watched) => [keyName(watched), watched.metrics()]));
  }

  /** Ends every watch for good; resolves when none has a request under way. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#listeners.clear();
    this.#recoveryListeners.clear();
    await Promise.all(this.watches().map((watched) => watched.stop()));
  }

  #tell(resource: ResourceType, changes: TableChange[], source: 'watch' | 'write'): void {
    for (const change of changes) {
      for (const listener of this.#listeners) {
        const told = { resource, source, ...change };
        try {
          listener(told);
        } catch (error) {
          this.#options.onListenerError?.(error, told);
        }
      }
    }
  }
}

function keyOf(resource: ResourceType, namespace = ''): string {
  return `${resource.group}/${resource.version}/${resource.plural}@${namespace}`;
}

function keyName(watched: WatchedResource): string {
  return watched.namespace === undefined ? resourceName(watched.resource) : `${resourceName(watched.resource)}@${watched.namespace}`;
}
