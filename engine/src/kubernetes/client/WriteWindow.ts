import type { Timers } from '../Timers';

/** Who goes first when there is no room for all: what brings traffic home, what moves on, what only tells of it. */
export type WriteRank = 'first' | 'usual' | 'last';

/** Begin with so many writes at a time. */
const FIRST = 16;
/** Never more at a time. */
const MOST = 32;
/** Part of a write's time that may go by before it is sent. */
const PATIENCE = 0.5;
/** Nobody waits for a write of the last rank, so that it may stand in line for so long, in milliseconds. */
const PATIENCE_OF_THE_LAST = 300_000;
/** Who was called writes within so many milliseconds, or does not need its place any more. */
const CALL = 500;

/** The write was not sent, because too many that are under way have not been answered. */
export class WindowFull extends Error {}

/**
 * How many writes may be under way at a time: as many as the API server keeps up with. Each answer makes room for a
 * little more, silence halves it, as in TCP. A server that has fallen behind goes on working on what nobody waits for any
 * more; sending more of the same at the same rate would keep it there for good.
 *
 * Whoever finds no room stands in line, in the order of rank and arrival: the write itself for a moment, and then, because
 * what it was made from grows old, its writer, who looks again when it is called.
 */
export class WriteWindow {
  readonly #timers: Timers;
  /** What is to be done when there is room, by rank. */
  readonly #lines: Readonly<Record<WriteRank, Set<() => void>>> = { first: new Set(), usual: new Set(), last: new Set() };
  /** Places kept for those who were called: what ends the time for which each is kept. */
  readonly #kept = new Set<() => void>();
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
   * Runs `send` as soon as there is room, with what is left of `ms` milliseconds (all of them in the last rank).
   * `isOverload` tells of an error whether the server could not keep up.
   *
   * @throws WindowFull when there is no room in time; what `send` throws
   */
  async run<T>(
    send: (left: number) => Promise<T>,
    { ms, rank, isOverload }: { ms: number; rank: WriteRank; isOverload: (error: unknown) => boolean },
  ): Promise<T> {
    const askedAt = this.#timers.now();
    await this.#enter(rank, rank === 'last' ? PATIENCE_OF_THE_LAST : ms * PATIENCE);
    const startedAt = this.#timers.now();
    try {
      const result = await send(rank === 'last' ? ms : ms - (startedAt - askedAt));
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

  /** Calls `ready` once, when it is its turn to write; the returned function leaves the line. */
  whenRoom(rank: Exclude<WriteRank, 'last'>, ready: () => void): () => void {
    const line = this.#lines[rank];
    const called = () => {
      const cancel = this.#timers.after(CALL, () => {
        this.#kept.delete(cancel);
        this.#admit();
      });
      this.#kept.add(cancel);
      ready();
    };
    line.add(called);
    this.#admit();
    return () => line.delete(called);
  }

  async #enter(rank: WriteRank, patience: number): Promise<void> {
    if (rank !== 'last') this.#takeKept();
    if (this.#hasRoom) {
      this.#running += 1;
      return;
    }
    const line = this.#lines[rank];
    await new Promise<void>((resolve, reject) => {
      const admitted = () => {
        cancel();
        this.#running += 1;
        resolve();
      };
      const cancel = this.#timers.after(patience, () => {
        line.delete(admitted);
        const others = `the API server has not answered ${this.#running} other writes`;
        reject(new WindowFull(`not sent: ${others}, and this one waited ${patience} ms`));
      });
      line.add(admitted);
    });
  }

  get #hasRoom(): boolean {
    return this.#running + this.#kept.size < this.size;
  }

  // Who was called is the next to come; should somebody else be quicker, there is one more than planned for.
  #takeKept(): void {
    const [cancel] = this.#kept;
    if (!cancel) return;
    cancel();
    this.#kept.delete(cancel);
  }

  #admit(): void {
    const { first, usual, last } = this.#lines;
    while (this.#hasRoom) {
      const line = [first, usual, last].find(({ size }) => size > 0);
      if (!line) return;
      const [next] = line;
      line.delete(next);
      next();
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
