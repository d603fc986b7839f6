import { type Labels, labelsKey, METRIC_NAME } from './Labels';
import type { Reading } from './SampleStore';

/** Ever-growing numbers, as a process exposes them on `/metrics`. */
export class Counters {
  /** What the metrics mean, by the name of their family (that of a histogram without `_bucket`). */
  readonly help: Readonly<Record<string, string>>;
  private readonly byKey = new Map<string, { labels: Labels; value: number }>();

  constructor(help: Readonly<Record<string, string>> = {}) {
    this.help = help;
  }

  /** Adds `amount` (0 makes the series appear) to the counter `name` with these labels. */
  add(name: string, labels: Labels, amount: number): void {
    const all = { ...labels, [METRIC_NAME]: name };
    const key = labelsKey(all);
    const counter = this.byKey.get(key);
    if (counter) counter.value += amount;
    else this.byKey.set(key, { labels: all, value: amount });
  }

  /** Drops the series for which `gone` holds, as when a pod that exposed them has ended. */
  remove(gone: (labels: Labels) => boolean): void {
    for (const [key, { labels }] of this.byKey) if (gone(labels)) this.byKey.delete(key);
  }

  /** Every counter with its present value, in order of appearance. */
  readings(): Reading[] {
    return [...this.byKey.values()].map(({ labels, value }) => ({ labels, value }));
  }
}
