import { formatValue } from './formatValue';
import { compareLabels, type Labels } from './Labels';
import { evaluate } from './promql/evaluate';
import { parseQuery } from './promql/parseQuery';
import type { SampleStore } from './SampleStore';

/** A moment in Unix seconds and a number as text. */
export type Point = [time: number, value: string];

/** The `data` of an answer to `/api/v1/query`. */
export type InstantResult =
  | { resultType: 'scalar'; result: Point }
  | { resultType: 'string'; result: Point }
  | { resultType: 'vector'; result: { metric: Labels; value: Point }[] }
  | { resultType: 'matrix'; result: { metric: Labels; values: Point[] }[] };

/** Evaluates `query` at `time` (milliseconds since the epoch). Throws PromqlError. */
export function instantQuery(store: SampleStore, query: string, time: number): InstantResult {
  const value = evaluate(parseQuery(query), { store, time, start: time, end: time });
  const point = (number: number, at = time): Point => [at / 1000, formatValue(number)];
  switch (value.type) {
    case 'scalar':
      return { resultType: 'scalar', result: point(value.value) };
    case 'string':
      return { resultType: 'string', result: [time / 1000, value.value] };
    case 'vector':
      return { resultType: 'vector', result: value.elements.map((element) => ({ metric: element.labels, value: point(element.value) })) };
    case 'matrix':
      return {
        resultType: 'matrix',
        result: value.series
          .map(({ labels, samples }) => ({ metric: labels, values: samples.map((sample) => point(sample.value, sample.time)) }))
          .sort((a, b) => compareLabels(a.metric, b.metric)),
      };
    default:
      return value satisfies never;
  }
}
