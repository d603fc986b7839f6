/** Time for everything in the engine but leases, which follow the machine's monotonic clock. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Runs `callback` once after `delay` milliseconds of this clock; returns the cancellation. */
  after(delay: number, callback: () => void): () => void;
}

/** A clock that runs faster than the wall clock, for demos: from wall time `real` on it shows `shown` and gains `speed` ms per ms. */
export interface ClockOrigin {
  real: number;
  shown: number;
  speed: number;
}

/** setTimeout takes no longer delay; a longer one is waited for in parts. */
const LONGEST_TIMER = 2 ** 31 - 1;

/** The engine's clock. Without an origin it is the wall clock. */
export function createClock(origin: ClockOrigin = { real: 0, shown: 0, speed: 1 }): Clock {
  return {
    now: () => Math.round(origin.shown + (Date.now() - origin.real) * origin.speed),
    after(delay, callback) {
      let timer: NodeJS.Timeout;
      const wait = (left: number) => {
        const part = Math.min(left, LONGEST_TIMER);
        timer = setTimeout(() => (left > part ? wait(left - part) : callback()), part);
      };
      wait(Math.max(0, delay) / origin.speed);
      return () => clearTimeout(timer);
    },
  };
}
