import type { Timers } from '../Timers';

/** Time that stands still until a test moves it. */
export class ManualTimers implements Timers {
  #now: number;
  #pending: { at: number; run: () => void }[] = [];

  /** Starts at `now` milliseconds since the epoch. */
  constructor(now = 1_000_000) {
    this.#now = now;
  }

  now(): number {
    return this.#now;
  }

  after(ms: number, run: () => void): () => void {
    const entry = { at: this.#now + ms, run };
    this.#pending.push(entry);
    return () => {
      this.#pending = this.#pending.filter((each) => each !== entry);
    };
  }

  /** Moves time on and runs what falls due, in order. */
  advance(ms: number): void {
    const end = this.#now + ms;
    for (;;) {
      const next = this.#pending.filter((each) => each.at <= end).sort((a, b) => a.at - b.at)[0];
      if (!next) break;
      this.#pending = this.#pending.filter((each) => each !== next);
      this.#now = next.at;
      next.run();
    }
    this.#now = end;
  }

  /** Milliseconds until each pending timer, shortest first. */
  waits(): number[] {
    return this.#pending.map((each) => each.at - this.#now).sort((a, b) => a - b);
  }
}
