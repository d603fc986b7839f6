import type { ValueType } from './Expr';

/** What a function takes and yields. */
export interface Signature {
  args: readonly ValueType[];
  /** How many of the last arguments may be left out. */
  optional?: number;
  /** The last argument may come any number of times, also none. */
  variadic?: boolean;
  returns: ValueType;
}

const OVER_RANGE: Signature = { args: ['matrix'], returns: 'vector' };
const OF_VECTOR: Signature = { args: ['vector'], returns: 'vector' };
const OF_DATE: Signature = { args: ['vector'], optional: 1, returns: 'vector' };
const WITH_SCALAR: Signature = { args: ['vector', 'scalar'], returns: 'vector' };

/** The functions the sandbox evaluates. */
export const SIGNATURES: Readonly<Record<string, Signature>> = {
  ...signatures(
    OVER_RANGE,
    'rate increase irate delta idelta changes resets deriv avg_over_time min_over_time max_over_time sum_over_time count_over_time',
    'last_over_time present_over_time absent_over_time stddev_over_time stdvar_over_time',
  ),
  ...signatures(
    OF_VECTOR,
    'abs absent acos acosh asin asinh atan atanh ceil cos cosh deg exp floor ln log10 log2 rad sgn sin sinh sort sort_desc sqrt tan tanh',
    'timestamp',
  ),
  ...signatures(OF_DATE, 'day_of_month day_of_week day_of_year days_in_month hour minute month year'),
  ...signatures(WITH_SCALAR, 'clamp_max clamp_min'),
  clamp: { args: ['vector', 'scalar', 'scalar'], returns: 'vector' },
  histogram_quantile: { args: ['scalar', 'vector'], returns: 'vector' },
  label_join: { args: ['vector', 'string', 'string', 'string'], variadic: true, returns: 'vector' },
  label_replace: { args: ['vector', 'string', 'string', 'string', 'string'], returns: 'vector' },
  pi: { args: [], returns: 'scalar' },
  predict_linear: { args: ['matrix', 'scalar'], returns: 'vector' },
  quantile_over_time: { args: ['scalar', 'matrix'], returns: 'vector' },
  round: { args: ['vector', 'scalar'], optional: 1, returns: 'vector' },
  scalar: { args: ['vector'], returns: 'scalar' },
  time: { args: [], returns: 'scalar' },
  vector: { args: ['scalar'], returns: 'vector' },
};

/** Functions of Prometheus 2.42 that the sandbox does not evaluate: native histograms, which nothing in it exposes, and a smoothing. */
export const NOT_EVALUATED: ReadonlySet<string> = new Set(['histogram_count', 'histogram_fraction', 'histogram_sum', 'holt_winters']);

function signatures(signature: Signature, ...names: string[]): Record<string, Signature> {
  return Object.fromEntries(names.flatMap((line) => line.split(' ')).map((name) => [name, signature]));
}
