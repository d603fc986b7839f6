import type { Faults } from './faults';

/** From scheduling to the container's first start: pulling the image, in milliseconds. */
export const START_DELAY = 500;
const FIRST_BACK_OFF = 10_000;
const LONGEST_BACK_OFF = 300_000;

/** Where a pod is in its life. Times in milliseconds since the pod was scheduled. */
export interface PodMoment {
  state: 'creating' | 'running' | 'crashed';
  ready: boolean;
  restarts: number;
  /** When the present (or, crashed, the last) run of the container began. */
  startedAt?: number;
  /** When the container last crashed, and when that run of it had begun. */
  crashedAt?: number;
  crashedFrom?: number;
  /** Length of the pause before the next start, when crashed. */
  backOff?: number;
  /** When the next change is due; absent: never. */
  nextAt?: number;
}

/** A run of the container, and the crash before it, in milliseconds since the pod was scheduled. */
interface Run {
  restarts: number;
  startedAt: number;
  crashAt: number;
  crashedAt?: number;
  crashedFrom?: number;
}

/** What a pod with these faults is doing `elapsed` milliseconds after it was scheduled. Pure, so that a restarted sandbox goes on where it was. */
export function podTimeline(faults: Faults, elapsed: number): PodMoment {
  if (elapsed < START_DELAY) return { state: 'creating', ready: false, restarts: 0, nextAt: START_DELAY };
  let startedAt = START_DELAY;
  let crashedAt: number | undefined;
  let crashedFrom: number | undefined;
  for (let restarts = 0; ; restarts++) {
    const crashAt = faults.crashAfter === undefined ? Infinity : startedAt + faults.crashAfter;
    if (elapsed < crashAt) return running(faults, elapsed, { startedAt, crashAt, crashedAt, crashedFrom, restarts });
    crashedAt = crashAt;
    crashedFrom = startedAt;
    const backOff = Math.min(FIRST_BACK_OFF * 2 ** restarts, LONGEST_BACK_OFF);
    if (elapsed < crashedAt + backOff) {
      return { state: 'crashed', ready: false, restarts, startedAt, crashedAt, crashedFrom, backOff, nextAt: crashedAt + backOff };
    }
    startedAt = crashedAt + backOff;
  }
}

function running(faults: Faults, elapsed: number, { crashAt, ...run }: Run): PodMoment {
  // The first start counts towards ready-after: a pod that should be ready after 2 s is, image pull included.
  const begun = run.startedAt - (run.restarts === 0 ? START_DELAY : 0);
  const readyAt = faults.neverReady ? Infinity : Math.max(run.startedAt, begun + faults.readyAfter);
  const ready = elapsed >= readyAt;
  const next = Math.min(ready ? Infinity : readyAt, crashAt);
  return { state: 'running', ready, ...run, ...(next === Infinity ? {} : { nextAt: next }) };
}
