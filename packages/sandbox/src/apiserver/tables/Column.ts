import type { KubeObject } from '../ObjectStore';

/** One column of a table for `kubectl get`. */
export interface Column {
  name: string;
  type: string;
  format?: string;
  description?: string;
  /** 0 is always shown, 1 with `-o wide`. */
  priority: number;
  /** The cell of an object; `now` is the sandbox's time in milliseconds. */
  cell(object: KubeObject, now: number): unknown;
}

/** A column that is always shown. */
export function column(name: string, cell: Column['cell'], type = 'string'): Column {
  return { name, type, priority: 0, cell };
}

/** A column that is shown with `-o wide`. */
export function wideColumn(name: string, cell: Column['cell'], type = 'string'): Column {
  return { name, type, priority: 1, cell };
}
