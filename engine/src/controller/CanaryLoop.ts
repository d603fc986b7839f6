import { isDeepStrictEqual } from 'node:util';
import type { Clock } from '../Clock';
import type { Decision, Judgement } from '../decision/Decision';
import type { Action, Convergence } from '../decision/Action';
import type { Answer, Question } from '../decision/Question';
import type { Situation } from '../decision/Situation';
import type { RolloutState } from '../decision/RolloutState';
import type { CanaryRecord, Lease } from '../store/RolloutStore';
import type { Logger } from '../telemetry/Logger';
import { isUnsent } from '../kubernetes';
import { ActionFailure } from './ActionFailure';
import { ActionRetries } from './ActionRetries';
import { PassQueue, type Cause, type QueueTiming } from './PassQueue';
import { isStoreUnavailable } from './storeUnavailable';

/** What is known of a Canary between two passes, beside what the cluster shows. */
export interface Memory {
  state: RolloutState | null;
  confirmedAt: number | null;
  polledAt: number | null;
}

/** The parts of the way through the house, each with its own file; the loop only puts them in order. */
export interface LoopParts {
  /** The Canary's lease; null while this engine may not decide about it. */
  lease(): Lease | null;
  /** False while the API server is away: what is known may be the past, and nothing could be written. */
  inSight(): boolean;
  load(): Promise<CanaryRecord | null>;
  /** Null when the Canary is gone from the cluster. Outcomes of actions are added by the loop. */
  observe(cause: Cause, memory: Memory, lease: Lease): Promise<Omit<Situation, 'outcomes'> | null>;
  judge(situation: Situation, answers: Answer[]): Judgement;
  ask(questions: Question[], situation: Situation): Promise<Answer[]>;
  /** False when another engine was first: what is in memory is then stale. */
  record(lease: Lease, situation: Situation, answers: Answer[], decision: Decision): Promise<boolean>;
  converge(situation: Situation): Convergence;
  /** Makes one change in the cluster. @throws ActionFailure */
  act(action: Action, situation: Situation, lease: Lease): Promise<void>;
  /** Marks routes and primary as ours before anything else is written after a takeover. @throws ActionFailure */
  fence(situation: Situation, lease: Lease): Promise<void>;
  /** Calls `ready` once, when what was not sent because the API server does not keep up may be; the returned function leaves the line. */
  whenRoom(direction: Action['direction'], ready: () => void): () => void;
  confirm(lease: Lease, sequence: number, confirmedAt: number, dueAt: number | null): Promise<boolean>;
  /** Brings the Canary's status in line with what was decided and seen. @throws when it could not be written */
  report(situation: Situation, convergence: Convergence, lease: Lease): Promise<void>;
  /** The Canary is gone from the cluster. */
  forget(lease: Lease): Promise<void>;
  /** Another engine answers for the Canary now. */
  leave(): void;
}

/** More turns than any pass needs; a pass that takes more goes on later, so that one Canary cannot keep the process busy. */
const TURNS = 40;
/** First and longest time until a pass that failed is repeated, in milliseconds. */
const RETRY = 1_000;
const LONGEST_RETRY = 30_000;
/** When a status that could not be written is tried again. */
const REPORT_RETRY = 10_000;
/** The key under which a takeover's first write is retried. */
const FENCE = { key: 'fence', direction: 'backward' } as const;

/**
 * One Canary's way through the house: observe → judge/ask → record → converge → act → report, again and again,
 * whenever something changed or is due. It holds no rule of its own.
 */
export class CanaryLoop {
  readonly #parts: LoopParts;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #queue: PassQueue;
  readonly #retries: ActionRetries;
  #state: RolloutState | null = null;
  #confirmedAt: number | null = null;
  /** Whether the desired world was seen since it was decided on, by this decision or one before that wanted the same. */
  #wasSeen = false;
  #recordedDueAt: number | null = null;
  #polledAt: number | null = null;
  #loaded = false;
  #failures = 0;
  /** A command came that the running pass has not seen. */
  #commanded = false;
  #interrupt: (() => void) | null = null;
  /** Another engine may have begun what it did not record as done: the first write after a takeover is a fence. */
  #mustFence = false;
  /** Leaves the line of those whose writes were not sent. */
  #leaveLine: (() => void) | null = null;

  constructor(parts: LoopParts, options: { clock: Clock; logger: Logger; queueTiming?: QueueTiming }) {
    this.#parts = parts;
    this.#clock = options.clock;
    this.#logger = options.logger;
    this.#retries = new ActionRetries(options.clock);
    this.#queue = new PassQueue((cause) => this.#pass(cause), options.clock, options.queueTiming);
  }

  /** Something that this Canary depends on changed in the cluster. */
  changed(): void {
    this.#queue.changed();
  }

