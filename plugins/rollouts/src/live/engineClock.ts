import type { ClockReading } from '@aviary/plugin-rollouts-common';

/** A reading of the engine's clock and when this browser got it. A demo's clock may run faster than ours. */
export interface EngineClock {
  reading: ClockReading;
  /** This browser's time. */
  receivedAt: number;
}

/** What the engine's clock shows when ours shows `now`. */
export function engineTime(clock: EngineClock, now: number): number {
  return clock.reading.now + (now - clock.receivedAt) * clock.reading.speed;
}

/** When our clock will show what the engine's clock shows at `at`. */
export function browserTime(clock: EngineClock, at: number): number {
  return clock.receivedAt + (at - clock.reading.now) / clock.reading.speed;
}
