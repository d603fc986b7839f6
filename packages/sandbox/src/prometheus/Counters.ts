import { type Labels, labelsKey, METRIC_NAME } from './Labels';

/** An ever-growing number; whoever counts adds to `value`. */
export interface Counter {
  /** With the metric's name. */
  readonly labels: Labels;
  value: number;
}

/** Ever-growing numbers, as a process exposes them on `/metrics`. */
export class Counters {
  /** What the metrics mean, by the name of their family (that of a histogram without `_bucket`). */
  readonly help: Readonly<Record<string, string>>;
  private readonly byKey = new Map<string, Counter>();

  constructor(help: Readonly<Record<string, string>> = {}) {
    this.help = help;
  }

  /**
   * The counter `name` with these labels; it appears with 0 when it is asked for the first time. Who counts often keeps it: finding it
   * costs far more than adding to it. What is added to it after it was removed is seen by nobody.
   */
  counter(name: string, labels: Labels): Counter {
    const all = { ...labels, [METRIC_NAME]: name };
    const key = labelsKey(all);
    let counter = this.byKey.get(key);
    if (!counter) this.byKey.set(key, (counter = { labels: all, value: 0 }));
    return counter;
  }

  /** Drops the series for which `gone` holds, as when a pod that exposed them has ended. */
  remove(gone: (labels: Labels) => boolean): void {
    for (const [key, { labels }] of this.byKey) if (gone(labels)) this.byKey.delete(key);
  }

  /** Every counter with its present value, in order of appearance. */
  readings(): Readonly<Counter>[] {
    return [...this.byKey.values()].map(({ labels, value }) => ({ labels, value }));
  }
}
