import type { DemoPart } from './DemoPart';

/** The pieces that run, and the first news that one of them ended on its own. */
export class Parts {
  readonly #running: DemoPart[] = [];
  readonly #starting = new Set<Promise<unknown>>();
  readonly #broken: Promise<never>;
  #break!: (error: Error) => void;
  #stopped = false;

  constructor() {
    this.#broken = new Promise((_, reject) => {
      this.#break = reject;
    });
    this.#broken.catch(() => {});
  }

  /** Starts one more piece. @throws Error when a piece ended on its own or all were stopped; then the new one is stopped too */
  async start<P extends DemoPart>(launch: () => P | Promise<P>): Promise<P> {
    if (this.#stopped) {
      return this.#broken;
    }
    const starting = Promise.resolve(launch()).then((part) => {
      this.#running.push(part);
      part.ended.then((sentence) => this.break(new Error(sentence)));
      return part;
    });
    this.#starting.add(starting);
    return this.while(starting);
  }

  /** Something is wrong that no piece knows of. */
  break(error: Error): void {
    this.#break(error);
  }

  /** What `work` resolves with. @throws Error as soon as a piece ends on its own */
  while<T>(work: Promise<T>): Promise<T> {
    return Promise.race([work, this.#broken]);
  }

  /** Stops the pieces, the last started first. A piece that does not stop does not keep the others. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.break(new Error('The demo was stopped.'));
    await Promise.allSettled(this.#starting);
    for (const part of this.#running.splice(0).reverse()) {
      try {
        await part.stop();
      } catch (error) {
        console.error(`${part.name} did not stop in good order: ${(error as Error).message}`);
      }
    }
  }
}
