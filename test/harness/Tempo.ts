/** How quickly things go on a ground. All spans are milliseconds on the ground's clock, patience aside. */
export interface Tempo {
  /** How many times as fast as the wall clock the ground's time runs. */
  speed: number;
  /** Between two looks of the engine: so long that two scrapes of what a version answers lie in it. */
  interval: number;
  /** How far the checks' queries look back. */
  window: number;
  /** Longer than a healthy version needs to become ready, short enough to be waited for. */
  deadline: number;
  /** How long anything may take before the test gives up, in seconds of the wall clock. */
  patience: number;
}

/**
 * A sandbox in this process, whose mesh is scraped every 5 s. On a busy machine the process may stand still for a second, which is a quarter of a
 * minute here: the window is wide enough for some of them.
 */
export const SANDBOX_TEMPO: Tempo = { speed: 15, interval: 15_000, window: 120_000, deadline: 40_000, patience: 90 };

/** A cluster at wall-clock speed, whose metrics are scraped at least twice a second. */
export const CLUSTER_TEMPO: Tempo = { speed: 1, interval: 3_000, window: 6_000, deadline: 12_000, patience: 120 };

/** A span as Kubernetes users write it. */
export function seconds(milliseconds: number): string {
  return `${milliseconds / 1_000}s`;
}
