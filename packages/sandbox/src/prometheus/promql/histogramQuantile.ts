import { labelsKey, METRIC_NAME, withoutLabels } from '../Labels';
import { parseGoFloat } from './literals';
import type { Element } from './Value';

interface Bucket {
  bound: number;
  count: number;
}

/**
 * `histogram_quantile(quantile, elements)` with Prometheus' rules: linear within a bucket, the lowest bucket starts at 0, a rank in the
 * `+Inf` bucket gives the highest finite bound, no `+Inf` bucket or no observations gives NaN.
 */
export function histogramQuantile(quantile: number, elements: readonly Element[]): Element[] {
  const histograms = new Map<string, { labels: Element['labels']; buckets: Bucket[] }>();
  for (const { labels, value } of elements) {
    const bound = parseGoFloat(labels.le ?? '');
    if (bound === undefined) continue;
    const rest = withoutLabels(labels, [METRIC_NAME, 'le']);
    const key = labelsKey(rest);
    const histogram = histograms.get(key) ?? { labels: rest, buckets: [] };
    histogram.buckets.push({ bound, count: value });
    histograms.set(key, histogram);
  }
  return [...histograms.values()].map(({ labels, buckets }) => ({ labels, value: bucketQuantile(quantile, buckets) }));
}

function bucketQuantile(quantile: number, unsorted: Bucket[]): number {
  if (Number.isNaN(quantile)) return Number.NaN;
  if (quantile < 0) return -Infinity;
  if (quantile > 1) return Infinity;
  const buckets = merged(unsorted);
  const total = buckets[buckets.length - 1];
  if (total.bound !== Infinity || buckets.length < 2 || total.count === 0) return Number.NaN;
  const rank = quantile * total.count;
  const index = buckets.findIndex((bucket) => bucket.count >= rank);
  // No bucket reaches a rank that is not a number.
  if (index === -1 || index === buckets.length - 1) return buckets[buckets.length - 2].bound;
  const { bound, count } = buckets[index];
  if (index === 0 && bound <= 0) return bound;
  const below = index === 0 ? { bound: 0, count: 0 } : buckets[index - 1];
  return below.bound + (bound - below.bound) * ((rank - below.count) / (count - below.count));
}

// Bounds that occur twice are added up; counts that fall, as rates of unequal scrapes may, are raised to the highest before.
function merged(unsorted: Bucket[]): Bucket[] {
  const buckets: Bucket[] = [];
  for (const bucket of [...unsorted].sort((a, b) => a.bound - b.bound)) {
    const last = buckets.at(-1);
    if (last?.bound === bucket.bound) last.count += bucket.count;
    else buckets.push({ ...bucket });
  }
  let highest = buckets[0].count;
  for (const bucket of buckets) {
    if (bucket.count > highest) highest = bucket.count;
    else if (bucket.count < highest) bucket.count = highest;
  }
  return buckets;
}
