import type { Clock } from './Clock';

interface Timer {
  due: number;
  order: number;
  callback: () => void;
}

/** A clock that stands still until told to go on. Timers run in the order they fall due, on the caller's stack. */
export class ManualClock implements Clock {
  private time: number;
  private order = 0;
  private readonly timers = new Set<Timer>();

  /** `start` in milliseconds since the epoch. */
  constructor(start: number = Date.UTC(2024, 0, 1)) {
    this.time = start;
  }

  now(): number {
    return this.time;
  }

  after(delay: number, callback: () => void): () => void {
    const timer = { due: this.time + Math.max(0, delay), order: this.order++, callback };
    this.timers.add(timer);
    return () => this.timers.delete(timer);
  }

  /** Lets `milliseconds` pass, running every timer that falls due, also those that the timers themselves set. */
  advance(milliseconds: number): void {
    const end = this.time + milliseconds;
    for (let next = this.next(end); next; next = this.next(end)) {
      this.timers.delete(next);
      this.time = Math.max(this.time, next.due);
      next.callback();
    }
    this.time = end;
  }

  /** Lets `milliseconds` pass without running a timer, as for a process that was stopped; what fell due runs at the next `advance`. */
  standStill(milliseconds: number): void {
    this.time += milliseconds;
  }

  private next(end: number): Timer | undefined {
    let best: Timer | undefined;
    for (const timer of this.timers) {
      if (timer.due > end) continue;
      if (!best || timer.due < best.due || (timer.due === best.due && timer.order < best.order)) best = timer;
    }
    return best;
  }
}
