import { labelsKey } from '../Labels';
import type { Sample } from '../PackedSamples';
import type { Series } from '../SampleStore';
import { evaluate } from './evaluate';
import type { Expr, Selector, Subquery } from './Expr';
import { elementsOf, type Moment } from './Value';

/** Step of a subquery that names none: the server's evaluation interval. */
const DEFAULT_STEP = 60_000;

/** A range of samples of every series, and the window they were looked up in, in milliseconds. Both ends belong to it. */
export interface SeriesRange {
  series: Series[];
  start: number;
  end: number;
}

/** The samples that a range selector or a subquery yields. */
export function evaluateRange(expr: Expr, moment: Moment): SeriesRange {
  if (expr.kind === 'subquery') return subquery(expr, moment);
  if (expr.kind !== 'selector' || expr.range === undefined)
    throw new Error(`type check let through a ${expr.kind} where a range is needed`);
  const end = referenceTime(expr, moment);
  const start = end - expr.range;
  const series = moment.store
    .select(expr.matchers, start, end)
    .map(({ labels, samples }) => ({ labels, samples: samples.filter((sample) => !sample.stale) }))
    .filter(({ samples }) => samples.length > 0);
  return { series, start, end };
}

/** The moment that a selector looks at. */
export function referenceTime({ at, offset }: Pick<Selector, 'at' | 'offset'>, moment: Moment): number {
  const base = at === undefined ? moment.time : at === 'start' ? moment.start : at === 'end' ? moment.end : at;
  return base - offset;
}

// The steps lie at multiples of the step's length, wherever the window begins.
function subquery(expr: Subquery, moment: Moment): SeriesRange {
  const end = referenceTime(expr, moment);
  const start = end - expr.range;
  const step = expr.step ?? DEFAULT_STEP;
  const found = new Map<string, { labels: Series['labels']; samples: Sample[] }>();
  for (let time = Math.ceil(start / step) * step; time <= end; time += step) {
    for (const { labels, value } of elementsOf(evaluate(expr.arg, { ...moment, time }))) {
      const key = labelsKey(labels);
      const series = found.get(key) ?? { labels, samples: [] };
      series.samples.push({ time, value });
      found.set(key, series);
    }
  }
  return { series: [...found.values()], start, end };
}
