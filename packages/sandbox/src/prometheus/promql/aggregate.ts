import { type Labels, labelsKey, METRIC_NAME, onlyLabels, withoutLabels } from '../Labels';
import { formatValue } from '../formatValue';
import { compareNumbers, quantileOf } from './arithmetic';
import type { Aggregate, Aggregation } from './Expr';
import { PromqlError } from './PromqlError';
import type { Element } from './Value';

const LABEL = /^[a-zA-Z_][a-zA-Z0-9_]*$/;
const LARGEST_COUNT = 2 ** 63;

type Grouping = Pick<Aggregate, 'op' | 'without' | 'labels'>;

interface Group {
  labels: Labels;
  elements: Element[];
}

/**
 * Folds the elements into groups `by` or `without` labels. An empty vector stays empty: a sum of nothing is no series, not 0.
 * `parameter` is that of topk, bottomk and quantile, or the label of count_values.
 */
export function aggregate(grouping: Grouping, elements: readonly Element[], parameter?: number | string): Element[] {
  const { op } = grouping;
  if (typeof parameter === 'string') return countValues(grouping, elements, parameter);
  const groups = grouped(grouping, elements);
  if (op === 'topk' || op === 'bottomk') return groups.flatMap((group) => extremes(op, group, wholeNumber(parameter ?? Number.NaN)));
  return groups.map((group) => {
    const values = group.elements.map(({ value }) => value);
    return { labels: group.labels, value: op === 'quantile' ? quantileOf(parameter ?? Number.NaN, values) : fold(op, values) };
  });
}

function grouped({ without, labels: names }: Grouping, elements: readonly Element[]): Group[] {
  const groups = new Map<string, Group>();
  for (const element of elements) {
    const labels = without ? withoutLabels(element.labels, [...names, METRIC_NAME]) : onlyLabels(element.labels, names);
    const key = labelsKey(labels);
    const group = groups.get(key) ?? { labels, elements: [] };
    group.elements.push(element);
    groups.set(key, group);
  }
  return [...groups.values()];
}

function fold(op: Aggregation, values: number[]): number {
  switch (op) {
    case 'sum':
      return values.reduce((total, value) => total + value, 0);
    case 'avg':
      return mean(values);
    case 'count':
      return values.length;
    case 'group':
      return 1;
    case 'min':
      return values.reduce((a, b) => (b < a || Number.isNaN(a) ? b : a));
    case 'max':
      return values.reduce((a, b) => (b > a || Number.isNaN(a) ? b : a));
    case 'stdvar':
      return variance(values);
    case 'stddev':
      return Math.sqrt(variance(values));
    default:
      throw new Error(`aggregation ${op} has no evaluation`);
  }
}

// A mean that moves on with each value, so that huge values do not overflow; once infinite, finite values leave it as it is.
function mean(values: readonly number[]): number {
  return values.reduce((before, value, index) => {
    if (index > 0 && Math.abs(before) === Infinity && (value === before || Number.isFinite(value))) return before;
    return index === 0 ? value : before + (value / (index + 1) - before / (index + 1));
  }, 0);
}

// A single value does not vary, whatever it is.
function variance(values: readonly number[]): number {
  let average = values[0];
  let squares = 0;
  values.slice(1).forEach((value, index) => {
    const delta = value - average;
    average += delta / (index + 2);
    squares += delta * (value - average);
  });
  return squares / values.length;
}

// The k largest or smallest with all their labels, largest or smallest first; NaN is taken only when nothing else is left.
function extremes(op: 'topk' | 'bottomk', { elements }: Group, k: number): Element[] {
  const direction = op === 'topk' ? -1 : 1;
  return [...elements].sort((a, b) => compareNumbers(a.value, b.value, direction)).slice(0, Math.max(0, k));
}

function wholeNumber(value: number): number {
  if (!(Math.abs(value) < LARGEST_COUNT)) throw new PromqlError('execution', `Scalar value ${formatValue(value)} overflows int64`);
  return Math.trunc(value);
}

function countValues(grouping: Grouping, elements: readonly Element[], label: string): Element[] {
  if (!LABEL.test(label)) throw new PromqlError('execution', `invalid label name ${JSON.stringify(label)}`);
  const labelled = elements.map(({ labels, value }) => ({ labels: { ...labels, [label]: formatValue(value) }, value }));
  const labels = grouping.without ? grouping.labels : [...grouping.labels, label];
  return grouped({ ...grouping, labels }, labelled).map((group) => ({ labels: group.labels, value: group.elements.length }));
}
