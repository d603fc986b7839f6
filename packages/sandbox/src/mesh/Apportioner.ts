/**
 * Hands out whole requests by weights without chance: what one round rounds away, the next ones make up for, so that over time every
 * share is exact. A weight of 0 never gets anything.
 */
export class Apportioner {
  private owed = new Map<string, number>();

  /** Splits `total` (a whole number) over the keys; the numbers sum up to `total` unless all weights are 0. */
  allot(total: number, weights: ReadonlyMap<string, number>): Map<string, number> {
    const shares = [...weights].filter(([, weight]) => weight > 0);
    const sum = shares.reduce((all, [, weight]) => all + weight, 0);
    const exact = shares.map(([key, weight]) => (total * weight) / sum + (this.owed.get(key) ?? 0));
    const given = exact.map((share) => Math.max(0, Math.floor(share)));
    for (let rest = total - given.reduce((all, one) => all + one, 0); rest !== 0 && shares.length; rest -= Math.sign(rest)) {
      given[mostOwed(exact, given, rest)] += Math.sign(rest);
    }
    const drift = exact.reduce((all, share, index) => all + share - given[index], 0) / Math.max(1, shares.length);
    this.owed = new Map(shares.map(([key], index) => [key, exact[index] - given[index] - drift]));
    return new Map(shares.map(([key], index) => [key, given[index]]));
  }
}

// The one that has most to get, or, when too much was handed out, the one that can best give some back.
function mostOwed(exact: number[], given: number[], rest: number): number {
  let best = -1;
  for (let i = 0; i < exact.length; i++) {
    if (rest < 0 && given[i] === 0) continue;
    if (best === -1 || Math.sign(rest) * (exact[i] - given[i] - (exact[best] - given[best])) > 1e-9) best = i;
  }
  return best;
}
