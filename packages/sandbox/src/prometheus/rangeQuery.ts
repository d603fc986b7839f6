import { formatValue } from './formatValue';
import type { Point } from './instantQuery';
import { compareLabels, type Labels, labelsKey } from './Labels';
import { evaluate } from './promql/evaluate';
import { parseQuery } from './promql/parseQuery';
import { checkTypes } from './promql/checkTypes';
import { PromqlError } from './promql/PromqlError';
import type { SampleStore } from './SampleStore';

/** Prometheus' own limit of points per series. */
const MAX_POINTS = 11_000;

/** The `data` of an answer to `/api/v1/query_range`. */
export interface RangeResult {
  resultType: 'matrix';
  result: { metric: Labels; values: Point[] }[];
}

/** Evaluates `query` at `start`, `start + step`, … up to `end` (all in milliseconds). Throws PromqlError. */
export function rangeQuery(
  store: SampleStore,
  query: string,
  { start, end, step }: { start: number; end: number; step: number },
): RangeResult {
  if (end < start) throw new PromqlError('bad_data', 'invalid parameter "end": end timestamp must not be before start time');
  if ((end - start) / step > MAX_POINTS) {
    throw new PromqlError(
      'bad_data',
      `exceeded maximum resolution of ${MAX_POINTS} points per timeseries. Try decreasing the query resolution (?step=XX)`,
    );
  }
  const expr = parseQuery(query);
  const type = checkTypes(expr);
  if (type !== 'scalar' && type !== 'vector') {
    throw new PromqlError('bad_data', `parse error: invalid expression type "${type}" for range query, must be Scalar or instant Vector`);
  }
  const series = new Map<string, { metric: Labels; values: Point[] }>();
  for (let time = start; time <= end; time += step) {
    const value = evaluate(expr, { store, time, start, end });
    const elements = value.type === 'vector' ? value.elements : [{ labels: {}, value: value.type === 'scalar' ? value.value : Number.NaN }];
    for (const element of elements) {
      const key = labelsKey(element.labels);
      const found = series.get(key) ?? { metric: element.labels, values: [] };
      found.values.push([time / 1000, formatValue(element.value)]);
      series.set(key, found);
    }
  }
  return { resultType: 'matrix', result: [...series.values()].sort((a, b) => compareLabels(a.metric, b.metric)) };
}
