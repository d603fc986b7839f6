import type { RequestCounts } from './readRequestCounts';

/** What a system did and used in a time. */
export interface WindowFigures {
  seconds: number;
  /** API requests per second, by verb. */
  requests: RequestCounts;
  /** Seconds of processor time of its own process. */
  cpu: number;
  /** MiB of resident memory of its own process at the end. */
  memory: number;
  /** Of its database server; null for a system that has none. Memory that the server's processes share is counted once. */
  database: { cpu: number; memory: number } | null;
  /** Seconds of processor time of the API server, which the controllers and the bench's watches need some of in any case. */
  apiServer: number;
  /** Queries to the metric server per second. */
  queries: number;
}

/** The same while rollouts are under way. */
export interface ProgressFigures extends WindowFigures {
  /** How many times a weight went up, and how often it should have by the interval of the Canaries. */
  steps: number;
  stepsDue: number;
}

/** Several measurements of one time, in seconds. */
export interface Times {
  median: number;
  most: number;
  runs: number;
}

/** All that was measured of one system with one number of Canaries. */
export interface SystemFigures {
  system: string;
  canaries: number;
  /** Seconds from its being at work until all Canaries were initialised. */
  initialised: number;
  idle: WindowFigures;
  /** From the answer to the PATCH of a Deployment until the event or the status said that it was noticed. */
  noticed: Times;
  progressing: ProgressFigures;
  /** From the first bad answer that the metric server would give until the route sent everything to the primary. */
  rolledBack: Times;
  /** MiB of resident memory of its own process, the most since its start. */
  memoryPeak: number;
  /** Load average of the machine over the last minute of the measurement. */
  load: number;
}
