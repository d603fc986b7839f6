/** One request, as it arrived. */
export interface LoggedRequest {
  method: string;
  /** Path with query. */
  path: string;
  /** The sandbox's time, milliseconds since the epoch. */
  at: number;
  userAgent: string;
  /** Kubernetes verb: get, list, watch, create, update, patch, delete, deletecollection, proxy; `other` outside the resources. */
  verb: string;
}

/** What was asked of the server: counts since the start or the last reset, and the latest requests. */
export class RequestLog {
  /** The latest requests, oldest first. */
  readonly entries: LoggedRequest[] = [];
  /** How many requests there were of each verb. */
  counts: Record<string, number> = {};
  readonly #limit: number;

  /** `limit` is how many entries are kept; the counts go on. */
  constructor(limit = 10_000) {
    this.#limit = limit;
  }

  /** How many requests there were. */
  get total(): number {
    return Object.values(this.counts).reduce((sum, count) => sum + count, 0);
  }

  /** Notes a request. */
  add(request: LoggedRequest): void {
    this.counts[request.verb] = (this.counts[request.verb] ?? 0) + 1;
    this.entries.push(request);
    if (this.entries.length > this.#limit) {
      this.entries.splice(0, this.entries.length - this.#limit);
    }
  }

  /** Forgets everything. */
  reset(): void {
    this.counts = {};
    this.entries.length = 0;
  }
}
