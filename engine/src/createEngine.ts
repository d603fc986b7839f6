import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { createEgressPolicy, createHttpClient } from '@aviary/provider-http';
import type { Registry } from 'prom-client';
import { createClock } from './Clock';
import type { EngineConfig } from './config/EngineConfig';
import { readClusterEnvironment } from './config/readClusterEnvironment';
import { ClusterView } from './controller/ClusterView';
import { ConfigChecksums } from './controller/ConfigChecksums';
import { Controller } from './controller/Controller';
import { createClusterHttp } from './controller/createClusterHttp';
import { createLoopParts } from './controller/createLoopParts';
import { createDeliver } from './controller/deliver';
import { DeliveryWorker } from './controller/DeliveryWorker';
import { EventRecorder } from './controller/EventRecorder';
import { CanaryLoop } from './controller/CanaryLoop';
import { Asker } from './controller/Asker';
import { findWarnings } from './controller/findWarnings';
import { metricSources } from './controller/metricSources';
import { Observer } from './controller/Observer';
import { SecretReader } from './controller/SecretReader';
import { ShardKeeper } from './controller/ShardKeeper';
import {
  ApiServerProbe,
  ClusterCache,
  KubeClient,
  KubeTransport,
  loadClusterAccess,
  resourceTypes,
  type ClusterAccess,
} from './kubernetes';
import { engineRules, PermissionCheck, providerRules, rulesNamedBy } from './rbac';
import { createProviderRegistry, type ProviderDefinition } from './registry';
import { openStore, shardOf } from './store';
import { EngineMetrics } from './telemetry/EngineMetrics';
import type { Logger } from './telemetry/Logger';
import { VERSION } from './version';

/** What an engine is made from. */
export interface EngineOptions {
  /** From `parseEngineConfig`. */
  config: EngineConfig;
  logger: Logger;
  /** Further providers, beside the built-in ones and the packages that the configuration names. */
  providers?: readonly ProviderDefinition[];
}

/** Whether the engine can do its work, and if not, why. */
export interface EngineHealth {
  /** False for what keeps the engine from its work, and not for what only some Canaries need, such as a router of their own. */
  ready: boolean;
  problems: string[];
  /** Canaries that this engine answers for now. */
  canaries: number;
  shards: number;
}

/** One running engine. */
export interface Engine {
  /** Migrates the database, lists the cluster, takes its share of the work. Resolves when it is at work. */
  start(): Promise<void>;
  /** Lets running passes end and gives the work to other engines. */
  stop(): Promise<void>;
  health(): EngineHealth;
  readonly metrics: Registry;
}

/** Metric consequences of Flagger's thresholds (engine rules §4); durations in milliseconds. */
const DECISION_SETTINGS = { noDataLimit: 3, errorLimit: 10, configQuietTime: 2_000 };

