import type { Labels } from '../Labels';
import type { Series } from '../SampleStore';

/** One series' value at the evaluation time. */
export interface Element {
  labels: Labels;
  value: number;
}

/** What a query yields at one moment. */
export type Value =
  | { type: 'scalar'; value: number }
  | { type: 'string'; value: string }
  | { type: 'vector'; elements: Element[] }
  | { type: 'matrix'; series: Series[] };
