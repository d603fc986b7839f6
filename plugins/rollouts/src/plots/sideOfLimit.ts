import type { CheckSeries } from './plotModel';

/** Whether a value is on the good side of its limits; not a verdict, which is the engine's to give. */
export function isWithin(value: number, { min, max }: Pick<CheckSeries, 'min' | 'max'>): boolean {
  return (min === null || value >= min) && (max === null || value <= max);
}
