import type { ClockReading } from '@aviary/plugin-rollouts-common';

/** Reads the engine's clock: from wall time `real` on it shows `shown` and gains `speed` milliseconds per millisecond. */
export function engineClock(
  origin: { real: number; shown: number; speed: number },
  wallClock: () => number = Date.now,
): () => ClockReading {
  return () => ({ now: Math.round(origin.shown + (wallClock() - origin.real) * origin.speed), speed: origin.speed });
}
