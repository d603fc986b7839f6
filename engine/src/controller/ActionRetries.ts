import type { Clock } from '../Clock';
import type { Action } from '../decision/Action';
import type { ActionOutcome } from '../decision/Situation';
import { ActionFailure } from './ActionFailure';

interface Trouble {
  outcome: ActionOutcome;
  nextAt: number;
}

/** First and longest delay between two tries, in milliseconds, by kind of failure (engine rules §2). */
const DELAYS: Record<NonNullable<ActionOutcome['kind']>, { first: number; longest: number }> = {
  conflict: { first: 100, longest: 1_000 },
  unavailable: { first: 1_000, longest: 30_000 },
  unauthorized: { first: 60_000, longest: 60_000 },
  refused: { first: 10_000, longest: 300_000 },
  misconfigured: { first: 10_000, longest: 300_000 },
};

/** Remembers which actions of the current desired world do not succeed, and when each is tried again. */
export class ActionRetries {
  readonly #clock: Clock;
  readonly #troubles = new Map<string, Trouble>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  due(key: string): boolean {
    const trouble = this.#troubles.get(key);
    return !trouble || trouble.nextAt <= this.#clock.now();
  }

  succeeded(key: string): void {
    this.#troubles.delete(key);
  }

  failed(action: Action, error: unknown): void {
    const failure =
      error instanceof ActionFailure ? error : new ActionFailure('failed', 'unavailable', String((error as Error)?.message ?? error));
    const before = this.#troubles.get(action.key)?.outcome;
    const attempts = (before?.kind === failure.kind ? before.attempts : 0) + 1;
    const now = this.#clock.now();
    const { first, longest } = DELAYS[failure.kind ?? 'refused'];
    const delay = Math.max(failure.retryAfter ?? 0, Math.min(longest, first * 2 ** Math.min(attempts - 1, 16)));
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
      nextAt: now + delay,
    });
  }

  /** What `judge` may know of it. */
  outcomes(): ActionOutcome[] {
    return [...this.#troubles.values()].map((trouble) => trouble.outcome);
  }

  /** When the next try is due; null when nothing failed. */
  nextAt(): number | null {
    const times = [...this.#troubles.values()].map((trouble) => trouble.nextAt);
    return times.length === 0 ? null : Math.min(...times);
  }

  /** Another world is desired now. */
  clear(): void {
    this.#troubles.clear();
  }
}
