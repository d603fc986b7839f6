/** Growing waits with jitter: 0.8 s, 1.6 s, … 30 s unless told otherwise, each between half and all of its value. */
export class Backoff {
  readonly #first: number;
  readonly #most: number;
  readonly #random: () => number;
  #failures = 0;

  /** `random` answers from 0 (inclusive) to 1 (exclusive), as Math.random does. Times in milliseconds. */
  constructor(options: { first?: number; most?: number; random?: () => number } = {}) {
    this.#first = options.first ?? 800;
    this.#most = options.most ?? 30_000;
    this.#random = options.random ?? Math.random;
  }

  /** Milliseconds to wait after one more failure. */
  next(): number {
    const full = Math.min(this.#most, this.#first * 2 ** Math.min(this.#failures, 20));
    this.#failures += 1;
    return full * (0.5 + this.#random() / 2);
  }

  /** All is well again. */
  reset(): void {
    this.#failures = 0;
  }
}
