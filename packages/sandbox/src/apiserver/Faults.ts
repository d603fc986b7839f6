/** An answer that is given instead of the true one. */
export interface FailureRule {
  /** HTTP method; any when not given. */
  method?: string;
  /** Matched against path and query. */
  pathPattern?: RegExp;
  /** HTTP status of the answer. */
  status: number;
  /** Seconds for a Retry-After header. */
  retryAfter?: number;
  /** How many requests it is for; one when not given. */
  times?: number;
}

/** Something that waits to send and must be told when it may go on, or that it is over. */
export interface Stallable {
  resume(): void;
  drop(): void;
}

/** Ways to make the server misbehave, for tests of its clients. */
export class Faults {
  /** Watches that are open now. */
  readonly watches = new Set<Stallable>();
  readonly #expire: () => void;
  readonly #rules: (FailureRule & { times: number })[] = [];
  readonly #waiting: (() => void)[] = [];
  #stalled = false;
  #frozen = false;
  #delay = 0;

  /** `expire` forgets the history of changes. */
  constructor(expire: () => void) {
    this.#expire = expire;
  }

  /** Breaks the connection of every open watch. */
  dropWatches(): void {
    [...this.watches].forEach((watch) => watch.drop());
  }

  /** Open watches fall silent, bookmarks included, but stay connected; with `false` they catch up. */
  stallWatches(on: boolean): void {
    this.#stalled = on;
    this.#resume();
  }

  /** Every event reaches watchers this many milliseconds of sandbox time late. */
  delayWatchEvents(milliseconds: number): void {
    this.#delay = milliseconds;
  }

  /** No resource version given out so far can be watched or paged from any more. */
  expireHistory(): void {
    this.#expire();
  }

  /** The next matching requests fail. */
  failNext(rule: FailureRule): void {
    this.#rules.push({ times: 1, ...rule });
  }

  /** Failures that were planned and have not happened yet do not happen any more. */
  endFailures(): void {
    this.#rules.length = 0;
  }

  /** Connections are accepted and nothing is answered; with `false` everything that waited is. */
  freeze(on: boolean): void {
    this.#frozen = on;
    this.#resume();
    if (!on) {
      this.#waiting.splice(0).forEach((go) => go());
    }
  }

  /** Whether watches must not send now. */
  get silent(): boolean {
    return this.#stalled || this.#frozen;
  }

  /** Milliseconds of sandbox time by which watch events are late. */
  get watchDelay(): number {
    return this.#delay;
  }

  /** Resolves when the server is not frozen. */
  async thawed(): Promise<void> {
    while (this.#frozen) {
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }

  /** The failure planned for a request, if any; it is used up. */
  take(method: string, path: string): FailureRule | undefined {
    const index = this.#rules.findIndex(
      (rule) => (!rule.method || rule.method === method) && (!rule.pathPattern || rule.pathPattern.test(path)),
    );
    const rule = this.#rules[index];
    if (rule) {
      rule.times -= 1;
      if (rule.times <= 0) {
        this.#rules.splice(index, 1);
      }
    }
    return rule;
  }

  #resume(): void {
    if (!this.silent) {
      [...this.watches].forEach((watch) => watch.resume());
    }
  }
}
