import type { ValueType } from './Expr';

/** What a function takes and yields. */
export interface Signature {
  args: readonly ValueType[];
  /** How many of the last arguments may be left out. */
  optional?: number;
  returns: ValueType;
}

const OVER_RANGE: Signature = { args: ['matrix'], returns: 'vector' };
const OF_VECTOR: Signature = { args: ['vector'], returns: 'vector' };
const WITH_SCALAR: Signature = { args: ['vector', 'scalar'], returns: 'vector' };

/** The functions the sandbox evaluates. */
export const SIGNATURES: Readonly<Record<string, Signature>> = {
  rate: OVER_RANGE,
  increase: OVER_RANGE,
  irate: OVER_RANGE,
  delta: OVER_RANGE,
  idelta: OVER_RANGE,
  avg_over_time: OVER_RANGE,
  min_over_time: OVER_RANGE,
  max_over_time: OVER_RANGE,
  sum_over_time: OVER_RANGE,
  count_over_time: OVER_RANGE,
  last_over_time: OVER_RANGE,
  histogram_quantile: { args: ['scalar', 'vector'], returns: 'vector' },
  vector: { args: ['scalar'], returns: 'vector' },
  scalar: { args: ['vector'], returns: 'scalar' },
  abs: OF_VECTOR,
  absent: OF_VECTOR,
  ceil: OF_VECTOR,
  floor: OF_VECTOR,
  clamp_max: WITH_SCALAR,
  clamp_min: WITH_SCALAR,
  round: { args: ['vector', 'scalar'], optional: 1, returns: 'vector' },
  time: { args: [], returns: 'scalar' },
};
