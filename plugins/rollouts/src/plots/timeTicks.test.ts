import fc from 'fast-check';
import { timeTicks } from './timeTicks';

const START = new Date(2026, 10, 20, 14, 27, 40).getTime();

describe('timeTicks', () => {
  it('names round minutes for a rollout of minutes', () => {
    const ticks = timeTicks(START, START + 5.5 * 60_000, 880);
    expect(ticks.map((tick) => tick.text)).toEqual(['14:28', '14:29', '14:30', '14:31', '14:32', '14:33']);
  });

  it('names seconds where a minute is wide', () => {
    expect(timeTicks(START, START + 60_000, 880)[0].text).toBe('14:27:40');
  });

  it('keeps ticks inside the range and apart from each other', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1_000, max: 30 * 24 * 3_600_000 }), fc.integer({ min: 200, max: 2_000 }), (length, width) => {
        const ticks = timeTicks(START, START + length, width);
        for (const [index, tick] of ticks.entries()) {
          expect(tick.at).toBeGreaterThanOrEqual(START);
          expect(tick.at).toBeLessThanOrEqual(START + length);
          if (index > 0) {
            expect(((tick.at - ticks[index - 1].at) / length) * width).toBeGreaterThanOrEqual(84 - 1e-6);
          }
        }
      }),
    );
  });
});
