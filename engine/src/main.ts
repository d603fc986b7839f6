import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Command, Option } from 'commander';
import pino from 'pino';
import { parseEngineConfig, type EngineConfig } from './config/EngineConfig';
import { readConfigFile } from './config/readConfigFile';
import { createEngine, type Engine } from './createEngine';
import { engineRules, providerRules, renderManifests } from './rbac';
import { createProviderRegistry } from './registry';
import type { Logger } from './telemetry/Logger';

interface Options {
  config: string;
  kubeconfig?: string;
  context?: string;
  logLevel: string;
}

interface PermissionOptions extends Options {
  namespace?: string;
  router?: string[];
  outside?: true;
}

const program = new Command('engine')
  .configureHelp({ showGlobalOptions: true })
  .description('Runs the rollout engine by itself: it watches Canaries in one cluster and keeps their history in Postgres.')
  .requiredOption('-c, --config <file>', 'app-config.yaml with a section rollouts.engine')
  .option('--kubeconfig <file>', 'kubeconfig to use instead of the configured one')
  .option('--context <name>', 'context of the kubeconfig')
  .addOption(new Option('--log-level <level>', 'how much is logged').choices(['debug', 'info', 'warn', 'error']).default('info'))
  .action((options: Options) => run(options).catch(fail));

program
  .command('permissions')
  .description('Prints what the engine of a configuration must be allowed to do: a service account with its roles, for kubectl apply -f -')
  .option('--namespace <name>', 'namespace of the service account (default: the one that is watched, else "aviary")')
  .option('--router <id...>', 'routers that Canaries name in spec.provider, beside the meshProvider')
  .option('--outside', 'for an engine outside the cluster, which reaches in-cluster addresses through the API server')
  .action((_, command: Command) => printPermissions(command.optsWithGlobals()).catch(fail));

program.parse();

async function run(options: Options): Promise<void> {
  const config = parseEngineConfig(withCluster(await readConfigFile(options.config), options));
  const logger = createLogger(options.logLevel);
  const engine = await createEngine({ config, logger });
  const server = await serve(engine, config);
  await engine.start();
  const { address, port } = server.address() as AddressInfo;
  logger.info('ready', { cluster: config.cluster.name, health: `http://${address}:${port}/readyz`, canaries: engine.health().canaries });
  const stop = once(async (signal: string) => {
    logger.info('stopping', { signal });
    server.close();
    await engine.stop();
    process.exit(0);
  });
  process.on('SIGTERM', stop).on('SIGINT', stop);
}

async function printPermissions(options: PermissionOptions): Promise<void> {
  // Whoever grants permissions need not know the database.
  const config = parseEngineConfig({ ...(await readConfigFile(options.config, { without: ['database'] })), database: { connection: '' } });
  const registry = await createProviderRegistry(config.providers);
  const throughApiServer = config.addresses.throughApiServer ?? options.outside ?? false;
  const rules = [
    ...engineRules({ configTracking: config.configTracking, throughApiServer }),
    ...providerRules(registry, [config.meshProvider, ...(options.router ?? [])]),
  ];
  const watched = config.cluster.namespace;
  process.stdout.write(renderManifests(rules, { namespace: options.namespace ?? watched ?? 'aviary', watched }));
}

function withCluster(section: Record<string, unknown>, options: Options): Record<string, unknown> {
  const cluster = { ...(section.cluster as Record<string, unknown> | undefined) };
  if (options.kubeconfig !== undefined) cluster.kubeconfig = options.kubeconfig;
  if (options.context !== undefined) cluster.context = options.context;
  return { ...section, cluster };
}

/** Liveness, readiness (with the reasons why not) and Prometheus metrics. */
async function serve(engine: Engine, config: EngineConfig): Promise<Server> {
  const server = createServer(async (request, response) => {
    if (request.url === '/healthz') return void response.end('OK');
    if (request.url === '/readyz') {
      const health = engine.health();
      return void response.writeHead(health.ready ? 200 : 503, { 'content-type': 'application/json' }).end(JSON.stringify(health, null, 2));
    }
    if (request.url === '/metrics') {
      return void response.setHeader('content-type', engine.metrics.contentType).end(await engine.metrics.metrics());
    }
    return void response.writeHead(404).end('try /healthz, /readyz or /metrics');
  });
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(config.listen.port, config.listen.host, resolve));
  return server;
}

function createLogger(level: string): Logger {
  const log = pino({ level });
  return {
    debug: (message, fields) => log.debug(fields ?? {}, message),
    info: (message, fields) => log.info(fields ?? {}, message),
    warn: (message, fields) => log.warn(fields ?? {}, message),
    error: (message, fields) => log.error(fields ?? {}, message),
  };
}

function once(stop: (signal: string) => Promise<void>): (signal: string) => void {
  let started = false;
  return (signal) => {
    // A second signal means now.
    if (started) process.exit(1);
    started = true;
    stop(signal).catch(fail);
  };
}

function fail(error: unknown): never {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}
