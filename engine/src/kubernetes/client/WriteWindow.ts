import type { Timers } from '../Timers';

/** Begin with so many writes at a time. */
const FIRST = 16;
/** Never more at a time. */
const MOST = 32;
/** Part of a write's time that may go by before it is sent. */
const PATIENCE = 0.5;

/** The write was not sent, because too many that are under way have not been answered. */
export class WindowFull extends Error {}

/**
 * How many writes may be under way at a time: as many as the API server keeps up with. Each answer makes room for a
 * little more, silence halves it, as in TCP. A server that has fallen behind goes on working on what nobody waits for any
 * more; sending more of the same at the same rate would keep it there for good.
 */
export class WriteWindow {
  readonly #timers: Timers;
  readonly #waiting: (() => void)[] = [];
  #size = FIRST;
  #running = 0;
  #halvedAt = -Infinity;

  constructor(timers: Timers) {
    this.#timers = timers;
  }

  /** Writes that may be under way at a time, now. */
  get size(): number {
    return Math.floor(this.#size);
  }

  /**
   * Runs `send` with the milliseconds that are left of `ms` as soon as there is room. `isOverload` tells of an error whether
   * the server could not keep up.
   *
   * @throws WindowFull when there is no room in time; what `send` throws
   */
  async run<T>(ms: number, send: (left: number) => Promise<T>, isOverload: (error: unknown) => boolean): Promise<T> {
    const askedAt = this.#timers.now();
    await this.#enter(ms * PATIENCE);
    const startedAt = this.#timers.now();
    try {
      const result = await send(ms - (startedAt - askedAt));
      this.#grow();
      return result;
    } catch (error) {
      if (isOverload(error)) this.#halve(startedAt);
      else this.#grow();
      throw error;
    } finally {
      this.#running -= 1;
      this.#admit();
    }
  }

  async #enter(patience: number): Promise<void> {
    if (this.#running >= this.size) {
      await new Promise<void>((resolve, reject) => {
        const admitted = () => {
          cancel();
          resolve();
        };
        const cancel = this.#timers.after(patience, () => {
          this.#waiting.splice(this.#waiting.indexOf(admitted), 1);
          reject(
            new WindowFull(`not sent: the API server has not answered ${this.#running} other writes, and this one waited ${patience} ms`),
          );
        });
        this.#waiting.push(admitted);
      });
      return;
    }
    this.#running += 1;
  }

  #admit(): void {
    while (this.#waiting.length > 0 && this.#running < this.size) {
      this.#running += 1;
      this.#waiting.shift()?.();
    }
  }

  #grow(): void {
    this.#size = Math.min(MOST, this.#size + 1 / this.#size);
  }

  // Once for all writes that were under way together: they tell of the same moment.
  #halve(startedAt: number): void {
    if (startedAt < this.#halvedAt) return;
    this.#halvedAt = this.#timers.now();
    this.#size = Math.max(1, this.#size / 2);
  }
}