/** Puts an engine together: the only place that calls constructors. Nothing is connected before `start`. */
export async function createEngine({ config, logger, providers = [] }: EngineOptions): Promise<Engine> {
  const clock = createClock(config.clock);
  const engineId = randomUUID();
  const registry = await createProviderRegistry(config.providers);
  for (const provider of providers) registry.add(provider);
  const access = await clusterAccess(config);
  const transport = new KubeTransport(access, { userAgent: `aviary/${VERSION}` });
  const client = new KubeClient(transport, {
    fieldManager: config.fieldManager,
    onRequest: ({ verb, resource, status }) => {
      if (status === 403) permissions.refused(verb, resource);
    },
  });
  const cache = new ClusterCache(client, { onListenerError: (error) => logger.error('a watch listener failed', { error: String(error) }) });
  const view = new ClusterView(client, cache, config.cluster.namespace, config.configTracking);
  const probe = new ApiServerProbe(client, {
    onLost: (problem) => logger.warn(problem),
    onReturn: () => {
      logger.info('the API server is ready again');
      cache.retry();
    },
  });
  const database = openStore({ ...config.database, now: () => clock.now() });
  const { store } = database;
  const metrics = new EngineMetrics({ version: VERSION, meshProvider: config.meshProvider });
  const inSight = () => probe.answers && view.inSight;
  const shards = new ShardKeeper({
    leases: database.leases({ engineId, cluster: config.cluster.name }),
    sight: { inSight, lookAnew: () => view.lookAnew() },
    engineId,
    logger,
  });
  const direct = createHttpClient({ egress: createEgressPolicy(config.egress) });
  const throughApiServer = config.addresses.throughApiServer ?? !isInCluster();
  const http = createClusterHttp({
    direct,
    view,
    addresses: { inCluster: !throughApiServer, addressOverrides: config.addresses.overrides },
  });
  const context = { http, now: () => clock.now() };
  const secrets = new SecretReader(view);
  const asker = new Asker({
    http,
    clock,
    sources: metricSources({ view, secrets, registry, context, metricsServer: config.metricsServer }),
  });
  const deliveries = new DeliveryWorker({
    store,
    cluster: config.cluster.name,
    shards: () => shards.shards(),
    deliver: createDeliver({ view, secrets, registry, http, context }),
    clock,
    logger,
  });
  const events = new EventRecorder({
    client: {
      createEvent: (event) => client.create(resourceTypes.event, event, { rank: 'last' }),
      mergePatchEvent: (key, patch) => client.mergePatch(resourceTypes.event, key, patch, { rank: 'last' }),
    },
    clock,
    logger,
  });
  const observer = new Observer({
    view,
    registry,
    configs: new ConfigChecksums(view),
    clock,
    settings: {
      meshProvider: config.meshProvider,
      selectorLabels: config.selectorLabels,
      includeLabelPrefixes: config.includeLabelPrefixes,
      configTracking: config.configTracking,
      minInterval: config.minInterval,
      fieldManager: config.fieldManager,
      decision: DECISION_SETTINGS,
    },
  });
  const controller = new Controller({
    cluster: config.cluster.name,
    view,
    store,
    shards,
    shardOf,
    clock,
    logger,
    makeLoop: (key, uid, hooks) => {
      const log = childLogger(logger, { canary: `${key.namespace}/${key.name}` });
      const parts = createLoopParts({
        key,
        uid,
        hooks,
        view,
        inSight,
        store,
        shards,
        observer,
        asker,
        events,
        deliveries,
        metrics,
        clock,
        logger: log,
      });
      return new CanaryLoop(parts, { clock, logger: log });
    },
  });

  const rules = [
    ...engineRules({ configTracking: config.configTracking, throughApiServer }),
    // A router that is not known is told with the Canaries that name none.
    ...providerRules(registry, registry.has('router', config.meshProvider) ? [config.meshProvider] : []),
  ];
  const named = new Set<string>();
  const permissions: PermissionCheck = new PermissionCheck({
    mayWe: (asked) => client.mayWe(asked),
    rules: () => [...rules, ...rulesNamedBy(named, registry)],
    namespace: config.cluster.namespace,
    onGranted: () => {
      cache.retry();
      controller.permitted();
    },
    clock,
    logger,
  });
  cache.onChange(({ resource, object }) => {
    const id: unknown = object.spec?.provider;
    if (resource.plural !== resourceTypes.canary.plural || resource.group !== resourceTypes.canary.group) return;
    if (typeof id !== 'string' || named.has(id)) return;
    named.add(id);
    permissions.declared();
  });

  function health(): EngineHealth {
    const unwatched = (routes: boolean) =>
      view
        .unhealthy()
        .filter(({ ofRoutes }) => ofRoutes === routes)
        .map(({ kind, problem }) => `${kind} cannot be watched: ${problem}`);
    const problems = [...(probe.problem === undefined ? [] : [probe.problem]), ...permissions.problems(false), ...unwatched(false)];
    if (shards.problem !== undefined) problems.push(shards.problem);
    return {
      ready: problems.length === 0,
      problems: [...problems, ...permissions.problems(true), ...unwatched(true)],
      canaries: sum(controller.count().values()),
      shards: shards.shards().length,
    };
  }
  metrics.observeCanaries(() => controller.count());
  metrics.observe('aviary_lease_valid', 'Whether this engine may decide: 1 or 0', () => Number(shards.valid));
  metrics.observe('aviary_shards', 'Shards that this engine holds', () => shards.shards().length);
  metrics.observe(
    'aviary_missing_permissions',
    'Kinds of objects on which the engine lacks a permission',
    () => permissions.problems().length,
  );
  metrics.observe('aviary_kubernetes_requests', 'Requests to the API server since start, watches included', () =>
    sum(Object.values(client.counts())),
  );

  let stopped = false;
  return {
    metrics: metrics.registry,
    health,
    async start() {
      await database.migrate().catch((error) => {
        throw new Error(`the database cannot be used: ${error.message}; correct rollouts.engine.database or start it first`, {
          cause: error,
        });
      });
      await permissions.start();
      const identity = await permissions.whenPermitted(() => client.get(resourceTypes.namespace, { name: 'kube-system' }));
      await database.claimCluster(config.cluster.name, identity.metadata.uid ?? '');
      await controller.start();
      if (stopped) return;
      probe.start();
      deliveries.hint();
      for (const warning of await findWarnings(view)) logger.warn(warning);
      logger.info('the engine is at work', { cluster: config.cluster.name, ...health() });
    },
    async stop() {
      stopped = true;
      // Before the shards are given back: what is on its way would be sent a second time by who gets them.
      await deliveries.stop();
      await permissions.stop();
      await controller.stop();
      await events.stop();
      await probe.stop();
      await cache.stop();
      direct.close();
      await transport.close();
      await database.close();
    },
  };
}

async function clusterAccess({ cluster: { kubeconfig, context } }: EngineConfig): Promise<ClusterAccess> {
  if (kubeconfig === undefined) return loadClusterAccess({ from: 'default', environment: readClusterEnvironment(), context });
  if (!existsSync(kubeconfig))
    throw new Error(`there is no kubeconfig ${kubeconfig}; correct rollouts.engine.cluster.kubeconfig or --kubeconfig`);
  return loadClusterAccess({ from: 'file', path: kubeconfig, context });
}

function sum(numbers: Iterable<number>): number {
  return [...numbers].reduce((total, number) => total + number, 0);
}

/** The kubelet puts a service account into every pod; outside there is none. */
function isInCluster(): boolean {
  return existsSync('/var/run/secrets/kubernetes.io/serviceaccount/token');
}

function childLogger(logger: Logger, bound: Record<string, unknown>): Logger {
  return {
    debug: (message, fields) => logger.debug(message, { ...bound, ...fields }),
    info: (message, fields) => logger.info(message, { ...bound, ...fields }),
    warn: (message, fields) => logger.warn(message, { ...bound, ...fields }),
    error: (message, fields) => logger.error(message, { ...bound, ...fields }),
  };
}
