import type { Provider } from '@aviary/plugin-rollouts-node';
import type { LoggerService } from '@backstage/backend-plugin-api';
import type { EngineState } from '../routes/RouterServices';
import { exportsOf } from '../exportsOf';
import { engineLogger } from './engineLogger';

/** Milliseconds before an engine that did not start is tried again. */
const RETRY = 5_000;

/** What is used of `@aviary/engine`'s engine. */
export interface RunningEngine {
  start(): Promise<void>;
  stop(): Promise<void>;
  health(): { ready: boolean };
}

/**
 * The engine inside the portal's backend. An engine that cannot start (no database, no cluster) is tried again and never
 * takes the portal with it.
 */
export class InProcessEngine {
  readonly #create: () => Promise<RunningEngine>;
  readonly #logger: LoggerService;
  #engine: RunningEngine | null = null;
  #failing = false;
  #stopped = false;
  #timer: NodeJS.Timeout | null = null;
  #starting: Promise<void> = Promise.resolve();
  /** The one that is being started. */
  #beginning: RunningEngine | null = null;

  constructor(options: { create: () => Promise<RunningEngine>; logger: LoggerService }) {
    this.#create = options.create;
    this.#logger = options.logger;
  }

  start(): void {
    this.#starting = this.#tryToStart();
  }

  state(): EngineState {
    if (this.#engine) {
      return this.#engine.health().ready ? 'ready' : 'failing';
    }
    return this.#failing ? 'failing' : 'starting';
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer ?? undefined);
    // It may wait for something that it lacks, such as a permission.
    await this.#beginning?.stop();
    await this.#starting;
    await this.#engine?.stop();
  }

  async #tryToStart(): Promise<void> {
    let engine: RunningEngine | null = null;
    try {
      engine = await this.#create();
      if (this.#stopped) return;
      this.#beginning = engine;
      await engine.start();
      this.#beginning = null;
      this.#engine = engine;
      this.#failing = false;
    } catch (error) {
      this.#beginning = null;
      this.#failing = true;
      await engine?.stop().catch(() => {});
      this.#logger.error(`The engine did not start; the next try is in ${RETRY / 1_000} s`, error as Error);
      if (!this.#stopped) {
        this.#timer = setTimeout(() => this.start(), RETRY);
      }
    }
  }
}

/**
 * Loads the engine and its dependencies, only where one runs. Returns how to make one.
 *
 * @throws Error naming the fields of the configuration that are wrong
 */
export async function loadEngine(options: {
  config: Record<string, unknown>;
  logger: LoggerService;
  providers: () => Provider[];
}): Promise<() => Promise<RunningEngine>> {
  const { createEngine, parseEngineConfig } = exportsOf(await import('@aviary/engine'));
  const config = parseEngineConfig(options.config);
  return () => createEngine({ config, logger: engineLogger(options.logger), providers: options.providers() });
}
