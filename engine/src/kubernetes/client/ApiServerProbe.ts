import { systemTimers, type Timers } from '../Timers';
import { Backoff } from './Backoff';
import { isKubeError } from './KubeError';
import type { KubeClient } from './KubeClient';

/** Who asks, and who is told. Times in milliseconds. */
export interface ApiServerProbeOptions {
  timers?: Timers;
  /** As Math.random. */
  random?: () => number;
  /** Called once when something is wrong, with the problem's text. */
  onLost?: (problem: string) => void;
  /** Called once when all is well again. */
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
  #answers = true;
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

  /** Whether it lets us look. One that says itself what it lacks does: nothing changes behind the back of a server without etcd. */
  get answers(): boolean {
    return this.#answers;
  }

  #next(wait: number): void {
    this.#cancel = this.#timers.after(wait, () => {
      this.#asking = this.#ask();
    });
  }

  async #ask(): Promise<void> {
    const asked = this.#client.readiness({ deadlineMs: PATIENCE, signal: this.#stopping.signal });
    const { problem, answers } = await asked.then((found) => ({ problem: found, answers: true }), noAnswer);
    if (this.#stopping.signal.aborted) return;
    const before = this.#problem;
    if (problem === undefined) {
      this.#failures = 0;
      this.#problem = undefined;
      this.#answers = true;
      this.#backoff.reset();
      if (before !== undefined) this.#options.onReturn?.();
    } else {
      this.#failures += 1;
      if (this.#failures >= ENOUGH) {
        this.#problem = problem;
        this.#answers = answers;
      }
      if (this.#failures === ENOUGH) this.#options.onLost?.(problem);
    }
    this.#next(problem === undefined ? EVERY : this.#backoff.next());
  }
}

function noAnswer(error: unknown): { problem: string; answers: boolean } {
  const message = error instanceof Error ? error.message : String(error);
  const refused = isKubeError(error) && error.kind === 'unauthorized';
  return { problem: `the API server does not ${refused ? 'accept the credentials' : 'answer'}: ${message}`, answers: false };
}
