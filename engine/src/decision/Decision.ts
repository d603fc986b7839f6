import type { Question } from './Question';
import type { RolloutState } from './RolloutState';

/** What `judge` says: ask these first; or decide; or nothing to do until `wakeAt` (or until something changes). */
export type Judgement =
  { kind: 'ask'; questions: Question[] } | { kind: 'decide'; decision: Decision } | { kind: 'idle'; wakeAt: number | null };

/** One step of one Canary, recorded in one transaction before anything is done about it. */
export interface Decision {
  /** What it was, for people and pictures. */
  kind: DecisionKind;
  /** The next state; `state.sequence` is one more than before, `state.desired` is the world to make. */
  state: RolloutState;
  /** The verdict of a look; null when nothing was judged. */
  verdict: Verdict | null;
  /** Every check of the look, in the order asked, also those not asked. */
  checks: CheckResult[];
  /** Kubernetes events and event webhooks, in order; Flagger's texts (facts §7). */
  events: { type: 'Normal' | 'Warning'; message: string }[];
  /** Flagger's alerts (facts §6.2). */
  alerts: {
    severity: 'info' | 'warn' | 'error';
    message: string;
    /** Whether Target, threshold, deadline and routing go with it. */ withMetadata: boolean;
  }[];
  /** One sentence for the person on call: cause, number, limit, budget. */
  reason: string;
  /** Commands that this decision answers. */
  answers: { commandId: string; outcome: 'done' | 'superseded' | 'refused'; message: string }[];
}

export type DecisionKind =
  | 'initialise' // objects are being made
  | 'initialised'
  | 'import' // taken over from Flagger's status
  | 'start' // a new revision was seen, the canary is scaled up
  | 'restart' // another revision during the analysis
  | 'ready' // the canary is ready, first traffic soon
  | 'advance' // more traffic or another iteration
  | 'hold' // a look that did not advance
  | 'wait' // a gate holds
  | 'notice' // something to say, nothing moves
  | 'promote' // the primary gets the new revision
  | 'shift' // traffic goes back to the primary
  | 'finalise'
  | 'succeed'
  | 'rollback' // traffic goes home
  | 'fail'
  | 'cancel' // the change was taken back while waiting
  | 'pause'
  | 'resume'
  | 'invalid' // the Canary cannot be acted on
  | 'closed' // post-rollout hooks answered
  | 'terminate';

export type Verdict = 'pass' | 'fail' | 'noData' | 'error';

export interface CheckResult {
  name: string;
  kind: 'metric' | 'webhook';
  /** Webhook type, for webhooks. */
  type?: string;
  value: number | null;
  /** The same query for the primary; shown, not judged. */
  primaryValue: number | null;
  min: number | null;
  max: number | null;
  unit: string;
  verdict: Verdict | 'notAsked';
  /** A phrase: `98.69 % is below 99 %`, `200`, `Prometheus answered 503`. */
  reason: string;
  source?: string;
  query?: string;
  /** Milliseconds of the query window. */
  window?: number;
  /** Milliseconds that the answer took. */
  took?: number;
}
