import { engineTime, type EngineClock } from './engineClock';
import { useTick } from './useTick';

/** The engine's time, renewed once a second and whenever a new reading arrives. */
export function useEngineNow(clock: EngineClock): number {
  return engineTime(clock, Math.max(useTick(), clock.receivedAt));
}
