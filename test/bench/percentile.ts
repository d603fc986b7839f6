/**
 * The smallest of the values that at least `share` (0 to 1) of them do not exceed: the nearest-rank percentile, which is always a
 * value that occurred. `NaN` without values.
 */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? NaN;
}
