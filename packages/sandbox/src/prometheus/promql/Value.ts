import type { Labels } from '../Labels';
import type { SampleStore, Series } from '../SampleStore';

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

/** A moment for which a query is evaluated, and what it is evaluated on. All times in milliseconds since the epoch. */
export interface Moment {
  store: SampleStore;
  time: number;
  /** First and last moment of the whole query, for `@ start()` and `@ end()`; both are `time` in an instant query. */
  start: number;
  end: number;
}

/** The elements of a value that the type check has found to be a vector. */
export function elementsOf(value: Value | undefined): Element[] {
  if (value?.type !== 'vector') throw new Error(`type check let through a ${value?.type} where a vector is needed`);
  return value.elements;
}

/** The number of a value that the type check has found to be a scalar; `otherwise` for an argument that was left out. */
export function numberOf(value: Value | undefined, otherwise?: number): number {
  if (!value && otherwise !== undefined) return otherwise;
  if (value?.type !== 'scalar') throw new Error(`type check let through a ${value?.type} where a scalar is needed`);
  return value.value;
}

/** The text of a value that the type check has found to be a string. */
export function textOf(value: Value | undefined): string {
  if (value?.type !== 'string') throw new Error(`type check let through a ${value?.type} where a string is needed`);
  return value.value;
}
