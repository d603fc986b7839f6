import { Optional } from '@marcbachmann/cel-js';
import { Duration, UnsignedInt } from '@marcbachmann/cel-js/evaluator';
import { Quantity } from './functions/Quantity';

/** Whether two values of rules are equal. Numbers of different types are when they are the same number. */
export function celEquals(left: any, right: any): boolean {
  if (isNumber(left) && isNumber(right)) {
    // Compares 1n and 1 as the language does.
    // eslint-disable-next-line eqeqeq
    return left.valueOf() == right.valueOf();
  }
  if (left === right || typeof left !== 'object' || typeof right !== 'object' || left === null || right === null) {
    return left === right;
  }
  if (left instanceof Uint8Array || right instanceof Uint8Array) {
    return left instanceof Uint8Array && right instanceof Uint8Array && Buffer.compare(left, right) === 0;
  }
  if (Array.isArray(left)) {
    return Array.isArray(right) && left.length === right.length && left.every((item, index) => celEquals(item, right[index]));
  }
  if (left instanceof Optional) {
    return (
      right instanceof Optional && left.hasValue() === right.hasValue() && (!left.hasValue() || celEquals(left.value(), right.value()))
    );
  }
  if (left instanceof Date || left instanceof Duration) {
    return left.constructor === right.constructor && left.valueOf() === right.valueOf();
  }
  if (left instanceof Quantity) {
    return right instanceof Quantity && left.compareTo(right) === 0n;
  }
  const [a, b] = [entriesOf(left), entriesOf(right)];
  return a.size === b.size && [...a].every(([key, value]) => b.has(key) && celEquals(value, b.get(key)));
}

function isNumber(value: unknown): boolean {
  return typeof value === 'bigint' || typeof value === 'number' || value instanceof UnsignedInt;
}

function entriesOf(value: object): Map<unknown, unknown> {
  if (value instanceof Map) return value;
  return new Map(Object.entries(value));
}
