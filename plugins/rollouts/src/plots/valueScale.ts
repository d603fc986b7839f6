import type { CheckSeries } from './plotModel';

/** The range and the ticks of one check's axis. */
export interface ValueRange {
  low: number;
  high: number;
  ticks: number[];
}

const HEADROOM = 0.2;
/** Differences smaller than this part of the values are not worth an axis, nor can it be written. */
const SMALLEST_SPREAD = 1e-6;

/**
 * A range with round ends and three ticks, in which every value and the limit can be seen with some room on the failing side.
 * Never below zero for values that are not, never above 100 for percentages.
 */
export function valueRange(series: Pick<CheckSeries, 'points' | 'min' | 'max' | 'unit'>): ValueRange {
  const seen = series.points.flatMap(({ value, primary }) => [value, primary]);
  const values = [...seen, series.min, series.max].filter((value): value is number => value !== null);
  if (values.length === 0) {
    return { low: 0, high: 1, ticks: [0, 0.5, 1] };
  }
  const least = Math.min(...values);
  const most = Math.max(...values);
  const spread = Math.max(most - least, Math.abs(most) * (most === least ? 0.2 : SMALLEST_SPREAD), SMALLEST_SPREAD);
  const isPercentage = series.unit === '%' && most <= 100;
  const wantedLow = least === series.min ? least - spread * HEADROOM : least - spread * 0.1;
  const wantedHigh = most === series.max ? most + spread * HEADROOM : most + spread * 0.1;
  const floor = least >= 0 ? 0 : -Infinity;
  const ceiling = isPercentage ? 100 : Infinity;
  return roundRange(Math.max(floor, wantedLow), Math.min(ceiling, wantedHigh), { floor, ceiling });
}

/** Two equal parts of a round size that cover what is wanted. */
function roundRange(wantedLow: number, wantedHigh: number, { floor, ceiling }: { floor: number; ceiling: number }): ValueRange {
  let part = roundUp((wantedHigh - wantedLow) / 2);
  for (;;) {
    const high = Math.min(ceiling, Math.ceil(clean(wantedHigh / part)) * part);
    const fromHigh = ceiling === high ? high - 2 * part : Math.floor(clean(wantedLow / part)) * part;
    const low = Math.max(floor, fromHigh);
    if (low <= wantedLow && low + 2 * part >= wantedHigh) {
      return { low: clean(low), high: clean(low + 2 * part), ticks: [low, low + part, low + 2 * part].map(clean) };
    }
    part = roundUp(part * 1.01);
  }
}

/** The next round number: one of a few figures times a power of ten. */
function roundUp(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  const factor = [1, 1.5, 2, 2.5, 3, 4, 5, 10].find((each) => clean(each * power) >= clean(value)) ?? 10;
  return clean(factor * power);
}

/** Takes away the dust of binary fractions. */
function clean(value: number): number {
  return Number(value.toPrecision(12));
}
