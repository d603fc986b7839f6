/** A series' labels; the metric's name is the label `__name__`, as in Prometheus. */
export type Labels = Readonly<Record<string, string>>;

/** The label that holds a metric's name. */
export const METRIC_NAME = '__name__';

/** One string per set of labels, whatever order they were written in. An empty label is the same as none. */
export function labelsKey(labels: Labels): string {
  return JSON.stringify(
    Object.entries(labels)
      .filter(([, value]) => value !== '')
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );
}

/** The labels without the given names. */
export function withoutLabels(labels: Labels, names: Iterable<string>): Labels {
  const rest = { ...labels };
  for (const name of names) delete rest[name];
  return rest;
}

/** Only the labels of the given names. */
export function onlyLabels(labels: Labels, names: Iterable<string>): Labels {
  const kept: Record<string, string> = {};
  for (const name of names) if (labels[name]) kept[name] = labels[name];
  return kept;
}

/** Order of series in an answer: by the first label, in order of their names, that is not the same. */
export function compareLabels(a: Labels, b: Labels): number {
  const [left, right] = [a, b].map((labels) =>
    Object.entries(labels)
      .sort(([one], [other]) => compareTexts(one, other))
      .flat(),
  );
  const differs = left.findIndex((text, index) => text !== right[index]);
  if (differs === -1) return left.length - right.length;
  return right[differs] === undefined ? 1 : compareTexts(left[differs], right[differs]);
}

function compareTexts(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}
