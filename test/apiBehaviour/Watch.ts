import { createInterface, type Interface } from 'node:readline';
import type { Readable } from 'node:stream';

/** One line of a watch. */
export interface WatchEvent {
  type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR';
  object: any;
}

/** An open watch: its events, one after the other. */
export class Watch implements AsyncIterableIterator<WatchEvent> {
  readonly #lines: Interface;
  readonly #abort: () => void;
  readonly #events: AsyncIterator<string>;
  #closed = false;

  /** `abort` ends the request. */
  constructor(body: Readable, abort: () => void) {
    // What the end of the request makes of the stream is no error here.
    body.on('error', () => {});
    this.#lines = createInterface({ input: body });
    this.#events = this.#lines[Symbol.asyncIterator]();
    this.#abort = abort;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  /** The next event, or the end when the server has ended the watch. Fails when neither comes within 15 seconds. */
  async next(): Promise<IteratorResult<WatchEvent>> {
    const line = await within(this.#events.next(), 15_000);
    return line.done ? { done: true, value: undefined } : { done: false, value: JSON.parse(line.value) };
  }

  /** The next `count` events; fails when the watch ends before. */
  async take(count: number): Promise<WatchEvent[]> {
    const events: WatchEvent[] = [];
    while (events.length < count) {
      const { done, value } = await this.next();
      if (done) throw new Error(`the watch ended after ${events.length} of ${count} events: ${JSON.stringify(events)}`);
      events.push(value);
    }
    return events;
  }

  /** All events up to the server's end of the watch. */
  async rest(): Promise<WatchEvent[]> {
    const events: WatchEvent[] = [];
    for await (const event of this) events.push(event);
    return events;
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#abort();
    this.#lines.close();
  }
}

async function within<T>(promise: Promise<T>, milliseconds: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`the watch sent nothing for ${milliseconds} ms and did not end`)), milliseconds);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
