import type { Clock } from '../Clock';
import type { Action } from '../decision/Action';
import type { ActionOutcome } from '../decision/Situation';
import { isUnsent } from '../kubernetes';
import { ActionFailure } from './ActionFailure';

interface Trouble {
  outcome: ActionOutcome;
  nextAt: number;
  /** It was never sent: its turn comes when there is room. */
  unsent: boolean;
}

interface Taken {
  times: number;
  at: number;
}

interface Delays {
  first: number;
  longest: number;
}

/** First and longest delay between two tries, in milliseconds, by kind of failure (engine rules §2). */
const DELAYS: Record<NonNullable<ActionOutcome['kind']>, Delays> = {
  conflict: { first: 100, longest: 1_000 },
  unavailable: { first: 1_000, longest: 30_000 },
  unauthorized: { first: 60_000, longest: 60_000 },
  refused: { first: 10_000, longest: 300_000 },
  misconfigured: { first: 10_000, longest: 300_000 },
};
/** What was overtaken by the world is looked at again soon, and is no fault that anybody must mend. */
const SUPERSEDED = DELAYS.unavailable;
/** What was done and does not show is done again after these: a write that changes nothing must not become a thousand. */
const UNSEEN = DELAYS.unavailable;
/** The first repair is made at once, those of what comes back again after these (R8). */
const REPAIRS: Delays = { first: 10_000, longest: 300_000 };
/** When what was never sent is tried again although nobody called, in milliseconds. */
const CALLED_BY = 30_000;
/** Part of a delay that chance decides, so that a thousand Canaries do not come back in step after an outage. */
const JITTER = 0.25;

/**
 * Remembers which actions of the current desired world do not succeed, and which repairs did not last: when each may
 * be tried again.
 */
export class ActionRetries {
  readonly #clock: Clock;
  readonly #random: () => number;
  readonly #troubles = new Map<string, Trouble>();
  readonly #unseen = new Map<string, Taken>();
  readonly #repairs = new Map<string, Taken>();

  /** `random` as Math.random. */
  constructor(clock: Clock, random: () => number = Math.random) {
    this.#clock = clock;
    this.#random = random;
  }

  /** Whether the action may be taken now. `repairing`: the world was as desired, and something has changed it since. */
  due(key: string, repairing: boolean): boolean {
    return this.#dueAt(key, repairing) <= this.#clock.now();
  }

  /** When the next of these actions may be taken; null when there is none. */
  nextAt(actions: readonly Pick<Action, 'key'>[], repairing: boolean): number | null {
    return actions.length === 0 ? null : Math.min(...actions.map(({ key }) => this.#dueAt(key, repairing)));
  }

  succeeded(key: string, repairing: boolean): void {
    this.#troubles.delete(key);
    const at = this.#clock.now();
    if (!repairing) {
      this.#unseen.set(key, { times: (this.#unseen.get(key)?.times ?? 0) + 1, at });
      return;
    }
    const before = this.#repairs.get(key);
    const comesBack = before !== undefined && at - before.at <= 2 * delayOf(REPAIRS, before.times);
    this.#repairs.set(key, { times: comesBack ? before.times + 1 : 1, at });
  }

  failed(action: Pick<Action, 'key' | 'direction'>, error: unknown): void {
    const failure =
      error instanceof ActionFailure ? error : new ActionFailure('failed', 'unavailable', String((error as Error)?.message ?? error));
    const before = this.#troubles.get(action.key)?.outcome;
    const attempts = (before?.kind === failure.kind ? before.attempts : 0) + 1;
    const now = this.#clock.now();
    const unsent = isUnsent(failure);
    const usual = delayOf(failure.kind === null ? SUPERSEDED : DELAYS[failure.kind], attempts);
    const delay = (unsent ? CALLED_BY : usual) * (1 + JITTER * this.#random());
    this.#troubles.set(action.key, {
      outcome: {
        key: action.key,
        result: failure.result,
        kind: failure.kind,
        message: failure.message,
        attempts,
        since: before?.since ?? now,
        direction: action.direction,
      },
      nextAt: now + Math.round(Math.max(failure.retryAfter ?? 0, delay)),
      unsent,
    });
  }

  /** A permission was granted: what was refused for want of one may be tried at once. */
  permitted(): void {
    this.#dueNow(({ outcome }) => outcome.kind === 'unauthorized');
  }

  /** There is room for a write: what was never sent may be. */
  roomy(): void {
    this.#dueNow(({ unsent }) => unsent);
  }

  /** Forgets what became of actions that need not be taken any more, or not now. */
  keep(actions: readonly Pick<Action, 'key'>[]): void {
    const keys = new Set(actions.map(({ key }) => key));
    for (const known of [this.#troubles, this.#unseen]) for (const key of known.keys()) if (!keys.has(key)) known.delete(key);
  }

  /** What `judge` may know of it. */
  outcomes(): ActionOutcome[] {
    return [...this.#troubles.values()].map((trouble) => trouble.outcome);
  }

  /** Another world is desired now. */
  clear(): void {
    this.#troubles.clear();
    this.#unseen.clear();
  }

  #dueNow(which: (trouble: Trouble) => boolean): void {
    const now = this.#clock.now();
    for (const trouble of this.#troubles.values()) if (which(trouble)) trouble.nextAt = Math.min(trouble.nextAt, now);
  }

  #dueAt(key: string, repairing: boolean): number {
    const [taken, delays] = repairing ? [this.#repairs.get(key), REPAIRS] : [this.#unseen.get(key), UNSEEN];
    return Math.max(this.#troubles.get(key)?.nextAt ?? 0, taken === undefined ? 0 : taken.at + delayOf(delays, taken.times));
  }
}

function delayOf({ first, longest }: Delays, times: number): number {
  return Math.min(longest, first * 2 ** Math.min(times - 1, 16));
}
