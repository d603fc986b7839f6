import type { PlainSeries } from './writeOpenMetrics';

/** When the samples of `tableSeries` begin: ten minutes before the end of a block of the TSDB, so that ranges span two blocks. */
export const START = Date.UTC(2024, 0, 1, 1, 50);
const STEP = 15_000;
const COUNT = 100;

/** Series made up for the table of queries: 25 minutes, a sample every 15 s unless it says otherwise. */
export function tableSeries(): PlainSeries[] {
  const at = (index: number) => START + index * STEP;
  const every = (
    name: string,
    labels: Record<string, string>,
    value: (index: number) => number | undefined,
    time: (index: number) => number = at,
  ): PlainSeries => ({
    labels: { __name__: name, ...labels },
    samples: Array.from({ length: COUNT }, (_, index) => [time(index), value(index)] as const).filter(
      (sample): sample is readonly [number, number] => sample[1] !== undefined,
    ),
  });
  return [
    // Counters.
    every('req_total', { pod: 'a', code: '200' }, (i) => i * 80 + (i % 3)),
    every('req_total', { pod: 'a', code: '500' }, (i) => i * 20),
    every('req_total', { pod: 'b', code: '200' }, (i) => i * 10 + (i % 7)),
    every('req_total', { pod: 'c', code: '404' }, (i) => 1000 + i / 3),
    every('reset_total', { pod: 'a' }, (i) => (i % 17) * 12.5),
    every('reset_total', { pod: 'b' }, (i) => (i < 43 ? i * 3 : (i - 43) * 5)),
    every('young_total', { pod: 'a' }, (i) => (i < 36 ? undefined : 5 + (i - 36) * 7)),
    every('young_total', { pod: 'b' }, (i) => (i < 38 ? undefined : 70 + (i - 38) * 100)),
    every('ended_total', { pod: 'a' }, (i) => (i > 30 ? undefined : i)),
    every('idle_total', { pod: 'a' }, () => 7),
    // Gauges.
    ...['x', 'y', 'z'].map((room, n) => every('temp', { room }, (i) => Math.round(1000 * (10 * n + 5 * Math.sin(i / (3 + n)))) / 1000)),
    every('temp', { room: 'gap' }, (i) => (i > 20 && i < 46 ? undefined : i + 0.5)),
    every('temp', { room: 'sparse' }, (i) => (i % 9 === 0 ? -1 - i : undefined)),
    every('size', { room: 'x', floor: '1' }, () => 7),
    every('size', { room: 'y', floor: '2' }, () => 9),
    every('size', { room: 'z', floor: '2' }, (i) => i),
    every('alone', {}, (i) => (i === 25 ? 42 : undefined)),
    // Samples at odd moments.
    every(
      'jitter_total',
      { pod: 'a' },
      (i) => i * 11,
      (i) => at(i) + ((i * 7919) % 13_001),
    ),
    // Numbers that are none, and such as are hard to add up.
    every('odd', { kind: 'nan' }, () => Number.NaN),
    every('odd', { kind: 'sometimesNan' }, (i) => (i % 4 === 1 ? Number.NaN : i + 0.5)),
    every('odd', { kind: 'inf' }, () => Infinity),
    every('odd', { kind: 'minusInf' }, (i) => (i % 5 === 0 ? -Infinity : -i - 0.25)),
    every('odd', { kind: 'zero' }, (i) => (i % 2 ? 0 : -0)),
    every('odd', { kind: 'negative' }, (i) => -1 - i * 2.5),
    every('scale', { of: 'tiny' }, (i) => i * 1e-300),
    every('scale', { of: 'huge' }, (i) => 1e300 + i * 1e299),
    every('scale', { of: 'precise' }, (i) => 1e9 + i / 1024),
    // Labels that need care.
    every('labelled', { text: 'two\nlines' }, (i) => i),
    every('labelled', { text: 'a "quote" and a \\' }, (i) => i * 2),
    every('labelled', { text: 'Grüße 🌍' }, (i) => i * 3),
    every('labelled', { text: 'Prod-1.eu', other: 'x' }, (i) => i * 4),
    every('labelled', { text: 'prod-2.us', other: 'y' }, (i) => i * 5),
    // Histograms: even, one whose buckets fall, one without +Inf, one with an odd bound, one with nothing in it.
    ...histogram('even', { '0.005': 1, '0.01': 3, '0.25': 10, '1': 40, '2.5': 45, '+Inf': 50 }),
    ...histogram('falling', { '1': 10, '2': 9, '4': 30, '+Inf': 29 }),
    ...histogram('endless', { '1': 10, '2': 20 }),
    ...histogram('odd', { '-1': 5, '1e1': 20, '1e+01': 3, few: 100, '+Inf': 60 }),
    ...histogram('empty', { '1': 0, '+Inf': 0 }),
    ...histogram('top', { '1': 0, '8': 1, '+Inf': 90 }),
    ...histogram('single', { '+Inf': 4 }),
  ];

  function histogram(path: string, perStep: Record<string, number>): PlainSeries[] {
    return Object.entries(perStep).map(([le, growth]) => every('dur_bucket', { path, le }, (i) => i * growth + (i % 2) * (growth % 3)));
  }
}
