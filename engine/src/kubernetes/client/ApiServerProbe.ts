import { systemTimers, type Timers } from '../Timers';
import { Backoff } from './Backoff';
import { isKubeError } from './KubeError';
import type { KubeClient } from './KubeClient';

/** Who asks, and who is told. Times in milliseconds. */
export interface ApiServerProbeOptions {
  timers?: Timers;
  /** As Math.random. */
  random?: () => number;
  /** Called once when the API server is given up, with the problem's text. */
  onLost?: (problem: string) => void;
  /** Called once when it answers again. */
  onReturn?: () => void;
}

/** Between two questions while all is well. */
const EVERY = 10_000;
/** How long an answer may take. */
const PATIENCE = 5_000;
/** Failures in a row that make a problem: a single one may be a server of several that is just being stopped. */
const ENOUGH = 2;

/**
 * Asks the API server every 10 s whether it is ready. An open watch does not tell: it stays open and silent while the
 * server hangs, its etcd is away, or our credentials have ended. What is wrong is known after 22 s at the latest, that
 * it is over after 10 s at the latest.
 */
export class ApiServerProbe {
  readonly #client: KubeClient;
  readonly #options: ApiServerProbeOptions;
  readonly #timers: Timers;
  readonly #backoff: Backoff;
  readonly #stopping = new AbortController();
  #failures = 0;
  #problem: string | undefined;
  #cancel: () => void = () => undefined;
  #asking: Promise<void> | undefined;

  constructor(client: KubeClient, options: ApiServerProbeOptions = {}) {
    this.#client = client;
    this.#options = options;
    this.#timers = options.timers ?? systemTimers;
    this.#backoff = new Backoff({ first: 2_000, most: 5_000, random: options.random });
  }

  /** Begins to ask. */
  start(): void {
    this.#next(EVERY);
  }

  /** Ends, and resolves when no question is under way any more. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#cancel();
    await this.#asking;
  }

  /** What is wrong with the API server; undefined while it is ready. */
  get problem(): string | undefined {
    return this.#problem;
  }

  #next(wait: number): void {
    this.#cancel = this.#timers.after(wait, () => {
      this.#asking = this.#ask();
    });
  }

  async #ask(): Promise<void> {
    const problem = await this.#client.readiness({ deadlineMs: PATIENCE, signal: this.#stopping.signal }).catch(whyNot);
    if (this.#stopping.signal.aborted) return;
    const before = this.#problem;
    if (problem === undefined) {
      this.#failures = 0;
      this.#problem = undefined;
      this.#backoff.reset();
      if (before !== undefined) this.#options.onReturn?.();
    } else {
      this.#failures += 1;
      if (this.#failures >= ENOUGH) this.#problem = problem;
      if (this.#failures === ENOUGH) this.#options.onLost?.(problem);
    }
    this.#next(problem === undefined ? EVERY : this.#backoff.next());
  }
}

function whyNot(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  const refused = isKubeError(error) && error.kind === 'unauthorized';
  return refused ? `the API server does not accept the credentials: ${message}` : `the API server does not answer: ${message}`;
}
