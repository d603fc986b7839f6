/** What the REST API answers with. Times are milliseconds since the epoch on the engine's clock. */

export type Phase =
  | 'Initializing'
  | 'Initialized'
  | 'Waiting'
  | 'Progressing'
  | 'WaitingPromotion'
  | 'Promoting'
  | 'Finalising'
  | 'Succeeded'
  | 'Failed'
  | 'Terminating'
  | 'Terminated';

export type Verdict = 'pass' | 'fail' | 'noData' | 'error';

export interface CanaryKey {
  cluster: string;
  namespace: string;
  name: string;
}

/** One step of the rail, in order. */
export type PlanStep =
  | { kind: 'weight'; weight: number }
  | { kind: 'iteration'; iteration: number }
  | { kind: 'gate'; type: string; name: string }
  | { kind: 'promotion' };

/** How one metric check is judged and shown. */
export interface CheckLimit {
  name: string;
  unit: string;
  min: number | null;
  max: number | null;
  source: string;
}

/** A Canary with its running or last rollout. */
export interface Rollout {
  key: CanaryKey;
  rolloutId: string | null;
  phase: Phase;
  /** Finer than the phase: `settling`, `analysing`, `rollingBack`, … */
  stage: string;
  /** False while something is wrong with the Canary; `reason` names the field. */
  valid: boolean;
  verdict: Verdict | null;
  paused: { by: string; why: string; at: number } | null;
  gate: { type: string; name: string; since: number } | null;
  /** The engine's sentence; shown as it is. */
  reason: string;
  fromVersion: string | null;
  toVersion: string | null;
  revision: string | null;
  strategy: 'canary' | 'ab-testing' | 'blue-green';
  provider: string;
  /** `Deployment/podinfo` */
  target: string;
  weight: number;
  /** Highest weight that this rollout has had; a rollback takes `weight` to 0. */
  maxWeight: number;
  iterations: number;
  /** Whether the cluster has been seen to follow the last decision. */
  confirmed: boolean;
  failedChecks: number;
  threshold: number;
  /** Milliseconds between looks. */
  interval: number;
  plan: PlanStep[];
  checks: CheckLimit[];
  looks: number;
  startedAt: number | null;
  endedAt: number | null;
  /** When the engine looks next; null when it waits for something else. */
  dueAt: number | null;
  changedAt: number;
  /** `component:default/podinfo`, when the catalogue binds one to this Canary. */
  entityRef: string | null;
  /** `group:default/payments`. */
  owner: string | null;
}

export interface CheckResult {
  name: string;
  kind: 'metric' | 'webhook';
  type?: string;
  value: number | null;
  /** The same query for the primary; shown, not judged. */
  primaryValue: number | null;
  min: number | null;
  max: number | null;
  unit: string;
  verdict: Verdict | 'notAsked';
  reason: string;
  source?: string;
  query?: string;
  /** Milliseconds of the query's window. */
  window?: number;
  /** Milliseconds that the answer took. */
  took?: number;
}

export interface Decision {
  sequence: number;
  rolloutId: string | null;
  at: number;
  /** `start`, `advance`, `hold`, `wait`, `promote`, `rollback`, … */
  kind: string;
  phase: Phase;
  weightBefore: number;
  weight: number;
  iterations: number;
  verdict: Verdict | null;
  reason: string;
  failedChecks: number;
  checks: CheckResult[];
}

export interface RolloutEvent {
  at: number;
  type: 'Normal' | 'Warning';
  message: string;
  rolloutId: string | null;
}

export interface PastRollout {
  id: string;
  fromVersion: string;
  toVersion: string;
  strategy: string;
  startedAt: number;
  endedAt: number | null;
  outcome: 'Succeeded' | 'Failed' | 'Superseded' | null;
  reason: string;
  looks: number;
  maxWeight: number;
}

export interface RolloutCounts {
  running: number;
  holding: number;
  paused: number;
  waiting: number;
  oldestWaitingSince: number | null;
  failedDay: number;
  promotedDay: number;
  endedDay: number;
  /** Ended rollouts per hour of the last 24, oldest first. */
  hours: { failed: number; promoted: number }[];
  medianDuration: number | null;
  clusters: string[];
  namespaces: string[];
}

/** The engine's clock: a demo may run faster than the wall clock. `now` is when the answer was made. */
export interface ClockReading {
  now: number;
  speed: number;
}

export interface RolloutPage {
  items: Rollout[];
  next: string | null;
  previous: string | null;
  clock: ClockReading;
}

export interface RolloutQuery {
  group?: 'running' | 'waiting' | 'failed' | 'promoted';
  phase?: Phase[];
  cluster?: string[];
  namespace?: string[];
  owner?: string[];
  search?: string;
  /** Only the Canaries bound to this entity. */
  entity?: string;
  limit?: number;
  cursor?: string;
}

export type CommandType = 'pause' | 'resume' | 'approve' | 'reject' | 'abort' | 'promote' | 'retry' | 'adopt';

export interface CommandRequest {
  type: CommandType;
  /** The rollout that the person was looking at; a mismatch is answered `superseded`. */
  rolloutId: string | null;
  revision: string | null;
  gate?: string;
  why: string;
}

export interface CommandStatus {
  id: string;
  type: CommandType;
  /** Null until the engine has answered. */
  outcome: 'done' | 'superseded' | 'refused' | null;
  message: string | null;
}

/**
 * Everything that the portal asks of the backend. Routes, all under `/api/rollouts`:
 *
 * | call | route |
 * | --- | --- |
 * | list | GET /v1/rollouts |
 * | counts | GET /v1/rollouts/counts |
 * | get | GET /v1/canaries/{cluster}/{namespace}/{name} |
 * | decisions | GET …/decisions?rolloutId&limit&before |
 * | evidence | GET …/decisions/{sequence}/evidence |
 * | events | GET …/events?limit |
 * | history | GET …/rollouts?limit&before |
 * | command | POST …/commands |
 * | commandStatus | GET /v1/commands/{id} |
 *
 * Failures are Backstage's ResponseError.
 */
export interface RolloutsApi {
  list(query: RolloutQuery): Promise<RolloutPage>;
  counts(query?: Pick<RolloutQuery, 'cluster' | 'namespace'>): Promise<RolloutCounts & { clock: ClockReading }>;
  get(key: CanaryKey): Promise<{ rollout: Rollout; clock: ClockReading; actions: CommandType[] }>;
  decisions(key: CanaryKey, options?: { rolloutId?: string; limit?: number; before?: number }): Promise<{ items: Decision[] }>;
  evidence(key: CanaryKey, sequence: number): Promise<unknown>;
  events(key: CanaryKey, limit?: number): Promise<{ items: RolloutEvent[] }>;
  history(key: CanaryKey, options?: { limit?: number; before?: number }): Promise<{ items: PastRollout[] }>;
  command(key: CanaryKey, command: CommandRequest): Promise<CommandStatus>;
  commandStatus(id: string): Promise<CommandStatus>;
}

/** Signals channel: `{ kind: 'changed', key }` tells to ask again; it carries no more than that. */
export const ROLLOUTS_CHANNEL = 'rollouts';

/** Annotation that binds an entity to its Canary: `[cluster/]namespace/name`, several separated by commas. */
export const CANARY_ANNOTATION = 'aviary.dev/canary';
