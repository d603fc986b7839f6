/** What a query API answered. */
export interface Answer {
  status: number;
  body: any;
}

/** How answers are compared. */
export interface Comparison {
  /** The order of an instant vector counts, as after `sort()`. */
  ordered?: boolean;
}

type Point = [seconds: number, value: string];
interface ResultSeries {
  metric: Record<string, string>;
  value?: Point;
  values?: Point[];
}

/** Largest relative difference of two values that count as equal. */
const TOLERANCE = 1e-9;

/** In what the sandbox's answer differs from the real one; empty when it does not. Texts of errors may differ. */
export function differences(real: Answer, sandbox: Answer, { ordered = false }: Comparison = {}): string[] {
  const outlines = [real, sandbox].map(({ status, body }) => `${status} ${body.status} ${body.errorType ?? body.data?.resultType}`);
  if (outlines[0] !== outlines[1]) {
    return [`real: ${outlines[0]} ${excerpt(real)}\nsandbox: ${outlines[1]} ${excerpt(sandbox)}`];
  }
  if (real.status !== 200) return [];
  const [expected, found] = [real.body.data.result, sandbox.body.data.result];
  switch (real.body.data.resultType) {
    case 'scalar':
    case 'string':
      return comparePoints('', [expected], [found]);
    case 'matrix':
      return compareSeries(expected, found, true);
    default:
      return compareSeries(expected, found, ordered);
  }
}

function compareSeries(expected: ResultSeries[], found: ResultSeries[], ordered: boolean): string[] {
  const [left, right] = [expected, found].map((all) => {
    const keyed = all.map((series) => ({ key: keyOf(series), points: series.values ?? [series.value!] }));
    return ordered ? keyed : keyed.sort((a, b) => (a.key < b.key ? -1 : 1));
  });
  const keys = [left, right].map((all) => all.map(({ key }) => key).join('\n  '));
  if (keys[0] !== keys[1]) return [`real has series\n  ${keys[0]}\nsandbox has\n  ${keys[1]}`];
  return left.flatMap(({ key, points }, index) => comparePoints(key, points, right[index].points));
}

function comparePoints(key: string, expected: Point[], found: Point[]): string[] {
  if (expected.length !== found.length) return [`${key} has ${expected.length} points in the real one, ${found.length} in the sandbox`];
  return expected.flatMap(([time, value], index) => {
    const [otherTime, other] = found[index];
    if (Math.abs(time - otherTime) < 0.0005 && same(value, other)) return [];
    return [`${key} is ${value} at ${time} in the real one, ${other} at ${otherTime} in the sandbox`];
  });
}

function same(expected: string, found: string): boolean {
  if (expected === found) return true;
  const [a, b] = [Number(expected), Number(found)];
  return Number.isFinite(a) && Number.isFinite(b) && Math.abs(a - b) <= TOLERANCE * Math.max(Math.abs(a), Math.abs(b));
}

function keyOf({ metric }: ResultSeries): string {
  return JSON.stringify(Object.entries(metric).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function excerpt({ body: { error, data } }: Answer): string {
  return error ?? JSON.stringify(data?.result).slice(0, 500);
}
