import { BoundedMap } from './BoundedMap';

/** What client-go's recorder remembers at most of each sort. */
const REMEMBERED = 4096;
/** From so many messages on that differ within ten minutes of the last, the rest are told in one event. */
const SIMILAR = 10;
const SIMILAR_FOR = 600_000;
/** A source may tell so many things of an object at once, and one more every five minutes. */
const BURST = 25;
const REFILL = 300_000;

/** What a controller has to tell. */
export interface Telling {
  /** Whatever tells the source, the object and the type of the event apart from others. */
  about: string;
  /** The part of the object, and what happened to it. */
  reason: string;
  message: string;
}

/** How an event is to be written; `name` is that of the event there was before, if it goes on. */
export interface Correlated {
  key: string;
  message: string;
  count: number;
  name?: string;
  /** When it happened first, in milliseconds since the epoch. */
  first: number;
  /** Told too often: not to be written now. */
  skip: boolean;
}

/**
 * Keeps events from becoming a flood, with the rules and figures of Kubernetes' own controllers (client-go, `tools/record`): the same again
 * counts up, what is nearly the same is combined, and who tells too much is not heard for a while.
 */
export class EventCorrelator {
  private readonly seen = new BoundedMap<string, { name?: string; first: number; count: number }>(REMEMBERED);
  private readonly similar = new BoundedMap<string, { messages: Set<string>; at: number }>(REMEMBERED);
  private readonly budgets = new BoundedMap<string, { left: number; at: number }>(REMEMBERED);

  /** Judges one telling at a moment (milliseconds since the epoch). */
  correlate(telling: Telling, now: number): Correlated {
    const group = `${telling.about} ${telling.reason}`;
    const combined = this.isOneOfMany(group, telling.message, now);
    const key = combined ? group : `${group} ${telling.message}`;
    const message = combined ? `(combined from similar events): ${telling.message}` : telling.message;
    const before = this.seen.get(key);
    const next = { ...before, first: before?.first ?? now, count: (before?.count ?? 0) + 1 };
    this.seen.set(key, next);
    return { ...next, key, message, skip: !this.spend(telling.about, now) };
  }

  /** Remembers under which name an event was written. */
  written(key: string, name: string): void {
    const known = this.seen.get(key);
    if (known) known.name = name;
  }

  private isOneOfMany(group: string, message: string, now: number): boolean {
    const before = this.similar.get(group);
    const messages = before && now - before.at <= SIMILAR_FOR ? before.messages : new Set<string>();
    messages.add(message);
    const isOneOfMany = messages.size >= SIMILAR;
    if (isOneOfMany) messages.delete(message);
    this.similar.set(group, { messages, at: now });
    return isOneOfMany;
  }

  private spend(about: string, now: number): boolean {
    const { left, at } = this.budgets.get(about) ?? { left: BURST, at: now };
    const available = Math.min(BURST, left + (now - at) / REFILL);
    const granted = available >= 1;
    this.budgets.set(about, { left: granted ? available - 1 : available, at: now });
    return granted;
  }
}
