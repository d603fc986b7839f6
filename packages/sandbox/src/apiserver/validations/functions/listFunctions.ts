import { EvaluationError, Optional, type Environment } from '@marcbachmann/cel-js';
import { Duration, UnsignedInt } from '@marcbachmann/cel-js/evaluator';
import { celEquals } from '../celEquals';
import { compareCel } from './compareCel';

/** The namespaces `sets` and `lists`. */
class Sets {}
class Lists {}

/** Registers the functions of lists, of sets, and of optional values. */
export function registerListFunctions(environment: Environment): void {
  const register = (signature: string, run: (...args: any[]) => unknown) => environment.registerFunction(signature, run, { async: false });
  register('list<T>.isSorted(): bool', (list) =>
    list.every((item: any, index: number) => index === 0 || compareCel(list[index - 1], item) <= 0),
  );
  register('list<T>.sum(): T', (list) => (list.length ? list.reduce(plus) : 0n));
  register('list<T>.min(): T', (list) => extreme('min', list, -1));
  register('list<T>.max(): T', (list) => extreme('max', list, 1));
  register('list<T>.indexO_(T): int', (list, wanted) => BigInt(list.findIndex((item: any) => celEquals(item, wanted))));
  register('list<T>.lastIndexO_(T): int', (list, wanted) => BigInt(list.findLastIndex((item: any) => celEquals(item, wanted))));
  register('list<T>.distinct(): list<T>', (list) => list.filter((item: any, index: number) => includes(list, item) === index));
  register('list<T>.reverse(): list<T>', (list) => list.toReversed());
  register('list<T>.sort(): list<T>', (list) => list.toSorted(compareCel));
  register('list<T>.slice(int, int): list<T>', (list, from, to) => {
    if (from < 0n || to > list.length || from > to) throw failure(`cannot slice(${from}, ${to}), list is length ${list.length}`);
    return list.slice(Number(from), Number(to));
  });
  register('list<list<T>>.flatten(): list<T>', (list) => list.flat());
  register('list<T>.flatten(int): list<dyn>', (list, depth) => {
    if (depth < 0n) throw failure('level must be non-negative');
    return list.flat(Number(depth));
  });
  environment.registerType('Lists', Lists as any);
  environment.registerConstant('lists', 'Lists', new Lists());
  register('Lists.range(int): list<int>', (_, count) => Array.from({ length: Number(count) }, (__, index) => BigInt(index)));

  environment.registerType('Sets', Sets as any);
  environment.registerConstant('sets', 'Sets', new Sets());
  register('Sets.contains(list<T>, list<T>): bool', (_, list, wanted) => containsAll(list, wanted));
  register('Sets.equivalent(list<T>, list<T>): bool', (_, left, right) => containsAll(left, right) && containsAll(right, left));
  register('Sets.intersects(list<T>, list<T>): bool', (_, left, right) => left.some((item: any) => includes(right, item) >= 0));

  register('OptionalNamespace.ofNonZeroValue(A): optional<A>', (_, value) => (isZero(value) ? Optional.none() : Optional.of(value)));
  environment.registerOperator('optional<T> == optional<T>: bool', celEquals);
}

function plus(left: any, right: any): unknown {
  if (left instanceof Duration) return left.addDuration(right);
  if (left instanceof UnsignedInt) return new UnsignedInt(left.valueOf() + right.valueOf());
  return left + right;
}

function extreme(name: string, list: any[], sign: number): unknown {
  if (list.length === 0) throw failure(`${name} called on empty list`);
  return list.reduce((best, item) => (compareCel(item, best) * sign > 0 ? item : best));
}

function includes(list: any[], wanted: unknown): number {
  return list.findIndex((item) => celEquals(item, wanted));
}

function containsAll(list: any[], wanted: any[]): boolean {
  return wanted.every((item) => includes(list, item) >= 0);
}

function isZero(value: any): boolean {
  if (value === null || value === false || value === '' || value === 0 || value === 0n) return true;
  if (value instanceof UnsignedInt) return value.valueOf() === 0n;
  return typeof value === 'object' && !(value instanceof Date) && (value.length ?? value.size ?? Object.keys(value).length) === 0;
}

function failure(message: string): EvaluationError {
  return new EvaluationError({ code: 'invalid_list_argument', message });
}
