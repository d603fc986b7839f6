import type { Clock } from '../Clock';
import type { Situation } from '../decision/Situation';

export type Cause = Situation['cause'];

/** How changes are gathered before the engine looks (R3), in milliseconds of the engine's clock. */
export interface QueueTiming {
  /** A look starts when nothing changed for so long … */
  quiet: number;
  /** … or when the first unlooked-at change is so old. */
  longestWait: number;
  /** Looks caused by changes: so many at once, then one per `refill`. */
  burst: number;
  refill: number;
}

export const QUEUE_TIMING: QueueTiming = { quiet: 250, longestWait: 1_000, burst: 5, refill: 2_000 };

/**
 * One Canary's passes: never two at a time, changes gathered, a flapping object slowed down. Timers and commands
 * are not held back.
 */
export class PassQueue {
  readonly #run: (cause: Cause) => Promise<void>;
  readonly #clock: Clock;
  readonly #timing: QueueTiming;
  #running = false;
  #pending: Cause | null = null;
  #cancelQuiet: (() => void) | null = null;
  #firstChangeAt = 0;
  #tokens: number;
  #tokensAt: number;
  #wake: { at: number; cancel: () => void } | null = null;
  #stopped = false;
  #idle: (() => void)[] = [];

  constructor(run: (cause: Cause) => Promise<void>, clock: Clock, timing: QueueTiming = QUEUE_TIMING) {
    this.#run = run;
    this.#clock = clock;
    this.#timing = timing;
    this.#tokens = timing.burst;
    this.#tokensAt = clock.now();
  }

  /** Something that this Canary's decisions depend on has changed. */
  changed(): void {
    if (this.#stopped) return;
    const now = this.#clock.now();
    if (!this.#cancelQuiet) this.#firstChangeAt = now;
    this.#cancelQuiet?.();
    const quiet = Math.min(this.#timing.quiet, this.#firstChangeAt + this.#timing.longestWait - now);
    this.#cancelQuiet = this.#clock.after(Math.max(0, quiet, this.#tokenDelay(now)), () => {
      this.#cancelQuiet = null;
      this.#tokens -= 1;
      this.now('changed');
    });
  }

  /** Looks as soon as the running pass, if any, is over. */
  now(cause: Cause): void {
    if (this.#stopped) return;
    this.#pending = strongest(this.#pending, cause);
    if (!this.#running) void this.#drain();
  }

  /** Looks at `at`, in place of any earlier appointment; null cancels it. */
  wakeAt(at: number | null): void {
    if (this.#wake?.at === at) return;
    this.#wake?.cancel();
    this.#wake = null;
    if (at === null || this.#stopped) return;
    const cancel = this.#clock.after(at - this.#clock.now(), () => {
      this.#wake = null;
      this.now('due');
    });
    this.#wake = { at, cancel };
  }

  /** No further passes; resolves when the running one is over. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#pending = null;
    this.#cancelQuiet?.();
    this.#wake?.cancel();
    if (this.#running) await new Promise<void>((resolve) => this.#idle.push(resolve));
  }

  async #drain(): Promise<void> {
    this.#running = true;
    while (this.#pending && !this.#stopped) {
      const cause = this.#pending;
      this.#pending = null;
      await this.#run(cause);
    }
    this.#running = false;
    for (const resolve of this.#idle.splice(0)) resolve();
  }

  #tokenDelay(now: number): number {
    const { burst, refill } = this.#timing;
    const gained = Math.floor((now - this.#tokensAt) / refill);
    if (gained > 0) {
      this.#tokens = Math.min(burst, this.#tokens + gained);
      this.#tokensAt += gained * refill;
    }
    if (this.#tokens === burst) this.#tokensAt = now;
    return this.#tokens > 0 ? 0 : this.#tokensAt + refill - now;
  }
}

const STRENGTH: Cause[] = ['changed', 'acted', 'due', 'command', 'takeover'];

function strongest(one: Cause | null, other: Cause): Cause {
  return one !== null && STRENGTH.indexOf(one) > STRENGTH.indexOf(other) ? one : other;
}
