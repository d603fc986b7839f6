import type { KubeObject, ObjectRef } from '@aviary/provider-contract';
import type { Problem } from '../canary/Canary';
import {
  isKubeError,
  resourceTypeOf,
  resourceTypes,
  servicesOfSlice,
  type ClusterCache,
  type KubeClient,
  type ResourceType,
  type WatchedResource,
} from '../kubernetes';

/** The label that ties an EndpointSlice to its Service. */
const SERVICE_OF_SLICE = 'kubernetes.io/service-name';

/** The kinds that the engine watches from the start. Route objects join when a router names them. */
const WATCHED = {
  canaries: resourceTypes.canary,
  metricTemplates: resourceTypes.metricTemplate,
  alertProviders: resourceTypes.alertProvider,
  deployments: resourceTypes.deployment,
  services: resourceTypes.service,
  endpointSlices: resourceTypes.endpointSlice,
  autoscalers: resourceTypes.horizontalPodAutoscaler,
  configMaps: resourceTypes.configMap,
  secrets: resourceTypes.secret,
} satisfies Record<string, ResourceType>;

type Watched = keyof typeof WATCHED;

/** What is watched of one cluster, and the client for the rest. Reading never leaves the process. */
export class ClusterView {
  readonly client: KubeClient;
  readonly cache: ClusterCache;
  readonly #namespace: string | undefined;
  readonly #unwatched: ReadonlySet<Watched>;

  /** `configTracking`: without it nobody needs to know when a ConfigMap or Secret changes, and they are not watched. */
  constructor(client: KubeClient, cache: ClusterCache, namespace?: string, configTracking = true) {
    this.client = client;
    this.cache = cache;
    this.#namespace = namespace;
    this.#unwatched = new Set(configTracking ? [] : ['configMaps', 'secrets']);
  }

  /** Begins to watch; resolves when everything has been listed once. */
  async start(): Promise<void> {
    const kinds = (Object.keys(WATCHED) as Watched[]).filter((kind) => !this.#unwatched.has(kind));
    await Promise.all(kinds.map((kind) => this.#watch(kind).synced));
  }

  /** Whether a Canary of the namespace that is not in the cache is not in the cluster either. */
  coversCanaries(namespace: string): boolean {
    const watched = this.#watch('canaries');
    return watched.healthy && (this.#namespace ?? namespace) === namespace;
  }

  /** Undefined for what does not exist, and for kinds that are not watched. */
  get(kind: Watched, namespace: string, name: string): KubeObject | undefined {
    if (this.#unwatched.has(kind)) return undefined;
    return this.#watch(kind).get(namespace, name);
  }

  list(kind: Watched, namespace?: string): KubeObject[] {
    return this.#watch(kind).list(namespace);
  }

  slicesOf(namespace: string, service: string): KubeObject[] {
    return this.#watch('endpointSlices').byIndex('service', `${namespace}/${service}`);
  }

  /** A route object; its kind is watched from now on. */
  async route(ref: ObjectRef): Promise<{ object: KubeObject | undefined; problem: Pick<Problem, 'message' | 'kind'> | null }> {
    const watched = this.cache.watch(resourceTypeOf(ref), ref.namespace === undefined ? {} : { namespace: this.#namespace });
    await watched.settled;
    const problem = watched.problem;
    if (isKubeError(problem) && problem.kind === 'forbidden') {
      const message = `${problem.message}; the engine logs what to add to its role`;
      return { object: undefined, problem: { message, kind: 'unauthorized' } };
    }
    if (watched.absent) {
      const message = `the cluster does not serve ${ref.plural}.${ref.group}/${ref.version}; install it or choose another provider`;
      return { object: undefined, problem: { message, kind: 'unavailable' } };
    }
    return { object: watched.get(ref.namespace, ref.name), problem: null };
  }

  /** Whether the Canaries and workloads are those of now, as far as anybody can tell. */
  get inSight(): boolean {
    return !this.#watch('canaries').outOfSight && !this.#watch('deployments').outOfSight;
  }

  /**
   * Lists everything anew, as at the start. False when Canaries and workloads could not be seen; some other kind that the
   * API server fails to list keeps nobody from work.
   */
  async lookAnew(): Promise<boolean> {
    const needed = [this.#watch('canaries'), this.#watch('deployments')];
    const unseen = await this.cache.relist();
    return !needed.some((watched) => unseen.includes(watched));
  }

  /** Kinds that could not be listed or whose watch has been broken for long, for health and messages. `ofRoutes`: only some Canaries need it. */
  unhealthy(): { kind: string; problem: string; ofRoutes: boolean }[] {
    return this.cache
      .watches()
      .filter((watched) => !watched.healthy && (!watched.absent || watched.resource.group === resourceTypes.canary.group))
      .map((watched) => ({
        kind: watched.resource.plural,
        ofRoutes: !Object.values<ResourceType>(WATCHED).includes(watched.resource),
        problem: watched.absent
          ? 'the cluster does not know them; install deploy/crds/flagger.yaml'
          : String((watched.problem as Error)?.message ?? watched.problem ?? 'not listed yet'),
      }));
  }

  #watch(kind: Watched): WatchedResource {
    const metadataOnly = kind === 'configMaps' || kind === 'secrets';
    const indexes = kind === 'endpointSlices' ? { service: servicesOfSlice } : undefined;
    return this.cache.watch(WATCHED[kind], { namespace: this.#namespace, metadataOnly, indexes });
  }
}

/** Names one object in a `Dependencies` index. */
export function dependencyKey(resource: { group: string; plural: string }, namespace: string | undefined, name: string): string {
  return `${resource.group}/${resource.plural}/${namespace ?? ''}/${name}`;
}

/** The name under which a change is looked up: an EndpointSlice stands for its Service's endpoints. */
export function dependencyOf(resource: ResourceType, object: KubeObject): string {
  const name = resource.plural === 'endpointslices' ? (object.metadata.labels?.[SERVICE_OF_SLICE] ?? '') : object.metadata.name;
  return dependencyKey(resource, object.metadata.namespace, name);
}
