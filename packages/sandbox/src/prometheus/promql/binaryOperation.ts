import { type Labels, labelsKey, METRIC_NAME, onlyLabels, withoutLabels } from '../Labels';
import { calculate, holds } from './arithmetic';
import { ARITHMETIC, type ArithmeticOp, type Binary, type BinaryOp, type ComparisonOp, type Matching, type SetOp } from './Expr';
import { PromqlError } from './PromqlError';
import { refuseDuplicates } from './refuseDuplicates';
import type { Element, Value } from './Value';

type Operation = Pick<Binary, 'op' | 'bool' | 'matching'>;

/** Applies a binary operator to two values whose types have been checked. */
export function binaryOperation(operation: Operation, left: Value, right: Value): Value {
  if (left.type === 'scalar' && right.type === 'scalar')
    return { type: 'scalar', value: compute(operation.op, left.value, right.value).value };
  if (left.type === 'vector' && right.type === 'scalar') {
    return { type: 'vector', elements: withScalar(operation, left.elements, (value) => compute(operation.op, value, right.value)) };
  }
  if (left.type === 'scalar' && right.type === 'vector') {
    return { type: 'vector', elements: withScalar(operation, right.elements, (value) => compute(operation.op, left.value, value)) };
  }
  if (left.type !== 'vector' || right.type !== 'vector')
    throw new Error(`type check let through ${left.type} ${operation.op} ${right.type}`);
  if (operation.op === 'and' || operation.op === 'or' || operation.op === 'unless') {
    return { type: 'vector', elements: setOperation(operation.op, operation.matching, left.elements, right.elements) };
  }
  return { type: 'vector', elements: matched(operation, left.elements, right.elements) };
}

/** `kept` is false where a comparison does not hold; `value` is then 0, else 1 (arithmetic: the result). */
function compute(op: BinaryOp, a: number, b: number): { value: number; kept: boolean } {
  if (isArithmetic(op)) return { value: calculate(op, a, b), kept: true };
  const kept = holds(op as ComparisonOp, a, b);
  return { value: kept ? 1 : 0, kept };
}

function isArithmetic(op: BinaryOp): op is ArithmeticOp {
  return (ARITHMETIC as readonly string[]).includes(op);
}

// A computed value is no longer the metric's. Prometheus 2.42 forgets that for atan2.
function dropsName({ op, bool }: Operation): boolean {
  return bool || (isArithmetic(op) && op !== 'atan2');
}

function withScalar(operation: Operation, elements: Element[], apply: (value: number) => { value: number; kept: boolean }): Element[] {
  const filters = !isArithmetic(operation.op) && !operation.bool;
  const results = elements.flatMap(({ labels, value }) => {
    const result = apply(value);
    if (filters) return result.kept ? [{ labels, value }] : [];
    return [{ labels: dropsName(operation) ? withoutLabels(labels, [METRIC_NAME]) : labels, value: result.value }];
  });
  return refuseDuplicates(results);
}

function signature({ on, labels: names }: Matching, labels: Labels): string {
  return labelsKey(on ? onlyLabels(labels, names) : withoutLabels(labels, [...names, METRIC_NAME]));
}

function setOperation(op: SetOp, matching: Matching, left: Element[], right: Element[]): Element[] {
  const inRight = new Set(right.map(({ labels }) => signature(matching, labels)));
  if (op === 'and') return left.filter(({ labels }) => inRight.has(signature(matching, labels)));
  if (op === 'unless') return left.filter(({ labels }) => !inRight.has(signature(matching, labels)));
  const inLeft = new Set(left.map(({ labels }) => signature(matching, labels)));
  return [...left, ...right.filter(({ labels }) => !inLeft.has(signature(matching, labels)))];
}

function matched(operation: Operation, left: Element[], right: Element[]): Element[] {
  // Prometheus does not look at the other side's duplicates then.
  if (!left.length || !right.length) return [];
  const { op, bool, matching } = operation;
  const manyRight = matching.many === 'right';
  const [many, one] = manyRight ? [right, left] : [left, right];
  const ones = uniqueBySignature(matching, one, manyRight ? 'left' : 'right');
  const filters = !isArithmetic(op) && !bool;
  const seen = new Set<string>();
  const results: Element[] = [];
  for (const element of many) {
    const key = signature(matching, element.labels);
    const partner = ones.get(key);
    if (!partner) continue;
    const [a, b] = manyRight ? [partner, element] : [element, partner];
    const result = compute(op, a.value, b.value);
    if (filters && !result.kept) continue;
    const labels = resultLabels(operation, element.labels, partner.labels);
    const once = matching.many ? labelsKey(labels) : key;
    if (seen.has(once)) throw new PromqlError('execution', ambiguous(matching));
    seen.add(once);
    results.push({ labels, value: filters ? a.value : result.value });
  }
  return results;
}

function ambiguous({ many }: Matching): string {
  return many
    ? 'multiple matches for labels: grouping labels must ensure unique matches'
    : 'multiple matches for labels: many-to-one matching must be explicit (group_left/group_right)';
}

function uniqueBySignature(matching: Matching, elements: Element[], side: 'left' | 'right'): Map<string, Element> {
  const found = new Map<string, Element>();
  for (const element of elements) {
    const key = signature(matching, element.labels);
    if (found.has(key)) {
      const group = (JSON.parse(key) as [string, string][]).map(([name, value]) => `${name}=${JSON.stringify(value)}`).join(', ');
      throw new PromqlError(
        'execution',
        `found duplicate series for the match group {${group}} on the ${side} hand-side of the operation; many-to-many matching not allowed: matching labels must be unique on one side`,
      );
    }
    found.set(key, element);
  }
  return found;
}

function resultLabels(operation: Operation, many: Labels, one: Labels): Labels {
  const { matching } = operation;
  const named = dropsName(operation) ? withoutLabels(many, [METRIC_NAME]) : many;
  if (!matching.many) return matching.on ? onlyLabels(named, matching.labels) : withoutLabels(named, matching.labels);
  const labels: Record<string, string> = { ...named };
  for (const name of matching.include) {
    if (one[name]) labels[name] = one[name];
    else delete labels[name];
  }
  return labels;
}
