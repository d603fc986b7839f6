import type { Sample } from '../PackedSamples';
import { CarefulSum, quantileOf } from './arithmetic';

/** A range of samples (at least one) and the window they were looked up in, in milliseconds. */
export interface Window {
  samples: readonly Sample[];
  start: number;
  end: number;
  /** The evaluation time. */
  now: number;
}

/** Functions from a window of one series to one number; `undefined` yields no series, as with fewer than two samples for `rate`. */
export const RANGE_FUNCTIONS: Readonly<Record<string, (window: Window, ...parameters: number[]) => number | undefined>> = {
  rate: (window) => extrapolate(window, { counter: true, perSecond: true }),
  increase: (window) => extrapolate(window, { counter: true, perSecond: false }),
  delta: (window) => extrapolate(window, { counter: false, perSecond: false }),
  irate: ({ samples }) => instant(samples, true),
  idelta: ({ samples }) => instant(samples, false),
  changes: ({ samples }) => pairs(samples, (a, b) => a !== b && !(Number.isNaN(a) && Number.isNaN(b))),
  resets: ({ samples }) => pairs(samples, (a, b) => b < a),
  deriv: ({ samples }) => (samples.length < 2 ? undefined : regression(samples, samples[0].time).slope),
  predict_linear: ({ samples, now }, seconds) => {
    if (samples.length < 2) return undefined;
    const { slope, intercept } = regression(samples, now);
    return slope * seconds + intercept;
  },
  avg_over_time: ({ samples }) => meanOf(samples),
  min_over_time: ({ samples }) => samples.map(({ value }) => value).reduce((a, b) => (b < a || Number.isNaN(a) ? b : a)),
  max_over_time: ({ samples }) => samples.map(({ value }) => value).reduce((a, b) => (b > a || Number.isNaN(a) ? b : a)),
  sum_over_time: ({ samples }) => sum(samples.map(({ value }) => value)),
  count_over_time: ({ samples }) => samples.length,
  last_over_time: ({ samples }) => samples.at(-1)?.value,
  present_over_time: () => 1,
  quantile_over_time: ({ samples }, q) =>
    quantileOf(
      q,
      samples.map(({ value }) => value),
    ),
  stdvar_over_time: ({ samples }) => variance(samples),
  stddev_over_time: ({ samples }) => Math.sqrt(variance(samples)),
};

/**
 * The change over a window, stretched to the window's edges the way Prometheus 2.42 does: to an edge if the samples come within 1.1
 * times their average distance of it, else by half that distance. A counter counts as beginning where it was zero, if that lies inside.
 */
function extrapolate(
  { samples, start, end }: Window,
  { counter, perSecond }: { counter: boolean; perSecond: boolean },
): number | undefined {
  if (samples.length < 2) return undefined;
  const first = samples[0];
  const last = samples[samples.length - 1];
  let change = last.value - first.value;
  if (counter) {
    for (let i = 1; i < samples.length; i++) if (samples[i].value < samples[i - 1].value) change += samples[i - 1].value;
  }
  const sampled = (last.time - first.time) / 1000;
  const average = sampled / (samples.length - 1);
  let toStart = (first.time - start) / 1000;
  let toEnd = (end - last.time) / 1000;
  if (counter && change > 0 && first.value >= 0) toStart = Math.min(toStart, sampled * (first.value / change));
  if (toStart >= average * 1.1) toStart = average / 2;
  if (toEnd >= average * 1.1) toEnd = average / 2;
  const factor = (sampled + toStart + toEnd) / sampled;
  return change * (perSecond ? factor / ((end - start) / 1000) : factor);
}

function instant(samples: readonly Sample[], rate: boolean): number | undefined {
  if (samples.length < 2) return undefined;
  const [before, last] = samples.slice(-2);
  if (!rate) return last.value - before.value;
  const change = last.value < before.value ? last.value : last.value - before.value;
  return change / ((last.time - before.time) / 1000);
}

function pairs(samples: readonly Sample[], counts: (before: number, after: number) => boolean): number {
  return samples.slice(1).filter(({ value }, index) => counts(samples[index].value, value)).length;
}

function sum(values: readonly number[]): number {
  const total = new CarefulSum();
  for (const value of values) total.add(value);
  return total.value;
}

// A mean that moves on with each sample, so that huge values do not overflow; once infinite, finite values leave it as it is.
function meanOf(samples: readonly Sample[]): number {
  const mean = new CarefulSum();
  samples.forEach(({ value }, index) => {
    const before = mean.total;
    if (Math.abs(before) === Infinity && (value === before || Number.isFinite(value))) return;
    mean.add(value / (index + 1) - before / (index + 1));
  });
  return mean.value;
}

function variance(samples: readonly Sample[]): number {
  const mean = new CarefulSum();
  const squares = new CarefulSum();
  samples.forEach(({ value }, index) => {
    const delta = value - (mean.total + mean.lost);
    mean.add(delta / (index + 1));
    squares.add(delta * (value - (mean.total + mean.lost)));
  });
  return (squares.total + squares.lost) / samples.length;
}

/** The straight line that fits best, by least squares: per second, and its value at `origin` (milliseconds). */
function regression(samples: readonly Sample[], origin: number): { slope: number; intercept: number } {
  const constant = samples[0].value;
  if (samples.every(({ value }) => value === constant)) {
    return Number.isFinite(constant) ? { slope: 0, intercept: constant } : { slope: Number.NaN, intercept: Number.NaN };
  }
  const x = samples.map(({ time }) => (time - origin) / 1000);
  const y = samples.map(({ value }) => value);
  const n = samples.length;
  const [sumX, sumY] = [sum(x), sum(y)];
  const covariance = sum(x.map((each, index) => each * y[index])) - (sumX * sumY) / n;
  const slope = covariance / (sum(x.map((each) => each * each)) - (sumX * sumX) / n);
  return { slope, intercept: sumY / n - (slope * sumX) / n };
}
