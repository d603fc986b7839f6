import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { DemoClock } from './DemoClock';

describe('DemoClock', () => {
  let folder: string;
  beforeEach(() => {
    jest.useFakeTimers();
    folder = mkdtempSync(join(tmpdir(), 'aviary-clock-'));
  });
  afterEach(() => {
    jest.useRealTimers();
    rmSync(folder, { recursive: true });
  });

  it('shows the wall clock when nothing else was', () => {
    const clock = new DemoClock(join(folder, 'clock.json'), 1, () => 1_000);
    expect(clock.origin).toEqual({ real: 1_000, shown: 1_000, speed: 1 });
    clock.stop();
  });

  it('runs as fast as it was told', () => {
    let wall = 1_000;
    const clock = new DemoClock(join(folder, 'clock.json'), 10, () => wall);
    wall += 500;
    expect(clock.now()).toBe(6_000);
    clock.stop();
  });

  it('goes on from where it was stopped, without the time between', () => {
    let wall = 1_000;
    const first = new DemoClock(join(folder, 'clock.json'), 10, () => wall);
    wall += 60_000;
    first.stop();
    const second = new DemoClock(join(folder, 'clock.json'), 1, () => wall);
    expect(second.now()).toBe(601_000);
    second.stop();
  });

  it('never goes back, however fast it ran, however it ended, whatever the wall clock does', () => {
    const run = fc.record({
      speed: fc.constantFrom(0.5, 1, 10, 300),
      time: fc.integer({ min: 0, max: 100_000 }),
      pause: fc.integer({ min: -50_000, max: 50_000 }),
      killed: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(run, { maxLength: 6 }), (runs) => {
        const file = join(folder, 'clock.json');
        rmSync(file, { force: true });
        let wall = 1_000_000;
        let latest = 0;
        for (const { speed, time, pause, killed } of runs) {
          const clock = new DemoClock(file, speed, () => wall);
          expect(clock.now()).toBeGreaterThanOrEqual(latest);
          for (let passed = 0; passed < time; passed += 1_000) {
            wall += 1_000;
            jest.advanceTimersByTime(1_000);
          }
          latest = clock.now();
          if (killed) {
            jest.clearAllTimers();
          } else {
            clock.stop();
          }
          wall += pause;
        }
      }),
      { numRuns: 50 },
    );
  });
});
