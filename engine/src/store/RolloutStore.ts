import type { Phase, Strategy } from '../canary/Canary';
import type { Answer } from '../decision/Question';
import type { Command, CommandType, Situation } from '../decision/Situation';
import type { CheckResult, Decision, DecisionKind, Verdict } from '../decision/Decision';
import type { RolloutState } from '../decision/RolloutState';

/** Names one Canary among all clusters. */
export interface CanaryKey {
  cluster: string;
  namespace: string;
  name: string;
}

/** The right to decide: who holds the shard, and under which epoch (engine rules §3). */
export interface Lease {
  engineId: string;
  shard: number;
  epoch: number;
}

/** What an engine reads when it takes a Canary over. */
export interface CanaryRecord {
  key: CanaryKey;
  uid: string;
  state: RolloutState;
  /** When the desired world of decision `state.sequence` was first seen; null while open. */
  confirmedAt: number | null;
}

/** What lists and pictures need of a Canary; written with each decision so that readers never unfold state. */
export interface CanarySummary {
  strategy: Strategy;
  provider: string;
  /** `Deployment/podinfo` */
  target: string;
  /** Steps as the portal's rail shows them. */
  plan: PlanStep[];
  /** Milliseconds between looks; failures allowed. */
  interval: number;
  threshold: number;
  /** Per metric check: how it is judged and shown. */
  checks: { name: string; unit: string; min: number | null; max: number | null; source: string }[];
}

export type PlanStep =
  | { kind: 'weight'; weight: number }
  | { kind: 'iteration'; iteration: number }
  | { kind: 'gate'; type: string; name: string }
  | { kind: 'promotion' };

/** One decision on its way into the ledger, with all that led to it. */
export interface DecisionToRecord {
  key: CanaryKey;
  uid: string;
  at: number;
  situation: Situation;
  answers: Answer[];
  decision: Decision;
  summary: CanarySummary;
  /** Deliveries that go out because of it: alerts and event webhooks, in order. */
  deliveries: Delivery[];
  /** The pod template that the primary was promoted from, at promotion: what it is re-created from. */
  promotedTemplate?: { revision: string; target: unknown };
}

/** Something to bring to somebody outside, at least once, in order per Canary. */
export interface Delivery {
  /** `<canary uid>.<sequence>.<n>`: the same for every try. */
  id: string;
  kind: 'alert' | 'eventWebhook';
  /** Where to, by reference; secrets are read when it is sent. */
  target: { alertProvider: { namespace: string; name: string } } | { webhookIndex: number };
  payload: unknown;
}

export interface ClaimedDelivery extends Delivery {
  key: CanaryKey;
  attempts: number;
}

export type RecordResult = 'recorded' | /** Another engine holds the shard, or another decision was first. */ 'fenced';

/**
 * The engine's side of the ledger. All writes are fenced: they begin by locking the shard's row at the lease's epoch.
 * Every method throws StoreUnavailable (kind `unavailable`) when the database cannot be reached.
 */
export interface RolloutStore {
  load(key: CanaryKey): Promise<CanaryRecord | null>;
  /** Everything that an engine must know of the shards it holds, at takeover. */
  loadShards(cluster: string, shards: number[]): Promise<CanaryRecord[]>;
  /** One transaction: state, decision, measurements, events, command answers, deliveries. */
  record(lease: Lease, entry: DecisionToRecord): Promise<RecordResult>;
  /** The desired world of decision `sequence` has been seen. `dueAt` is for readers. */
  confirm(lease: Lease, key: CanaryKey, sequence: number, confirmedAt: number, dueAt: number | null): Promise<RecordResult>;
  /** The Canary is gone from the cluster; its history stays. */
  forget(lease: Lease, key: CanaryKey, at: number): Promise<RecordResult>;
  /** Unanswered commands for the shards. */
  pendingCommands(cluster: string, shards: number[]): Promise<(Command & { key: CanaryKey })[]>;
  /** The target as it was when the primary was promoted to `revision`. */
  promotedTemplate(key: CanaryKey, revision: string): Promise<unknown | null>;
  /** The first undelivered delivery of each Canary of the shards that is due, at most `limit`. */
  claimDeliveries(cluster: string, shards: number[], now: number, limit: number): Promise<ClaimedDelivery[]>;
  delivered(id: string, at: number): Promise<void>;
  /** A failed try; `nextAt` null gives up, keeping the error for people to see. */
  deliveryFailed(id: string, error: string, nextAt: number | null): Promise<void>;
  /** Calls back when something may have changed: a command was written, a shard was released. A hint, never the truth. */
  onHint(listener: (hint: 'command' | 'shards') => void): () => void;
}

