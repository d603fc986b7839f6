import { statSync } from 'node:fs';

/** A file is looked at again after so many milliseconds, at the next use. */
const LOOK_EVERY = 5_000;

/** What is made of a file, and made anew when the file has changed. What cannot be read or made leaves what there was. */
export class ChangingFile<T> {
  readonly #path: string;
  readonly #make: () => T;
  readonly #now: () => number;
  #content: T;
  #version: string;
  #lookedAt: number;

  /** `now`: a monotonic clock, in milliseconds. @throws what `make` throws, and when there is no such file */
  constructor(path: string, make: () => T, now: () => number = () => performance.now()) {
    this.#path = path;
    this.#make = make;
    this.#now = now;
    this.#version = this.#look();
    this.#content = make();
    this.#lookedAt = now();
  }

  /** As of less than 5 s ago. */
  content(): T {
    if (this.#now() - this.#lookedAt < LOOK_EVERY) return this.#content;
    this.#lookedAt = this.#now();
    try {
      const version = this.#look();
      if (version === this.#version) return this.#content;
      this.#content = this.#make();
      this.#version = version;
    } catch {
      // It is being written or replaced; the next look finds it whole.
    }
    return this.#content;
  }

  #look(): string {
    const { mtimeMs, size, ino } = statSync(this.#path);
    return `${mtimeMs} ${size} ${ino}`;
  }
}
