import { type Labels, labelsKey, METRIC_NAME } from './Labels';
import type { Reading } from './SampleStore';

interface Counter {
  labels: Labels;
  value: number;
}

/** Ever-growing numbers, as a process exposes them on `/metrics`. */
export class Counters {
  /** What the metrics mean, by the name of their family (that of a histogram without `_bucket`). */
  readonly help: Readonly<Record<string, string>>;
  private readonly byKey = new Map<string, Counter>();
  // By the labels in the order in which they were given: one request adds to dozens of counters, and sorting costs the most.
  private readonly asGiven = new Map<string, Counter>();

  constructor(help: Readonly<Record<string, string>> = {}) {
    this.help = help;
  }

  /** Adds `amount` (0 makes the series appear) to the counter `name` with these labels. */
  add(name: string, labels: Labels, amount: number): void {
    let given = name;
    for (const label in labels) given += `\0${label}\0${labels[label]}`;
    let counter = this.asGiven.get(given);
    if (!counter) this.asGiven.set(given, (counter = this.find({ ...labels, [METRIC_NAME]: name })));
    counter.value += amount;
  }

  /** Drops the series for which `gone` holds, as when a pod that exposed them has ended. */
  remove(gone: (labels: Labels) => boolean): void {
    for (const counters of [this.byKey, this.asGiven]) {
      for (const [key, { labels }] of counters) if (gone(labels)) counters.delete(key);
    }
  }

  /** Every counter with its present value, in order of appearance. */
  readings(): Reading[] {
    return [...this.byKey.values()].map(({ labels, value }) => ({ labels, value }));
  }

  private find(labels: Labels): Counter {
    const key = labelsKey(labels);
    let counter = this.byKey.get(key);
    if (!counter) this.byKey.set(key, (counter = { labels, value: 0 }));
    return counter;
  }
}
