import fc from 'fast-check';
import { rollingLimits, rolloutPlan } from './rolloutPlan';

describe('rollingLimits', () => {
  it.each([
    [4, {}, { surge: 1, unavailable: 1 }],
    [2, {}, { surge: 1, unavailable: 0 }],
    [3, { maxSurge: 2, maxUnavailable: 0 }, { surge: 2, unavailable: 0 }],
    [3, { maxSurge: 0, maxUnavailable: 0 }, { surge: 0, unavailable: 1 }],
    [10, { maxSurge: '50%', maxUnavailable: '35%' }, { surge: 5, unavailable: 3 }],
    [0, {}, { surge: 0, unavailable: 0 }],
  ])('%d replicas with %j', (desired, rolling, expected) => expect(rollingLimits(desired, rolling)).toEqual({ desired, ...expected }));
});

describe('rolloutPlan', () => {
  it('ends with the new set at the desired size and the old ones empty, within the limits at every step', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 12 }),
        fc.array(fc.integer({ min: 0, max: 6 }), { maxLength: 3 }),
        fc.record({ maxSurge: fc.integer({ min: 0, max: 4 }), maxUnavailable: fc.integer({ min: 0, max: 4 }) }),
        (desired, oldSizes, rolling) => {
          const limits = rollingLimits(desired, rolling);
          let fresh = { wanted: 0, available: 0 };
          let old = oldSizes.map((wanted) => ({ wanted, available: wanted }));
          const size = () => [fresh, ...old].reduce((sum, set) => sum + set.wanted, 0);
          const ready = () => [fresh, ...old].reduce((sum, set) => sum + set.available, 0);
          const atFirst = { size: size(), ready: ready() };
          for (let step = 0; step < 100; step++) {
            const plan = rolloutPlan(limits, fresh, old);
            old = old.map((_, index) => ({ wanted: plan.old[index], available: plan.old[index] }));
            fresh = { wanted: plan.fresh, available: fresh.available };
            expect(size()).toBeLessThanOrEqual(Math.max(desired + limits.surge, atFirst.size));
            expect(ready()).toBeGreaterThanOrEqual(Math.min(desired - limits.unavailable, atFirst.ready));
            fresh.available = fresh.wanted;
          }
          expect(fresh.wanted).toBe(desired);
          expect(old.every((set) => set.wanted === 0)).toBe(true);
        },
      ),
    );
  });
});