  /** The engine was granted a permission that it lacked. */
  permitted(): void {
    this.#retries.permitted();
    this.#queue.changed();
  }

  /** A command was written. A pass that waits for answers is given up for it: what was asked is asked again. */
  command(): void {
    this.#commanded = true;
    this.#interrupt?.();
    this.#queue.now('command');
  }

  /** The shard is ours, perhaps under a new epoch: what another engine decided must be read first. */
  takeover(): void {
    this.#loaded = false;
    this.#queue.now('takeover');
  }

  /** The shard is another engine's now. */
  lost(): void {
    this.#loaded = false;
    this.#leaveLine?.();
    this.#leaveLine = null;
    this.#parts.leave();
  }

  /** Resolves when no pass runs any more; one that waits for answers is given up. */
  async stop(): Promise<void> {
    const stopped = this.#queue.stop();
    this.#leaveLine?.();
    this.#commanded = true;
    this.#interrupt?.();
    await stopped;
  }

  async #pass(cause: Cause): Promise<void> {
    try {
      await this.#turns(cause);
      this.#failures = 0;
    } catch (error) {
      if (!isStoreUnavailable(error))
        this.#logger.error('a pass failed and will be repeated', { error: error instanceof Error ? error.stack : String(error) });
      else this.#logger.warn('the database does not answer: traffic stays where it is', { error: error.message });
      this.#queue.wakeAt(this.#clock.now() + Math.min(LONGEST_RETRY, RETRY * 2 ** this.#failures));
      this.#failures = Math.min(this.#failures + 1, 16);
    }
  }

  async #turns(cause: Cause): Promise<void> {
    let because = cause;
    for (let turn = 0; turn < TURNS; turn++) {
      const lease = this.#parts.lease();
      // When it is ours again we are told.
      if (!lease) return;
      // Moving on by what was, and only in the ledger, would catch up with a cluster that is elsewhere by then.
      if (!this.#parts.inSight()) return this.#queue.wakeAt(this.#clock.now() + RETRY);
      if (!this.#loaded) await this.#load();
      this.#commanded = false;
      const seen = await this.#parts.observe(because, this.#memory(), lease);
      if (!seen) return this.#parts.forget(lease);
      if (this.#mustFence && !(await this.#fence(seen, lease))) return;
      const { situation, convergence } = this.#withOutcomes(seen);
      const judged = await this.#judge(situation);
      if (!judged) return;
      because = 'acted';
      if (judged.judgement.kind === 'decide') {
        if (!(await this.#record(lease, situation, judged.answers, judged.judgement.decision))) return;
        continue;
      }
      if (await this.#settle(lease, situation, convergence, judged.judgement.wakeAt)) return;
    }
    this.#queue.wakeAt(this.#clock.now() + RETRY);
  }

  async #load(): Promise<void> {
    const record = await this.#parts.load();
    this.#state = record?.state ?? null;
    this.#confirmedAt = record?.confirmedAt ?? null;
    // An idle Canary costs no write at takeover either.
    this.#recordedDueAt = this.#confirmedAt === null ? null : -1;
    this.#polledAt = null;
    this.#wasSeen = this.#confirmedAt !== null;
    this.#retries.clear();
    this.#mustFence = this.#state?.rollout?.endedAt === null;
    this.#loaded = true;
  }

  async #fence(seen: Omit<Situation, 'outcomes'>, lease: Lease): Promise<boolean> {
    if (!this.#retries.due(FENCE.key, false)) return false;
    try {
      await this.#parts.fence({ ...seen, outcomes: [] }, lease);
      this.#mustFence = false;
      return true;
    } catch (error) {
      // The cluster is ahead of what we know: that is for people to decide, and nothing is written before they have.
      if (error instanceof ActionFailure && error.result === 'superseded') return true;
      this.#retries.failed(FENCE, error);
      this.#standInLine(FENCE.direction, error);
      this.#logger.warn('could not mark routes and primary as ours yet', { error: error instanceof Error ? error.message : String(error) });
      this.#queue.wakeAt(this.#retries.nextAt([FENCE], false));
      return false;
    }
  }

  /** What is missing in the world, and how the actions that are still to be taken fare. */
  #withOutcomes(seen: Omit<Situation, 'outcomes'>): { situation: Situation; convergence: Convergence } {
    const convergence = this.#parts.converge({ ...seen, outcomes: [] });
    this.#retries.keep(convergence.actions);
    return { situation: { ...seen, outcomes: this.#retries.outcomes() }, convergence };
  }

  /** Null when it was interrupted. */
  async #judge(situation: Situation): Promise<{ judgement: Exclude<Judgement, { kind: 'ask' }>; answers: Answer[] } | null> {
    const answers: Answer[] = [];
    for (;;) {
      const judgement = this.#parts.judge(situation, answers);
      if (judgement.kind !== 'ask') {
        if (answers.length > 0) this.#polledAt = situation.now;
        return { judgement, answers };
      }
      const more = await this.#ask(judgement.questions, situation);
      if (!more) return null;
      answers.push(...more);
    }
  }

  async #ask(questions: Question[], situation: Situation): Promise<Answer[] | null> {
    if (this.#commanded) return null;
    try {
      return await Promise.race([
        this.#parts.ask(questions, situation),
        new Promise<null>((resolve) => {
          this.#interrupt = () => resolve(null);
        }),
      ]);
    } finally {
      this.#interrupt = null;
    }
  }

  async #record(lease: Lease, situation: Situation, answers: Answer[], decision: Decision): Promise<boolean> {
    let recorded = false;
    try {
      recorded = await this.#parts.record(lease, situation, answers, decision);
    } finally {
      // After an error nobody knows whether it was committed: what is in memory may be stale.
      if (!recorded) this.#loaded = false;
    }
    if (!recorded) {
      this.#logger.info('another engine was first; reading what it decided', { sequence: decision.state.sequence });
      this.#queue.wakeAt(this.#clock.now() + RETRY);
      return false;
    }
    // What fails goes on failing while the same world is desired: only another one starts afresh.
    if (!isDeepStrictEqual(this.#state?.desired, decision.state.desired)) {
      this.#retries.clear();
      this.#wasSeen = false;
    }
    this.#state = decision.state;
    this.#confirmedAt = null;
    this.#recordedDueAt = null;
    return true;
  }

  /** Takes the next steps towards the desired world. True when there is nothing more to do for now. */
  async #settle(lease: Lease, situation: Situation, convergence: Convergence, wakeAt: number | null): Promise<boolean> {
    if (convergence.confirmed && this.#state && this.#confirmedAt === null) {
      this.#confirmedAt = situation.now;
      this.#wasSeen = true;
      return false;
    }
    // Whatever is to be done now was undone by somebody.
    const repairing = this.#wasSeen;
    const due = convergence.actions.filter(({ key }) => this.#retries.due(key, repairing));
    for (const action of due) if (!(await this.#act(action, situation, lease, repairing))) break;
    // Looked at again at once: to go on, and to tell of what failed.
    if (due.length > 0) return false;
    if (this.#confirmedAt !== null && this.#state && this.#recordedDueAt !== (wakeAt ?? -1)) {
      if (!(await this.#parts.confirm(lease, this.#state.sequence, this.#confirmedAt, wakeAt))) this.#loaded = false;
      this.#recordedDueAt = wakeAt ?? -1;
    }
    const reportAt = await this.#report(situation, convergence, lease);
    this.#queue.wakeAt(earliest(wakeAt, this.#retries.nextAt(convergence.actions, repairing), reportAt));
    return true;
  }

  async #act(action: Action, situation: Situation, lease: Lease, repairing: boolean): Promise<boolean> {
    try {
      await this.#parts.act(action, situation, lease);
      this.#retries.succeeded(action.key, repairing);
      if (repairing) this.#logger.warn('set back what somebody changed', { action: action.key });
      return true;
    } catch (error) {
      this.#retries.failed(action, error);
      this.#standInLine(action.direction, error);
      this.#logger.debug('an action failed', { action: action.key, error: error instanceof Error ? error.message : String(error) });
      return false;
    }
  }

  /** When to try again; null when it is written. */
  async #report(situation: Situation, convergence: Convergence, lease: Lease): Promise<number | null> {
    try {
      await this.#parts.report(situation, convergence, lease);
      return null;
    } catch (error) {
      if (this.#standInLine('forward', error)) return null;
      this.#logger.warn('could not write the status', { error: error instanceof Error ? error.message : String(error) });
      return this.#clock.now() + REPORT_RETRY;
    }
  }

  /** Waits for its turn to write, if that is what failed. What goes back to safety leaves a place further behind. */
  #standInLine(direction: Action['direction'], error: unknown): boolean {
    if (!isUnsent(error)) return false;
    if (direction === 'forward' && this.#leaveLine) return true;
    this.#leaveLine?.();
    this.#leaveLine = this.#parts.whenRoom(direction, () => {
      this.#leaveLine = null;
      this.#retries.roomy();
      this.#queue.now('acted');
    });
    return true;
  }

  #memory(): Memory {
    return { state: this.#state, confirmedAt: this.#confirmedAt, polledAt: this.#polledAt };
  }
}

function earliest(...times: (number | null)[]): number | null {
  const known = times.filter((time) => time !== null);
  return known.length === 0 ? null : Math.min(...known);
}
