import fc from 'fast-check';
import { valueRange } from './valueScale';

const value = fc.double({ min: 0, max: 1e6, noNaN: true });
const points = (values: (number | null)[]) =>
  values.map((each, index) => ({ at: index, value: each, primary: null, verdict: 'pass' as const }));

describe('valueRange', () => {
  it('has three ticks at equal distance that hold every value and the limit', () => {
    fc.assert(
      fc.property(fc.array(value, { maxLength: 20 }), value, fc.boolean(), (values, limit, isMinimum) => {
        const range = valueRange({ points: points(values), min: isMinimum ? limit : null, max: isMinimum ? null : limit, unit: 'ms' });
        const [low, middle, high] = range.ticks;
        const dust = 1e-6 * Math.max(1, Math.abs(high));
        expect(Math.abs(high - middle - (middle - low))).toBeLessThan(dust);
        for (const each of [...values, limit]) {
          expect(each).toBeGreaterThanOrEqual(low - dust);
          expect(each).toBeLessThanOrEqual(high + dust);
        }
        expect(low).toBeGreaterThanOrEqual(0);
      }),
    );
  });

  it.each([
    ['a success rate just around its limit', { points: points([99.86, 98.69]), min: 99, max: null, unit: '%' }, [98, 99, 100]],
    ['a duration under its limit', { points: points([371, 412]), min: null, max: 500, unit: 'ms' }, [300, 450, 600]],
    ['nothing measured yet, a limit known', { points: [], min: 99, max: null, unit: '%' }, [95, 97.5, 100]],
    ['nothing known at all', { points: [], min: null, max: null, unit: '' }, [0, 0.5, 1]],
  ])('%s', (_name, series, ticks) => {
    expect(valueRange(series).ticks).toEqual(ticks);
  });

  it('ends at 100 for percentages', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 100, noNaN: true }), { minLength: 1, maxLength: 9 }), (values) => {
        expect(valueRange({ points: points(values), min: 99, max: null, unit: '%' }).high).toBeLessThanOrEqual(100);
      }),
    );
  });
});
