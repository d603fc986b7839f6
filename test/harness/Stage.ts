import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPostgres, type EmbeddedPostgres } from '@aviary/embedded-postgres';
import { createEngine, parseEngineConfig, type Engine, type EngineConfig, type Logger } from '@aviary/engine';
import { openReader, type CanaryKey, type DecisionRow, type RolloutReader, type RolloutRow } from '@aviary/engine/store';
import type { ClockOrigin, Sandbox } from '@aviary/sandbox';
import { runKubectl } from '@aviary/sandbox/testing';
import { stringify } from 'yaml';
import { startEngineProcess, type EngineProcess } from './EngineProcess';
import { startGround } from './grounds';
import { until } from './until';

/** How a stage on a sandbox of its own differs from the usual one. */
export interface StageOptions {
  /** How many times as fast as the wall clock sandbox and engine run. Default 20. */
  speed?: number;
  /** Fill the sandbox with the demo's services. Default false: an empty cluster. */
  seed?: boolean;
  /** Engine settings beside the usual ones. */
  engine?: Record<string, unknown>;
}

/** What a stage stands on: a cluster that is there already, whichever it is. */
export interface StageGround {
  kubeconfigPath: string;
}

/** How a stage on a given ground differs from the usual one. */
export interface GroundStageOptions {
  /** The engine's time, which must be the ground's. Default: the wall clock. */
  origin?: ClockOrigin;
  /** Engine settings beside the usual ones. */
  engine?: Record<string, unknown>;
}

/** A cluster, a real Postgres and as many engines as a test starts, all in temporary folders and on free ports. */
export interface Stage {
  ground: StageGround;
  postgres: EmbeddedPostgres;
  /** The portal's view of the ledger. Only once an engine has been started. */
  reader(): Promise<RolloutReader>;
  origin: ClockOrigin;
  /** What an engine of this stage is configured with; also for engines in processes of their own. */
  config(overrides?: Record<string, unknown>): EngineConfig;
  /** Engine settings as a user writes them, for a configuration file. */
  settings(overrides?: Record<string, unknown>): Record<string, unknown>;
  /** Starts an engine in this process; it is stopped with the stage. */
  startEngine(overrides?: Record<string, unknown>): Promise<Engine>;
  /** An engine of this process that is not started yet; it is stopped with the stage. */
  newEngine(overrides?: Record<string, unknown>): Promise<Engine>;
  /** Starts an engine in a process of its own; it is killed with the stage, if it still runs. */
  startEngineProcess(overrides?: Record<string, unknown>): Promise<EngineProcess>;
  /** Runs the real kubectl; fails with its error output. */
  kubectl(...args: string[]): Promise<string>;
  /** `kubectl apply -f -` */
  apply(yaml: string, ...args: string[]): Promise<string>;
  /** What the ledger says of a Canary of this cluster. */
  rollout(namespace: string, name: string): Promise<RolloutRow | null>;
  /** Oldest first. */
  decisions(namespace: string, name: string, rolloutId?: string): Promise<DecisionRow[]>;
  /** Waits until the ledger's row satisfies `condition`; fails with the last row and what the engine logged. */
  waitFor(namespace: string, name: string, what: string, condition: (row: RolloutRow) => boolean, seconds?: number): Promise<RolloutRow>;
  /** Lines that engines of this process logged. */
  log: string[];
  /** Ends what the stage has started; the ground stays, unless it is the stage's own. */
  close(): Promise<void>;
}

/** A stage on a sandbox of its own, which tests may look into and break. */
export interface SandboxStage extends Stage {
  sandbox: Sandbox;
}

/** Sets a stage on a sandbox of its own. Close it in `afterAll`, whatever happened. */
export async function setStage(options: StageOptions = {}): Promise<SandboxStage> {
  const now = Date.now();
  const origin = { real: now, shown: now, speed: options.speed ?? 20 };
  const ground = await startGround('sandbox', { sandbox: { origin, seed: options.seed } });
  try {
    const stage = await setStageOn(ground, { origin, engine: options.engine });
    return {
      ...stage,
      sandbox: ground.sandbox,
      async close() {
        await stage.close();
        await ground.close();
      },
    };
  } catch (error) {
    await ground.close();
    throw error;
  }
}

