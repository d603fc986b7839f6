import fc from 'fast-check';
import { browserTime, engineTime } from './engineClock';

describe('the engine’s clock', () => {
  it('runs as fast as it says', () => {
    const clock = { reading: { now: 1_000_000, speed: 10 }, receivedAt: 500 };
    expect(engineTime(clock, 500)).toBe(1_000_000);
    expect(engineTime(clock, 1_500)).toBe(1_010_000);
  });

  it('is turned back into ours without loss', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 100 }),
        fc.integer({ min: 0, max: 1e12 }),
        fc.integer({ min: 0, max: 1e9 }),
        (speed, now, later) => {
          const clock = { reading: { now, speed }, receivedAt: 7 };
          expect(browserTime(clock, engineTime(clock, 7 + later))).toBeCloseTo(7 + later, 2);
        },
      ),
    );
  });
});
