import { ApiError } from '../apiserver/ApiError';
import type { Clock } from '../Clock';

/** Retries after a conflict wait this long, in milliseconds. */
const RETRY_AFTER = 100;

/**
 * A controller's queue: keys (`namespace/name`) wait once however often they are added, and are reconciled one after
 * the other on the clock, never on the stack of the write that caused them.
 */
export class Reconciler {
  private readonly waiting = new Set<string>();
  private readonly timers = new Map<string, { due: number; cancel: () => void }>();
  private cancelDrain: (() => void) | undefined;
  private closed = false;

  constructor(
    private readonly clock: Clock,
    private readonly reconcile: (namespace: string, name: string) => void,
  ) {}

  /** Reconciles `namespace/name` soon. */
  add(namespace: string, name: string): void {
    if (this.closed) return;
    this.waiting.add(`${namespace}/${name}`);
    this.cancelDrain ??= this.clock.after(0, () => this.drain());
  }

  /** Reconciles `namespace/name` after `delay` milliseconds; of several such wishes the earliest counts. */
  addAfter(namespace: string, name: string, delay: number): void {
    if (this.closed) return;
    const key = `${namespace}/${name}`;
    const due = this.clock.now() + delay;
    const set = this.timers.get(key);
    if (set && set.due <= due) return;
    set?.cancel();
    const cancel = this.clock.after(delay, () => {
      this.timers.delete(key);
      this.add(namespace, name);
    });
    this.timers.set(key, { due, cancel });
  }

  /** Forgets everything that waits. */
  close(): void {
    this.closed = true;
    this.cancelDrain?.();
    for (const { cancel } of this.timers.values()) cancel();
    this.timers.clear();
    this.waiting.clear();
  }

  private drain(): void {
    this.cancelDrain = undefined;
    const keys = [...this.waiting];
    this.waiting.clear();
    for (const key of keys) {
      const slash = key.indexOf('/');
      const [namespace, name] = [key.slice(0, slash), key.slice(slash + 1)];
      try {
        this.reconcile(namespace, name);
      } catch (error) {
        // A refusal (conflict, namespace being deleted, object gone) is part of life; anything else is a mistake in here.
        if (!(error instanceof ApiError)) throw error;
        if (error.code === 409) this.addAfter(namespace, name, RETRY_AFTER);
      }
    }
  }
}
