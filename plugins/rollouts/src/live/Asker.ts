/** How one question is asked. */
export interface AskerOptions<T> {
  ask(): Promise<T>;
  /** Milliseconds between two askings when nothing else gives a reason to ask. */
  every: number;
  /** Milliseconds for which several calls of `askSoon` are answered together; 200 if not said. */
  soon?: number;
  /** This browser's time at which the answer is expected to change; null when nothing tells. */
  expectChangeAt?(value: T): number | null;
}

/** What came of the asking so far. Times are this browser's. */
export interface AskerState<T> {
  /** The last answer, also while a newer one fails or is on its way. */
  value: T | undefined;
  answeredAt: number | null;
  /** Why the last try failed; undefined after a good one. */
  error: Error | undefined;
  /** Failed tries in a row, since when, and when the next one is. */
  failures: number;
  failingSince: number | null;
  nextTryAt: number | null;
}

const SOON = 200;
const AFTER_EXPECTED_CHANGE = 700;
const SHORTEST_WAIT = 1_000;
const RETRY_AFTER = [2_000, 4_000, 8_000, 15_000];

/**
 * Asks one question and keeps its answer fresh: when told to, when a change is due, and every so often. Never two at a time, so that
 * answers cannot overtake each other and a storm of signals cannot keep an answer from arriving. A failure keeps the last answer and
 * is tried again with growing distance.
 */
export class Asker<T> {
  readonly #options: () => AskerOptions<T>;
  readonly #onChange: (state: AskerState<T>) => void;
  #state: AskerState<T> = nothingYet();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #soon = false;
  #asking = false;
  #again = false;
  #stopped = false;

  /** @param options read anew at every asking, so that it may change */
  constructor(options: () => AskerOptions<T>, onChange: (state: AskerState<T>) => void) {
    this.#options = options;
    this.#onChange = onChange;
  }

  /** Asks now, or right after the answer that is on its way. */
  async ask(): Promise<void> {
    if (this.#stopped) {
      return;
    }
    if (this.#asking) {
      this.#again = true;
      return;
    }
    clearTimeout(this.#timer);
    this.#soon = false;
    this.#asking = true;
    const wait = await this.#askOnce();
    this.#asking = false;
    if (this.#again) {
      this.#again = false;
      this.askSoon();
    } else {
      this.#wait(wait);
    }
  }

  /** Asks in a moment; several calls in quick succession are answered together. */
  askSoon(): void {
    if (this.#asking) {
      this.#again = true;
    } else if (!this.#soon) {
      this.#soon = true;
      this.#wait(this.#options().soon ?? SOON);
    }
  }

  /** Asks no more; an answer on its way is dropped. */
  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
  }

  async #askOnce(): Promise<number> {
    try {
      const value = await this.#options().ask();
      this.#change({ ...nothingYet(), value, answeredAt: Date.now() });
      return this.#untilNext(value);
    } catch (error) {
      const failures = this.#state.failures + 1;
      const delay = RETRY_AFTER[Math.min(failures, RETRY_AFTER.length) - 1];
      this.#change({
        ...this.#state,
        error: error instanceof Error ? error : new Error(String(error)),
        failures,
        failingSince: this.#state.failingSince ?? Date.now(),
        nextTryAt: Date.now() + delay,
      });
      return delay;
    }
  }

  #untilNext(value: T): number {
    const { every, expectChangeAt } = this.#options();
    const expected = expectChangeAt?.(value) ?? null;
    return expected === null ? every : Math.min(every, Math.max(SHORTEST_WAIT, expected - Date.now() + AFTER_EXPECTED_CHANGE));
  }

  #wait(milliseconds: number): void {
    clearTimeout(this.#timer);
    if (!this.#stopped) {
      this.#timer = setTimeout(() => this.ask(), milliseconds);
    }
  }

  #change(state: AskerState<T>): void {
    this.#state = state;
    if (!this.#stopped) {
      this.#onChange(state);
    }
  }
}

/** Before the first answer. */
export function nothingYet<T>(): AskerState<T> {
  return { value: undefined, answeredAt: null, error: undefined, failures: 0, failingSince: null, nextTryAt: null };
}
