import fc from 'fast-check';
import { PackedSamples, type Sample } from './PackedSamples';

const START = Date.UTC(2024, 0, 1);
const HOUR = 3_600_000;

// How a sample differs from the one before it: mostly as a counter at a steady pace does, now and then in any other way.
const step = fc.record({
  wait: fc.oneof({ weight: 20, arbitrary: fc.constant(5000) }, fc.integer({ min: -10, max: 400_000 }), fc.constant(0.25)),
  value: fc.oneof(
    { weight: 10, arbitrary: fc.integer({ min: 0, max: 300 }).map((growth) => (before: number) => before + growth) },
    fc.constantFrom(0, -0, Number.NaN, Infinity, -Infinity, 2 ** 53, 1e300, 5e-324).map((value) => () => value),
    fc.double().map((value) => () => value),
  ),
  stale: fc.oneof({ weight: 20, arbitrary: fc.constant(false) }, fc.constant(true)),
});
const history = fc.array(step, { maxLength: 2000, size: 'max' }).map((steps) => {
  const samples: Sample[] = [];
  let [time, value] = [START, 0];
  for (const { wait, value: next, stale } of steps) {
    time += wait;
    value = next(Number.isNaN(value) ? 0 : value);
    samples.push(stale ? { time, value: Number.NaN, stale } : { time, value });
  }
  return samples;
});

const packed = (samples: readonly Sample[]) => {
  const all = new PackedSamples();
  for (const sample of samples) all.append(sample);
  return all;
};
// What is not later than the one before it is no sample.
const inOrder = (samples: readonly Sample[]) => {
  let end = -Infinity;
  return samples.filter(({ time }) => time > end && (end = time));
};

describe('packed samples', () => {
  it('are read as they were given, to the last bit, between any two moments', () => {
    fc.assert(
      fc.property(history, fc.integer({ min: -1000, max: 2 * HOUR }), fc.integer({ min: -1000, max: 2 * HOUR }), (samples, from, until) => {
        const all = packed(samples);
        const expected = inOrder(samples);
        expect(all.end).toBe(expected.at(-1)?.time ?? -Infinity);
        expect(all.read(-Infinity, Infinity)).toEqual(expected);
        expect(all.read(START + from, START + until)).toEqual(expected.filter(({ time }) => time >= START + from && time <= START + until));
      }),
      { numRuns: 60 },
    );
  });

  it('forget the oldest, and none that is young enough', () => {
    fc.assert(
      fc.property(history, fc.integer({ min: 0, max: 2 * HOUR }), (samples, age) => {
        const all = packed(samples);
        all.forget(START + age);
        const expected = inOrder(samples);
        const kept = all.read(-Infinity, Infinity);
        expect(kept).toEqual(kept.length ? expected.slice(-kept.length) : []);
        expect(kept.filter(({ time }) => time >= START + age)).toEqual(expected.filter(({ time }) => time >= START + age));
        all.forget(Infinity);
        expect(all.read(-Infinity, Infinity)).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });

  it('of a steady counter do not stay longer than three quarters of an hour after they became too old', () => {
    const all = packed(Array.from({ length: 2000 }, (_, index) => ({ time: START + index * 5000, value: index * 100 })));
    all.forget(START + HOUR);
    expect(all.read(-Infinity, Infinity)[0].time).toBeGreaterThan(START + HOUR / 4);
  });
});
