/** What a rolling update has to know of one ReplicaSet. */
export interface SetCounts {
  /** Replicas asked for. */
  wanted: number;
  available: number;
}

/** Limits of a rolling update, as numbers of pods. */
export interface Limits {
  desired: number;
  surge: number;
  unavailable: number;
}

/**
 * Turns `maxSurge` and `maxUnavailable` (numbers or percentages, default 25 %) into numbers of pods: surge rounds up, unavailable
 * down, and when both come to 0 one pod may be unavailable.
 */
export function rollingLimits(desired: number, rolling: { maxSurge?: number | string; maxUnavailable?: number | string } = {}): Limits {
  const surge = portion(rolling.maxSurge ?? '25%', desired, Math.ceil);
  const unavailable = portion(rolling.maxUnavailable ?? '25%', desired, Math.floor);
  return { desired, surge, unavailable: Math.min(desired, surge === 0 && unavailable === 0 ? 1 : unavailable) };
}

/**
 * One step of a rolling update: how many replicas the new set and each of the old sets (oldest first) should ask for now.
 * Pods of old sets that are not available go first, as nobody misses them.
 */
export function rolloutPlan(
  { desired, surge, unavailable }: Limits,
  fresh: SetCounts,
  old: readonly SetCounts[],
): { fresh: number; old: number[] } {
  const oldWanted = old.map((set) => set.wanted);
  const total = fresh.wanted + sum(oldWanted);
  if (fresh.wanted > desired) return { fresh: desired, old: oldWanted };
  const room = Math.max(0, desired + surge - total);
  const grown = fresh.wanted + Math.min(room, desired - fresh.wanted);
  if (grown > fresh.wanted) return { fresh: grown, old: oldWanted };
  return { fresh: fresh.wanted, old: shrinkOld({ desired, unavailable }, fresh, old, total) };
}

function shrinkOld(
  { desired, unavailable }: { desired: number; unavailable: number },
  fresh: SetCounts,
  old: readonly SetCounts[],
  total: number,
): number[] {
  const wanted = old.map((set) => set.wanted);
  const minimum = desired - unavailable;
  let removable = total - minimum - (fresh.wanted - fresh.available);
  old.forEach((set, index) => {
    const unhealthy = Math.min(Math.max(0, removable), Math.max(0, set.wanted - set.available));
    wanted[index] -= unhealthy;
    removable -= unhealthy;
  });
  let spare = fresh.available + sum(old.map((set) => Math.min(set.available, set.wanted))) - minimum;
  wanted.forEach((count, index) => {
    const gone = Math.min(Math.max(0, spare), count);
    wanted[index] -= gone;
    spare -= gone;
  });
  return wanted;
}

function portion(value: number | string, of: number, round: (value: number) => number): number {
  if (typeof value === 'number') return value;
  const percent = /^(\d+)%$/.exec(value);
  return percent ? round((of * Number(percent[1])) / 100) : Number(value) || 0;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
