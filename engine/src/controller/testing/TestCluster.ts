import { setTimeout as sleep } from 'node:timers/promises';
import type { KubeObject } from '@aviary/provider-contract';
import { ManualClock, MemoryObjectStore, type ApiServer } from '@aviary/sandbox';
import { installDefinitions, startApiServer, type ApiServerOptions } from '@aviary/sandbox/testing';
import { ClusterCache, KubeClient, KubeTransport } from '../../kubernetes';
import { ClusterView } from '../ClusterView';

/** A real API server with our definitions and nothing else in it: no workloads run, so that tests say what is ready. */
export class TestCluster {
  readonly store: MemoryObjectStore;
  readonly clock: ManualClock;
  readonly server: ApiServer;
  readonly client: KubeClient;
  readonly view: ClusterView;
  readonly #transport: KubeTransport;

  private constructor(store: MemoryObjectStore, clock: ManualClock, server: ApiServer, namespace?: string) {
    this.store = store;
    this.clock = clock;
    this.server = server;
    this.#transport = new KubeTransport({ server: server.url, credentials: async () => ({ headers: {}, tls: {} }) });
    this.client = new KubeClient(this.#transport);
    this.view = new ClusterView(this.client, new ClusterCache(this.client), namespace);
  }

  /** With its watches running. `backends` answer behind the service proxy. */
  static async start(options: { backends?: ApiServerOptions['backends']; namespace?: string } = {}): Promise<TestCluster> {
    const clock = new ManualClock(Date.UTC(2024, 0, 1, 12));
    const store = new MemoryObjectStore({ clock });
    installDefinitions(store);
    store.create('/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'test' } });
    const server = await startApiServer({ store, clock, backends: options.backends ?? { find: () => undefined } });
    const cluster = new TestCluster(store, clock, server, options.namespace);
    await cluster.view.start();
    return cluster;
  }

  /** Creates or replaces the object, its status too; resolves with what the engine's cache then holds. */
  async put(resource: string, object: KubeObject): Promise<KubeObject> {
    const { namespace, name } = object.metadata;
    const before = this.store.get(resource, namespace, name);
    if (before) this.store.update(resource, { ...object, metadata: { ...object.metadata, resourceVersion: undefined } });
    else this.store.create(resource, object);
    if (object.status !== undefined) {
      const now = this.store.get(resource, namespace, name)!;
      this.store.update(resource, { ...now, status: object.status }, { subresource: 'status' });
    }
    return this.seen(resource, namespace, name);
  }

  /** Resolves when the engine's cache holds the object as it is in the store. */
  async seen(resource: string, namespace: string | undefined, name: string): Promise<KubeObject> {
    const plural = resource.slice(resource.indexOf('/') + 1);
    const stored = () => this.store.get(resource, namespace, name);
    const cached = () =>
      this.view.cache
        .watches()
        .find((watched) => watched.resource.plural === plural)
        ?.get(namespace, name);
    await this.until(() => cached()?.metadata.resourceVersion === stored()?.metadata.resourceVersion);
    return cached()!;
  }

  /** Deletes the object; resolves when the engine's cache knows. */
  async remove(resource: string, namespace: string, name: string): Promise<void> {
    this.store.delete(resource, namespace, name);
    await this.seen(resource, namespace, name);
  }

  /** Waits for a condition, for at most five seconds of real time. */
  async until(condition: () => boolean): Promise<void> {
    const end = performance.now() + 5_000;
    while (!condition()) {
      if (performance.now() > end) throw new Error(`waited in vain for ${condition}`);
      await sleep(2);
    }
  }

  /** Requests that changed something, as `PUT /path`. */
  writes(): string[] {
    return this.server.requests.entries
      .filter(({ method }) => method !== 'GET')
      .map(({ method, path }) => `${method} ${path.split('?')[0]}`);
  }

  async close(): Promise<void> {
    await this.view.cache.stop();
    await this.#transport.close();
    await this.server.close();
    this.store.close();
  }
}
