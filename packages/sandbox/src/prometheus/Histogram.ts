import type { Counter, Counters } from './Counters';
import type { Labels } from './Labels';

/** One histogram as Prometheus has it: `<name>_bucket` with cumulated counts by their upper bound `le`, `<name>_sum` and `<name>_count`. */
export class Histogram {
  private readonly buckets: Counter[];
  private readonly infinite: Counter;
  private readonly sum: Counter;
  private readonly count: Counter;

  /** All its series appear at once. `bounds` ascend; the one that is infinite is added. */
  constructor(
    counters: Counters,
    name: string,
    labels: Labels,
    private readonly bounds: readonly number[],
  ) {
    const bucket = (le: string) => counters.counter(`${name}_bucket`, { ...labels, le });
    this.buckets = bounds.map((bound) => bucket(String(bound)));
    this.infinite = bucket('+Inf');
    this.sum = counters.counter(`${name}_sum`, labels);
    this.count = counters.counter(`${name}_count`, labels);
  }

  /** Counts `value` in every bucket whose bound it does not exceed. */
  observe(value: number): void {
    for (let i = this.bounds.length - 1; i >= 0 && value <= this.bounds[i]; i--) this.buckets[i].value += 1;
    this.infinite.value += 1;
    this.sum.value += value;
    this.count.value += 1;
  }
}
