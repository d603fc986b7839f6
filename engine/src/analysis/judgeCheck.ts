import { formatGoDuration } from '../canary/duration';
import { formatValue } from './formatNumber';

/** Bounds of a check; inclusive, either may be missing. */
export interface Bounds {
  min?: number;
  max?: number;
}

/** What a measured value means. */
export interface CheckVerdict {
  verdict: 'pass' | 'fail';
  /** For people: `98.69 % is below 99 %`. */
  reason: string;
  /** The comparison in Flagger's words, for its `Halt …` event (facts §5.4): `98.69% < 99%`; empty on a pass. */
  comparison: string;
}

/** Compares a value with its bounds, inclusively (facts §5.3). An empty range always passes. */
export function judgeCheck(value: number, { min, max }: Bounds, unit: string): CheckVerdict {
  const shown = formatValue(value, unit);
  if (min !== undefined && value < min) {
    return {
      verdict: 'fail',
      reason: `${shown} is below ${formatValue(min, unit)}`,
      comparison: `${forEvent(value, unit)} < ${boundForEvent(min, unit)}`,
    };
  }
  if (max !== undefined && value > max) {
    return {
      verdict: 'fail',
      reason: `${shown} is above ${formatValue(max, unit)}`,
      comparison: `${forEvent(value, unit)} > ${boundForEvent(max, unit)}`,
    };
  }
  return { verdict: 'pass', reason: `${shown} ${withinText(min, max, unit)}`.trim(), comparison: '' };
}

function withinText(min: number | undefined, max: number | undefined, unit: string): string {
  if (min !== undefined && max !== undefined) {
    return `is between ${formatValue(min, unit)} and ${formatValue(max, unit)}`;
  }
  if (min !== undefined) {
    return `is not below ${formatValue(min, unit)}`;
  }
  return max === undefined ? '' : `is not above ${formatValue(max, unit)}`;
}

function forEvent(value: number, unit: string): string {
  if (unit === 'ms') {
    return formatGoDuration(value);
  }
  return `${value.toFixed(2)}${unit}`;
}

function boundForEvent(bound: number, unit: string): string {
  return unit === 'ms' ? formatGoDuration(bound) : `${bound}${unit}`;
}
