import { EvaluationError } from '@marcbachmann/cel-js';

/** The order of two values of one comparable type: negative, zero or positive. Throws for what has no order. */
export function compareCel(left: any, right: any): number {
  if (left instanceof Uint8Array && right instanceof Uint8Array) {
    return Buffer.compare(left, right);
  }
  const [a, b] = [left, right].map((value) => (typeof value === 'object' ? value?.valueOf() : value));
  if (typeof a !== typeof b || typeof a === 'object') {
    throw new EvaluationError({ code: 'no_such_overload', message: 'no such overload' });
  }
  return a < b ? -1 : a > b ? 1 : 0;
}
