import type { KubeVerb } from './KubeError';

/** What happened to one request, for telemetry. */
export interface RequestRecord {
  verb: KubeVerb;
  /** `deployments.apps` */
  resource: string;
  /** HTTP status; 0 when there was no answer. */
  status: number;
  /** Milliseconds until the whole answer was there (until the headers, for watches). */
  took: number;
}

/** Counts the requests that went to an API server, every try of a read included. */
export class RequestCounter {
  readonly #byVerb = new Map<KubeVerb, number>();
  readonly #listener: ((record: RequestRecord) => void) | undefined;

  constructor(listener?: (record: RequestRecord) => void) {
    this.#listener = listener;
  }

  /** Adds one request. */
  record(record: RequestRecord): void {
    this.#byVerb.set(record.verb, (this.#byVerb.get(record.verb) ?? 0) + 1);
    this.#listener?.(record);
  }

  /** Requests so far by verb; verbs never used are absent. */
  counts(): Partial<Record<KubeVerb, number>> {
    return Object.fromEntries(this.#byVerb);
  }

  /** Requests so far. */
  total(): number {
    let sum = 0;
    for (const count of this.#byVerb.values()) sum += count;
    return sum;
  }
}
