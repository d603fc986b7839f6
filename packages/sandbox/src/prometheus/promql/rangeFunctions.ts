import type { Sample } from '../SampleStore';

/** A range of samples and the window they were looked up in, in milliseconds. */
export interface Window {
  samples: readonly Sample[];
  start: number;
  end: number;
}

/** Functions from a window of one series to one number; `undefined` yields no series, as with fewer than two samples for `rate`. */
export const RANGE_FUNCTIONS: Readonly<Record<string, (window: Window) => number | undefined>> = {
  rate: (window) => extrapolate(window, { counter: true, perSecond: true }),
  increase: (window) => extrapolate(window, { counter: true, perSecond: false }),
  delta: (window) => extrapolate(window, { counter: false, perSecond: false }),
  irate: ({ samples }) => instant(samples, true),
  idelta: ({ samples }) => instant(samples, false),
  avg_over_time: ({ samples }) => samples.reduce((sum, { value }) => sum + value, 0) / samples.length,
  min_over_time: ({ samples }) => samples.map(({ value }) => value).reduce((a, b) => (b < a || Number.isNaN(a) ? b : a)),
  max_over_time: ({ samples }) => samples.map(({ value }) => value).reduce((a, b) => (b > a || Number.isNaN(a) ? b : a)),
  sum_over_time: ({ samples }) => samples.reduce((sum, { value }) => sum + value, 0),
  count_over_time: ({ samples }) => samples.length,
  last_over_time: ({ samples }) => samples.at(-1)?.value,
};

/**
 * The change over a window, stretched to the window's edges the way Prometheus does: to an edge if the samples come within 1.1
 * times their average distance of it, else by half that distance; a counter is never stretched back beyond where it was zero.
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
  if (toStart >= average * 1.1) toStart = average / 2;
  if (counter && change > 0 && first.value >= 0) toStart = Math.min(toStart, sampled * (first.value / change));
  if (toEnd >= average * 1.1) toEnd = average / 2;
  const stretched = change * ((sampled + toStart + toEnd) / sampled);
  return perSecond ? stretched / ((end - start) / 1000) : stretched;
}

function instant(samples: readonly Sample[], rate: boolean): number | undefined {
  if (samples.length < 2) return undefined;
  const [before, last] = samples.slice(-2);
  if (!rate) return last.value - before.value;
  const change = last.value < before.value ? last.value : last.value - before.value;
  return change / ((last.time - before.time) / 1000);
}