/** Sets a stage on a ground that the caller keeps. Close it before the ground, whatever happened. */
export async function setStageOn(ground: StageGround, options: GroundStageOptions = {}): Promise<Stage> {
  const folder = await mkdtemp(join(tmpdir(), 'aviary-stage-'));
  const now = Date.now();
  const origin = options.origin ?? { real: now, shown: now, speed: 1 };
  const postgres = await startPostgres();
  // The engine migrates the database; a reader opened before would refuse it.
  let opened: Promise<RolloutReader> | undefined;
  const reader = () => (opened ??= openReader({ connection: postgres.connectionString }));
  const engines: Engine[] = [];
  const processes: EngineProcess[] = [];
  const log: string[] = [];
  const key = (namespace: string, name: string): CanaryKey => ({ cluster: 'stage', namespace, name });

  const settings = (overrides: Record<string, unknown> = {}) => ({
    cluster: { name: 'stage', kubeconfig: ground.kubeconfigPath },
    database: { connection: postgres.connectionString },
    clock: origin,
    meshProvider: 'linkerd',
    metricsServer: 'http://prometheus.linkerd-viz:9090',
    selectorLabels: ['app', 'name', 'app.kubernetes.io/name', 'service'],
    egress: { allow: ['127.0.0.0/8'] },
    ...options.engine,
    ...overrides,
  });

  async function kubectl(...args: string[]): Promise<string> {
    const { code, stdout, stderr } = await runKubectl(args, { kubeconfig: ground.kubeconfigPath });
    if (code !== 0) throw new Error(`kubectl ${args.join(' ')} ended with ${code}: ${stderr}`);
    return stdout;
  }

  const stage: Stage = {
    ground,
    postgres,
    reader,
    origin,
    log,
    settings,
    config: (overrides) => parseEngineConfig(settings(overrides)),
    async newEngine(overrides) {
      const engine = await createEngine({ config: stage.config(overrides), logger: logInto(log) });
      engines.push(engine);
      return engine;
    },
    async startEngine(overrides) {
      const engine = await stage.newEngine(overrides);
      await engine.start();
      return engine;
    },
    async startEngineProcess(overrides) {
      const file = join(folder, `engine-${processes.length}.yaml`);
      const engine = { listen: { host: '127.0.0.1', port: 0 }, ...settings(overrides) };
      await writeFile(file, stringify({ rollouts: { engine } }));
      const started = await startEngineProcess(file);
      processes.push(started);
      return started;
    },
    kubectl,
    async apply(yaml, ...args) {
      const { code, stdout, stderr } = await runKubectl(['apply', '-f', '-', ...args], { kubeconfig: ground.kubeconfigPath, input: yaml });
      if (code !== 0) throw new Error(`kubectl apply ended with ${code}: ${stderr}`);
      return stdout;
    },
    rollout: async (namespace, name) => (await reader()).get(key(namespace, name)),
    async decisions(namespace, name, rolloutId) {
      return (await (await reader()).decisions(key(namespace, name), { rolloutId, limit: 500 })).reverse();
    },
    async waitFor(namespace, name, what, condition, seconds = 60) {
      let last: RolloutRow | null = null;
      const found = await until(async () => {
        last = await (await reader()).get(key(namespace, name));
        return last !== null && condition(last) && last;
      }, seconds * 1000);
      if (found) return found;
      throw new Error(
        `${namespace}/${name} did not get to: ${what}\nlast seen: ${JSON.stringify(last, null, 2)}\nlog:\n${log.slice(-25).join('\n')}`,
      );
    },
    async close() {
      // A stopped engine may be stopped again: tests stop and kill them on purpose.
      await Promise.allSettled(engines.map((engine) => engine.stop()));
      for (const each of processes) each.kill('SIGKILL');
      await Promise.all(processes.map(({ ended }) => ended));
      await (await opened)?.close();
      await postgres.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
  return stage;
}

function logInto(lines: string[]): Logger {
  const write = (level: string) => (message: string, fields?: Record<string, unknown>) => {
    lines.push(`${level} ${message} ${JSON.stringify(fields ?? {})}`);
  };
  return { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') };
}
