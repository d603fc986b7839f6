import { inspect } from 'node:util';

/**
 * A value that must not be printed. It shows as `[redacted]` in logs, JSON, templates and errors;
 * `reveal()` is called at the last moment, where the value goes on the wire.
 */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  reveal(): string {
    return this.#value;
  }

  toString(): string {
    return '[redacted]';
  }

  toJSON(): string {
    return '[redacted]';
  }

  [inspect.custom](): string {
    return '[redacted]';
  }
}
