import { type Labels, labelsKey, METRIC_NAME, onlyLabels, withoutLabels } from '../Labels';
import type { Aggregate, Aggregation } from './Expr';
import type { Element } from './Value';

/** Folds the elements into groups `by` or `without` labels. An empty vector stays empty: a sum of nothing is no series, not 0. */
export function aggregate(
  { op, without, labels: names }: Pick<Aggregate, 'op' | 'without' | 'labels'>,
  elements: readonly Element[],
): Element[] {
  const groups = new Map<string, { labels: Labels; values: number[] }>();
  for (const { labels, value } of elements) {
    const group = without ? withoutLabels(labels, [...names, METRIC_NAME]) : onlyLabels(labels, names);
    const key = labelsKey(group);
    const found = groups.get(key) ?? { labels: group, values: [] };
    found.values.push(value);
    groups.set(key, found);
  }
  return [...groups.values()].map(({ labels, values }) => ({ labels, value: fold(op, values) }));
}

function fold(op: Aggregation, values: number[]): number {
  switch (op) {
    case 'sum':
      return sum(values);
    case 'avg':
      return sum(values) / values.length;
    case 'count':
      return values.length;
    case 'min':
      return values.reduce((a, b) => (b < a || Number.isNaN(a) ? b : a));
    case 'max':
      return values.reduce((a, b) => (b > a || Number.isNaN(a) ? b : a));
    default:
      return op satisfies never;
  }
}

function sum(values: number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
