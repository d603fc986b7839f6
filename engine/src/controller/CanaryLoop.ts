import { isDeepStrictEqual } from 'node:util';
import type { Clock } from '../Clock';
import type { Decision, Judgement } from '../decision/Decision';
import type { Action, Convergence } from '../decision/Action';
import type { Answer, Question } from '../decision/Question';
import type { ActionOutcome, Situation } from '../decision/Situation';
import type { RolloutState } from '../decision/RolloutState';
import type { CanaryRecord, Lease } from '../store/RolloutStore';
import type { Logger } from '../telemetry/Logger';
import { ActionRetries } from './ActionRetries';
import { PassQueue, type Cause, type QueueTiming } from './PassQueue';
import { isStoreUnavailable } from './storeUnavailable';

/** What is known of a Canary between two passes, beside what the cluster shows. */
export interface Memory {
  state: RolloutState | null;
  confirmedAt: number | null;
  outcomes: ActionOutcome[];
}

/** The parts of the way through the house, each with its own file; the loop only puts them in order. */
export interface LoopParts {
  /** The Canary's lease; null while this engine may not decide about it. */
  lease(): Lease | null;
  load(): Promise<CanaryRecord | null>;
  /** Null when the Canary is gone from the cluster. */
  observe(cause: Cause, memory: Memory): Promise<Situation | null>;
  judge(situation: Situation, answers: Answer[]): Judgement;
  ask(questions: Question[], situation: Situation): Promise<Answer[]>;
  /** False when another engine was first: what is in memory is then stale. */
  record(lease: Lease, situation: Situation, answers: Answer[], decision: Decision): Promise<boolean>;
  converge(situation: Situation): Convergence;
  /** Makes one change in the cluster. @throws ActionFailure */
  act(action: Action, situation: Situation, lease: Lease): Promise<void>;
  /** Marks the route objects as ours before anything else is written after a takeover. @throws ActionFailure */
  fence(situation: Situation, lease: Lease): Promise<void>;
  confirm(lease: Lease, sequence: number, confirmedAt: number, dueAt: number | null): Promise<boolean>;
  /** Brings the Canary's status in line with what was decided and seen. Null while it should be tried again soon. */
  report(situation: Situation, convergence: Convergence): Promise<void>;
  forget(lease: Lease): Promise<void>;
}

/** More turns than any pass needs; a pass that takes more goes on later, so that one Canary cannot keep the process busy. */
const TURNS = 40;
const DATABASE_RETRY = 1_000;

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
  #recordedDueAt: number | null = null;
  #loaded = false;
  /** Another engine may have begun what it did not record as done: the first write after a takeover is a fence. */
  #mustFence = false;

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

  /** A command was written. */
  command(): void {
    this.#queue.now('command');
  }

  /** The shard is ours, perhaps under a new epoch: what another engine decided must be read first. */
  takeover(): void {
    this.#loaded = false;
    this.#queue.now('takeover');
  }

  /** Resolves when no pass runs any more. */
  async stop(): Promise<void> {
    await this.#queue.stop();
  }

  async #pass(cause: Cause): Promise<void> {
    try {
      await this.#turns(cause);
    } catch (error) {
      if (!isStoreUnavailable(error))
        this.#logger.error('a pass failed and will be repeated', { error: error instanceof Error ? error.stack : String(error) });
      else this.#logger.warn('the database does not answer: traffic stays where it is', { error: error.message });
      this.#queue.wakeAt(this.#clock.now() + DATABASE_RETRY);
    }
  }

  async #turns(cause: Cause): Promise<void> {
    let because = cause;
    for (let turn = 0; turn < TURNS; turn++) {
      const lease = this.#parts.lease();
      if (!lease) return;
      if (!this.#loaded) await this.#load();
      const situation = await this.#parts.observe(because, this.#memory());
      if (!situation) {
        await this.#parts.forget(lease);
        return;
      }
      if (this.#mustFence && !(await this.#fence(situation, lease))) return;
      const { judgement, answers } = await this.#judge(situation);
      because = 'acted';
      if (judgement.kind === 'decide') {
        if (!(await this.#record(lease, situation, answers, judgement.decision))) return;
        continue;
      }
      if (await this.#settle(lease, situation, judgement.wakeAt)) return;
    }
    this.#queue.wakeAt(this.#clock.now() + DATABASE_RETRY);
  }

  async #load(): Promise<void> {
    const record = await this.#parts.load();
    this.#state = record?.state ?? null;
    this.#confirmedAt = record?.confirmedAt ?? null;
    // An idle Canary costs no write at takeover either.
    this.#recordedDueAt = this.#confirmedAt === null ? null : -1;
    this.#retries.clear();
    this.#mustFence = this.#state?.rollout?.endedAt === null;
    this.#loaded = true;
  }

  async #fence(situation: Situation, lease: Lease): Promise<boolean> {
    try {
      await this.#parts.fence(situation, lease);
      this.#mustFence = false;
      return true;
    } catch (error) {
      this.#logger.warn('could not mark the routes as ours yet', { error: error instanceof Error ? error.message : String(error) });
      this.#queue.wakeAt(this.#clock.now() + DATABASE_RETRY);
      return false;
    }
  }

  async #judge(situation: Situation): Promise<{ judgement: Exclude<Judgement, { kind: 'ask' }>; answers: Answer[] }> {
    const answers: Answer[] = [];
    for (;;) {
      const judgement = this.#parts.judge(situation, answers);
      if (judgement.kind !== 'ask') return { judgement, answers };
      answers.push(...(await this.#parts.ask(judgement.questions, situation)));
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
      this.#queue.wakeAt(this.#clock.now() + DATABASE_RETRY);
      return false;
    }
    // What fails goes on failing while the same world is desired: only another one starts afresh.
    if (!isDeepStrictEqual(this.#state?.desired, decision.state.desired)) this.#retries.clear();
    this.#state = decision.state;
    this.#confirmedAt = null;
    this.#recordedDueAt = null;
    return true;
  }

  /** Takes the next steps towards the desired world. True when there is nothing more to do for now. */
  async #settle(lease: Lease, situation: Situation, wakeAt: number | null): Promise<boolean> {
    const convergence = this.#parts.converge(situation);
    if (convergence.confirmed && this.#state && this.#confirmedAt === null) {
      this.#confirmedAt = situation.now;
      return false;
    }
    let acted = false;
    for (const action of convergence.actions) {
      if (!this.#retries.due(action.key)) continue;
      if (!(await this.#act(action, situation, lease))) break;
      acted = true;
    }
    if (acted) return false;
    if (this.#confirmedAt !== null && this.#state && this.#recordedDueAt !== (wakeAt ?? -1)) {
      if (!(await this.#parts.confirm(lease, this.#state.sequence, this.#confirmedAt, wakeAt))) this.#loaded = false;
      this.#recordedDueAt = wakeAt ?? -1;
    }
    await this.#parts.report(situation, convergence);
    this.#queue.wakeAt(earliest(wakeAt, this.#retries.nextAt()));
    return true;
  }

  async #act(action: Action, situation: Situation, lease: Lease): Promise<boolean> {
    try {
      await this.#parts.act(action, situation, lease);
      this.#retries.succeeded(action.key);
      return true;
    } catch (error) {
      this.#retries.failed(action, error);
      return false;
    }
  }

  #memory(): Memory {
    return { state: this.#state, confirmedAt: this.#confirmedAt, outcomes: this.#retries.outcomes() };
  }
}

function earliest(one: number | null, other: number | null): number | null {
  if (one === null) return other;
  return other === null ? one : Math.min(one, other);
}
