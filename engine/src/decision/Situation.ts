import type { RouterAbilities, Routes } from '@aviary/provider-contract';
import type { Problem } from '../canary/Canary';
import type { ParsedCanary } from '../canary/parseCanary';
import type { RolloutState } from './RolloutState';

/**
 * Everything that may be known when a decision is made: the one input of `judge` and `converge`, beside answers.
 * It is JSON, it is stored with the decision, and it never holds pod specs or secret values: hashes and
 * references stand for them.
 */
export interface Situation {
  /** Milliseconds since the epoch on the engine's clock. */
  now: number;
  /** Why the engine looked, for the record. What may happen depends on time and state, never on this. */
  cause: 'due' | 'changed' | 'command' | 'acted' | 'takeover';
  canary: ObservedCanary;
  /** What is wrong with the Canary or with what it refers to. Nothing moves forward while there is one. */
  problems: Problem[];
  /** Null before the first decision about this Canary. */
  state: RolloutState | null;
  /** When the world was first seen to be as `state.desired` says; null while it is not ("open"). */
  confirmedAt: number | null;
  /** When something was last asked. In memory only: polls that find nothing new leave no trace in the ledger (R9). */
  polledAt: number | null;
  /** Fences in the cluster of decisions that the database does not know: it was restored, or is a new one (engine rules §3). */
  fencesAhead: string[];
  target: ObservedWorkload;
  primary: ObservedWorkload;
  /** Ready endpoints of the two versions, from EndpointSlices. */
  endpoints: { primary: number; canary: number };
  /** ConfigMaps and Secrets of the target's pod template, by `configmap/<name>` or `secret/<name>`. */
  configs: Record<string, ObservedConfig>;
  objects: Record<ManagedObject, ObservedObject>;
  /** Null when the Canary has no autoscalerRef. `paused` is about KEDA; an HPA idles at zero replicas by itself. */
  targetScaler: { present: boolean; paused: boolean; minReplicas: number | null } | null;
  routes: ObservedRoutes;
  abilities: RouterAbilities;
  checks: ObservedCheck[];
  hooks: ObservedHook[];
  /** Commands not yet answered, oldest first. */
  commands: Command[];
  /** Actions of the current desired world that do not succeed. Those that did show in the world. */
  outcomes: ActionOutcome[];
  draws: Draws;
  settings: Settings;
}

/** The Canary as read, and what only the shell can know of it. `importedStatus` counts while there is no state of ours. */
export interface ObservedCanary extends ParsedCanary {
  /** A foreign writer changed `/status`: we hold. */
  drivenByAnother: string | null;
}

export interface ObservedWorkload {
  present: boolean;
  /** Our hash of the pod template; of the primary: hash of the template it was promoted from. Null when absent. */
  revision: string | null;
  /** The image tag, or tags joined by comma when containers differ, for people. */
  version: string;
  generation: number;
  /** `spec.replicas`. */
  replicas: number;
  updated: number;
  available: number;
  /** Ready on the spec that was last written by us or seen, by facts §2.6 and the canary's thresholds. */
  ready: boolean;
  /** Why it is not ready, in Flagger's words (facts §2.6); empty when ready. */
  notReadyReason: string;
  /** The Deployment's own progress deadline is exceeded. */
  deadlineExceeded: boolean;
  /** Annotation `aviary.dev/fence` of the primary: `<epoch>.<sequence>`; null without one. */
  fence: string | null;
  /** Annotation `flagger-id` of the primary's pod template. */
  podId: string | null;
  /** Checksums of the config copies that the primary runs with, by reference. */
  configs: Record<string, string>;
}

export type ObservedConfig = { state: 'seen'; checksum: string } | { state: 'missing' } | { state: 'unreadable'; message: string };

/** What the engine creates and keeps for a Canary, beside the primary workload and the routes. */
export type ManagedObject = 'canaryService' | 'primaryService' | 'apexService' | 'primaryScaler' | 'finalizer';

export type ObservedObject =
  | { state: 'absent' }
  | { state: 'matching' }
  /** `differs`: not as it must be; `by` is the field manager of the last write, for events. */
  | { state: 'differs'; by: string | null }
  /** Owned by somebody else and not adoptable. */
  | { state: 'foreign'; owner: string }
  /** Not wanted by this Canary. */
  | { state: 'unwanted' };

export type ObservedRoutes =
  | {
      state: 'seen';
      routes: Routes;
      /** Nothing but weights differs from what we would write. */ intact: boolean;
      fence: string | null;
      by: string | null;
    }
  | { state: 'absent' }
  | { state: 'notAccepted'; reason: string; routes?: Routes; fence: string | null }
  | { state: 'unreadable'; reason: string };

/** A metric check made ready to be asked: built-in, inline or from a template. Same order as `spec.analysis.metrics`. */
export interface ObservedCheck {
  index: number;
  name: string;
  kind: 'builtIn' | 'inline' | 'template';
  /** Rendered query for the canary; for the primary too where the query names the workload. Null with `error`. */
  query: { canary: string; primary: string | null } | null;
  /** Why there is no query: missing template, bad variable, template outside the supported subset. */
  error: Problem | null;
  /** Who is asked: `Prometheus`, `Datadog`. */
  source: string;
  /** How values are shown: `%`, `ms`, or empty. */
  unit: string;
  /** What people read: `request success rate`. */
  label: string;
  /** Router id, for Flagger's event texts of built-in checks; otherwise empty. */
  provider: string;
  /** A raw answer times this is a value in `unit`. */
  scale: number;
}

/** A webhook of the Canary. Same order as `spec.analysis.webhooks`. */
export interface ObservedHook {
  index: number;
  /** Why it cannot be called at all (egress policy, bad URL). */
  error: Problem | null;
}

export type CommandType = 'pause' | 'resume' | 'approve' | 'reject' | 'abort' | 'promote' | 'retry' | 'adopt';

export interface Command {
  id: string;
  type: CommandType;
  /** The rollout that was meant; null when none was running. */
  rolloutId: string | null;
  revision: string | null;
  /** `approve` and `reject`: the gate meant, a webhook type or `pause`. */
  gate: string | null;
  by: string;
  why: string;
  at: number;
}

/** How an action of the current desired world fares. */
export interface ActionOutcome {
  /** The action's key. */
  key: string;
  result: 'superseded' | 'failed';
  kind: 'conflict' | 'refused' | 'unauthorized' | 'unavailable' | 'misconfigured' | null;
  message: string;
  attempts: number;
  /** When it first failed. */
  since: number;
  /** Whether it moves the rollout forward (capacity up, traffic to the canary, promotion) or back to safety. */
  direction: 'forward' | 'backward';
}

/** Randomness, drawn by the shell and stored, so that a replay draws the same. */
export interface Draws {
  rolloutId: string;
  podId: string;
}

export interface Settings {
  /** Consecutive no-data looks before rollback, when the metric says nothing: max(this, threshold). */
  noDataLimit: number;
  /** Consecutive error looks before rollback, when the metric says nothing: max(this, 3 × threshold). */
  errorLimit: number;
  /** Milliseconds that a change of configs alone waits, so that one apply is one rollout (R4). */
  configQuietTime: number;
}