/** Shard leases (engine rules §3). All expiry arithmetic happens in SQL. */
export interface ShardLeases {
  /**
   * Registers this engine, or renews it, and claims its fair share, or none beyond what it holds (`claim: false`).
   * Returns what it holds after that.
   */
  renew(options?: { claim: boolean }): Promise<{ shards: Map<number, number> /* shard → epoch */; sentAt: number }>;
  /** Gives everything back at once and tells the others; until it renews again this engine counts as gone. */
  release(): Promise<void>;
}

/* ------------------------------------------------------------------ readers */

export interface RolloutRow {
  key: CanaryKey;
  rolloutId: string | null;
  phase: Phase;
  stage: string;
  /** False while something is wrong with the Canary; `reason` names the field. */
  valid: boolean;
  verdict: Verdict | null;
  paused: { by: string; why: string; at: number } | null;
  gate: { type: string; name: string; since: number } | null;
  reason: string;
  fromVersion: string | null;
  toVersion: string | null;
  revision: string | null;
  strategy: Strategy;
  provider: string;
  target: string;
  /** Decided weight, and whether the world has been seen to follow. */
  weight: number;
  /** The highest weight that this rollout has had: a rollback takes `weight` to 0. */
  maxWeight: number;
  iterations: number;
  confirmed: boolean;
  failedChecks: number;
  threshold: number;
  interval: number;
  plan: PlanStep[];
  checks: CanarySummary['checks'];
  looks: number;
  startedAt: number | null;
  endedAt: number | null;
  dueAt: number | null;
  changedAt: number;
}

export interface DecisionRow {
  sequence: number;
  rolloutId: string | null;
  at: number;
  kind: DecisionKind;
  phase: Phase;
  weightBefore: number;
  weight: number;
  iterations: number;
  verdict: Verdict | null;
  reason: string;
  failedChecks: number;
  checks: CheckResult[];
}

export interface EventRow {
  at: number;
  type: 'Normal' | 'Warning';
  message: string;
  rolloutId: string | null;
}

export interface PastRolloutRow {
  id: string;
  fromVersion: string;
  toVersion: string;
  strategy: Strategy;
  startedAt: number;
  endedAt: number | null;
  outcome: 'Succeeded' | 'Failed' | 'Superseded' | null;
  reason: string;
  looks: number;
  /** The highest weight it reached. */
  maxWeight: number;
}

export interface RolloutFilter {
  cluster?: string[];
  namespace?: string[];
  phase?: Phase[];
  /** The portal's tiles. */
  group?: 'running' | 'waiting' | 'failed' | 'promoted';
  /** Service, version or reason contains. */
  search?: string;
  /** Only these Canaries (permission rules, entity binding). */
  keys?: CanaryKey[];
  limit: number;
  /** From the page before. */
  cursor?: string;
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

/** Read side, for the portal. Never migrates; refuses a schema that is ahead or behind. */
export interface RolloutReader {
  list(filter: RolloutFilter): Promise<{ items: RolloutRow[]; next: string | null; previous: string | null }>;
  counts(now: number, filter?: Pick<RolloutFilter, 'cluster' | 'namespace' | 'keys'>): Promise<RolloutCounts>;
  get(key: CanaryKey): Promise<RolloutRow | null>;
  /** Newest first. Without `rolloutId`: of the running or last rollout. */
  decisions(key: CanaryKey, options: { rolloutId?: string; limit: number; before?: number }): Promise<DecisionRow[]>;
  /** One decision with everything that led to it, as JSON for replay. */
  evidence(key: CanaryKey, sequence: number): Promise<{ situation: Situation; answers: Answer[]; decision: Decision } | null>;
  events(key: CanaryKey, limit: number): Promise<EventRow[]>;
  rollouts(key: CanaryKey, options: { limit: number; before?: number }): Promise<PastRolloutRow[]>;
  addCommand(
    key: CanaryKey,
    command: {
      id: string;
      type: CommandType;
      rolloutId: string | null;
      revision: string | null;
      gate: string | null;
      by: string;
      why: string;
      at: number;
    },
  ): Promise<void>;
  command(
    id: string,
  ): Promise<{ id: string; type: CommandType; outcome: 'done' | 'superseded' | 'refused' | null; message: string | null } | null>;
  /** Calls back with the Canary that changed, soon after it did; pings survive reconnects. */
  onChange(listener: (key: CanaryKey) => void): () => void;
  close(): Promise<void>;
}
