import type { Phase, Strategy } from '../canary/Canary';
import type { Routes } from '@aviary/provider-contract';

/**
 * What is remembered of one Canary between two decisions. Written only by `judge`, stored as JSON in Postgres.
 * Bump `version` when the meaning of a field changes, and migrate on read.
 */
export interface RolloutState {
  version: 1;
  phase: Phase;
  /**
   * Where inside the phase, in the words of engine rules §1-§2:
   * `settling` (ready, first traffic soon), `analysing`, `rollingBack` (routes go home, then Failed),
   * `unhealthyPrimary` (failed promotion: the canary keeps the traffic), `closing` (post-rollout hooks), …
   */
  stage: Stage;
  /** Counts decisions about this Canary, from 1. */
  sequence: number;
  desired: Desired;
  /** The running or last rollout; null before the first. */
  rollout: RolloutProgress | null;
  /** The revision that the primary runs: the only safe place to go back to. */
  promoted: { revision: string; version: string } | null;
  /** Config checksums as of the last sync: `status.trackedConfigs`. */
  trackedConfigs: Record<string, string>;
  /** As in status: our hash, or Flagger's until our first own rollout (facts §11.3). */
  lastAppliedSpec: string;
  lastPromotedSpec: string;
  /**
   * Our hash of the target as of the last sync: what a change is measured against, whatever `lastAppliedSpec` says.
   * Empty: nothing known, any target counts as changed.
   */
  appliedRevision: string;
  /** Configs that changed while the template did not, and since when they have looked like this (R4); null when none waits. */
  configChange: { digest: string; since: number } | null;
  /** Milliseconds since the epoch of the last decision that changed phase, weight or counters. */
  lastTransitionAt: number;
  /** When the condition `Promoted` last changed its status, and its reason. Milliseconds since the epoch. */
  conditionSince: { status: number; reason: number };
  /** Last text per kind of notice, so that events are emitted on entry and on change of text only (R9). */
  notices: Record<string, string>;
  /** When those texts were told: some change with every pod that starts. */
  noticedAt: Record<string, number>;
  /** Fences of another life of the database that a person has adopted, or that were there before our first decision. */
  adoptedFences: string[];
  /** Since when target, primary and routes have been seen not ready, for deadlines (R6). */
  notReadySince: { target: number | null; primary: number | null; routes: number | null };
  /** Earliest time of the next decision that waits for time alone; null when it follows from `confirmedAt` and the stage. */
  notBefore: number | null;
}

export type Stage =
  | 'idle'
  | 'initialising'
  | 'draining'
  | 'scalingUp'
  | 'settling'
  | 'analysing'
  | 'promoting'
  | 'shifting'
  | 'rollingBack'
  | 'unhealthyPrimary'
  | 'closing'
  | 'terminating';

export interface RolloutProgress {
  id: string;
  revision: string;
  fromVersion: string;
  toVersion: string;
  strategy: Strategy;
  startedAt: number;
  endedAt: number | null;
  /** Decided weight of the canary. */
  weight: number;
  iterations: number;
  failedChecks: number;
  /** Looks so far, and how many of them had each verdict. */
  looks: number;
  /** Consecutive looks without data or with an error, by metric name. */
  noData: Record<string, number>;
  errors: Record<string, number>;
  /** When the canary first got live traffic; null before (R7). */
  firstTrafficAt: number | null;
  paused: { by: string; why: string; at: number } | null;
  /** Gates opened by a command: webhook types. */
  opened: string[];
  /** The gate that holds now, with the time since it does. */
  gate: { type: string; name: string; since: number } | null;
  /** Why the rollout is going back, once it is: the sentence of the decision, and what kind of cause. */
  rollback: { cause: RollbackCause; reason: string } | null;
  /** Set when promotion failed. */
  failedPromotion: boolean;
  skipped: boolean;
  /** The phase before this rollout: where a cancelled one returns to. */
  previousPhase: Phase;
}

/** Why traffic goes home. `reverted`: the target was set back to the promoted revision; nothing had failed. */
export type RollbackCause = 'checks' | 'noData' | 'errors' | 'notReady' | 'webhook' | 'command' | 'action' | 'reverted';

/** The world as it must become. `converge` compares it with a Situation; nothing else makes Kubernetes writes. */
export interface Desired {
  routes: Routes;
  /** The revision that the primary must run, with its config checksums; null: leave the primary as it is. */
  primary: { revision: string; configs: Record<string, string>; podId: string } | null;
  /** `zero`: scaled down; `running`: at least one replica; `untouched`: as the user has it. */
  target: 'zero' | 'running' | 'untouched';
  targetScaler: 'paused' | 'running';
  /** `managed`: our objects exist and are right; `reverted`: they are handed back (deletion with revertOnDeletion); `untouched`. */
  objects: 'managed' | 'reverted' | 'untouched';
  finalizer: boolean;
}
