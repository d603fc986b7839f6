/**
 * Time for everything in the sandbox. The engine beside it runs on the same clock, so that a printed
 * 30-second interval can be tried in a few seconds without changing the YAML.
 */
export interface Clock {
  /** Milliseconds since the epoch, in the sandbox's own time. */
  now(): number;
  /** Runs `callback` once after `delay` milliseconds of the sandbox's own time; returns the cancellation. */
  after(delay: number, callback: () => void): () => void;
}

/** Where a sped-up clock starts to differ from the wall clock: both sides of a demo get the same one. */
export interface ClockOrigin {
  /** Wall-clock milliseconds since the epoch. */
  real: number;
  /** What the sandbox's clock shows at that moment. */
  shown: number;
  /** How many milliseconds of the sandbox pass in one real millisecond. */
  speed: number;
}

/** A clock that runs `origin.speed` times as fast as the wall clock. Its timers never keep the process alive. */
export function createClock(origin: ClockOrigin): Clock {
  return {
    now: () => Math.round(origin.shown + (Date.now() - origin.real) * origin.speed),
    after(delay, callback) {
      const timer = setTimeout(callback, Math.max(0, delay) / origin.speed);
      timer.unref();
      return () => clearTimeout(timer);
    },
  };
}
