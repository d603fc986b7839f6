import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';

/** From wall time `real` on the clock shows `shown`, and runs `speed` times as fast. */
export interface ClockOrigin {
  real: number;
  shown: number;
  speed: number;
}

/** Wall milliseconds between two writes, and how far ahead each one reserves. */
const WRITE_EVERY = 5_000;
const RESERVE = 10_000;

/**
 * The one clock of cluster and engine. It never goes back from one run to the next: the file holds a time that it has not shown yet,
 * also when the demo is killed.
 */
export class DemoClock {
  readonly origin: ClockOrigin;
  readonly #file: string;
  readonly #wallClock: () => number;
  readonly #timer: NodeJS.Timeout;

  /** @throws Error when the file cannot be read or written */
  constructor(file: string, speed: number, wallClock: () => number = Date.now) {
    this.#file = file;
    this.#wallClock = wallClock;
    const real = wallClock();
    const reached = existsSync(file) ? Number(JSON.parse(readFileSync(file, 'utf8')).reached) : 0;
    this.origin = { real, shown: Math.max(real, reached), speed };
    this.#write(RESERVE);
    this.#timer = setInterval(() => this.#write(RESERVE), WRITE_EVERY);
    this.#timer.unref();
  }

  now(): number {
    return Math.round(this.origin.shown + (this.#wallClock() - this.origin.real) * this.origin.speed);
  }

  /** Nobody asks the time any more. */
  stop(): void {
    clearInterval(this.#timer);
    this.#write(0);
  }

  #write(ahead: number): void {
    const reached = this.now() + Math.ceil(ahead * this.origin.speed);
    writeFileSync(`${this.#file}.new`, `${JSON.stringify({ ...this.origin, reached })}\n`);
    renameSync(`${this.#file}.new`, this.#file);
  }
}
