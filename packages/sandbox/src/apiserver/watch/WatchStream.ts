import type { ServerResponse } from 'node:http';
import type { Clock } from '../../Clock';
import type { Faults, Stallable } from '../Faults';

/** The lines that go to one watcher, in order, held back while a fault says so. */
export class WatchStream implements Stallable {
  readonly #response: ServerResponse;
  readonly #faults: Faults;
  readonly #clock: Clock;
  readonly #waiting: { line: string; due: number }[] = [];
  #cancelTimer: (() => void) | undefined;
  #ending = false;

  constructor(response: ServerResponse, faults: Faults, clock: Clock) {
    this.#response = response;
    this.#faults = faults;
    this.#clock = clock;
    faults.watches.add(this);
    response.on('close', () => {
      faults.watches.delete(this);
      this.#cancelTimer?.();
    });
  }

  /** Sends an event, at once unless a fault holds it back. */
  send(type: string, object: object): void {
    this.#waiting.push({ line: `${JSON.stringify({ type, object })}\n`, due: this.#clock.now() + this.#faults.watchDelay });
    this.#flush();
  }

  /** Ends the response after what is still waiting. */
  end(): void {
    this.#ending = true;
    this.#flush();
  }

  resume(): void {
    this.#flush();
  }

  drop(): void {
    this.#response.destroy();
  }

  #flush(): void {
    while (this.#waiting.length && !this.#faults.silent) {
      const wait = this.#waiting[0].due - this.#clock.now();
      if (wait > 0) {
        this.#cancelTimer?.();
        this.#cancelTimer = this.#clock.after(wait, () => this.#flush());
        return;
      }
      this.#response.write(this.#waiting.shift()!.line);
    }
    if (this.#ending && this.#waiting.length === 0) {
      this.#response.end();
    }
  }
}
