import fc from 'fast-check';
import { START } from './tableSeries';
import type { PlainSeries } from './writeOpenMetrics';

/** Metrics of `randomSeries`: counters with resets, gauges with odd numbers, gauges without, and histograms. */
export const RANDOM_METRICS = ['rnd_total', 'rnd_gauge', 'rnd_plain', 'rnd_bucket'] as const;

const SPAN = 20 * 60_000;
const PODS = ['a', 'b', 'c'];
const CODES = ['200', '500', ''];
const BOUNDS = ['0.1', '0.5', '1', '5', '+Inf'];

/** The distances of samples: regular, jittery, or with gaps of minutes between. */
const spacing = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(5_000, 10_000, 15_000).map((each) => [each]) },
  fc.array(fc.integer({ min: 1, max: 40_000 }), { minLength: 3, maxLength: 20 }),
  fc.constantFrom([5_000, 5_000, 5_000, 5_000, 130_000], [10_000, 10_000, 10_000, 10_000, 10_000, 10_000, 330_000]),
);
const shape = fc.record({
  begin: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: SPAN - 60_000 })),
  spacing,
  // Growth of a counter, or value of a gauge, again and again from the beginning.
  values: fc.array(fc.double({ min: 0, max: 1000, noNaN: true }), { minLength: 5, maxLength: 30 }),
  // A counter starts anew after that many samples.
  life: fc.oneof(fc.constant(Infinity), fc.integer({ min: 2, max: 40 })),
  odd: fc.constantFrom(Number.NaN, Infinity, -Infinity, -3.5, 0, 1e308),
  oddEvery: fc.constantFrom(Infinity, 1, 2, 7),
});
type Shape = typeof shape extends fc.Arbitrary<infer T> ? T : never;

/** Series by chance, the same ones for the same seed. */
export function randomSeries(seed: number): PlainSeries[] {
  const labelled = PODS.flatMap((pod) => CODES.map((code): Record<string, string> => (code ? { pod, code } : { pod })));
  const shapes = fc.sample(shape, { seed, numRuns: labelled.length * 4 });
  return labelled.flatMap((labels, index) => [
    { labels: { __name__: 'rnd_total', ...labels }, samples: counter(shapes[index * 4], 1) },
    { labels: { __name__: 'rnd_gauge', ...labels }, samples: gauge(shapes[index * 4 + 1], index, true) },
    { labels: { __name__: 'rnd_plain', ...labels }, samples: gauge(shapes[index * 4 + 2], index, false) },
    ...BOUNDS.map((le, nth) => ({ labels: { __name__: 'rnd_bucket', ...labels, le }, samples: counter(shapes[index * 4 + 3], nth + 1) })),
  ]);
}

function moments({ begin, spacing: distances }: Shape): number[] {
  const times: number[] = [];
  for (let time = begin; time < SPAN; time += distances[times.length % distances.length]) times.push(START + time);
  return times;
}

function counter(of: Shape, factor: number): [number, number][] {
  let total = 0;
  return moments(of).map((time, index) => {
    total = index % of.life === 0 ? 0 : total + factor * of.values[index % of.values.length];
    return [time, total];
  });
}

// No two series have the same value at a time, so that it is clear which is the largest.
function gauge(of: Shape, serial: number, odd: boolean): [number, number][] {
  return moments(of).map((time, index) => {
    const isOdd = odd && (index + 1) % of.oddEvery === 0;
    return [time, isOdd ? of.odd : of.values[index % of.values.length] + Math.sin(index) + serial / 97];
  });
}
