import { METRIC_NAME, withoutLabels } from '../Labels';
import { aggregate } from './aggregate';
import { binaryOperation } from './binaryOperation';
import { callFunction } from './callFunction';
import type { Expr, Selector } from './Expr';
import { evaluateRange, referenceTime } from './evaluateRange';
import { refuseDuplicates } from './refuseDuplicates';
import { type Element, elementsOf, type Moment, numberOf, textOf, type Value } from './Value';

/** How far back an instant selector looks for a series' last sample, in milliseconds. A sample of just that age still counts. */
const LOOKBACK = 5 * 60_000;

/** Evaluates a parsed query at a moment. Throws PromqlError where series cannot be matched. */
export function evaluate(expr: Expr, moment: Moment): Value {
  switch (expr.kind) {
    case 'number':
      return { type: 'scalar', value: expr.value };
    case 'string':
      return { type: 'string', value: expr.value };
    case 'selector':
      if (expr.range !== undefined) return { type: 'matrix', series: evaluateRange(expr, moment).series };
      return { type: 'vector', elements: instantSelector(expr, moment) };
    case 'subquery':
      return { type: 'matrix', series: evaluateRange(expr, moment).series };
    case 'signed':
      return expr.negative ? negated(evaluate(expr.arg, moment)) : evaluate(expr.arg, moment);
    case 'aggregate': {
      const parameter = expr.parameter && evaluate(expr.parameter, moment);
      const elements = elementsOf(evaluate(expr.arg, moment));
      if (parameter?.type === 'string') return { type: 'vector', elements: aggregate(expr, elements, textOf(parameter)) };
      return { type: 'vector', elements: aggregate(expr, elements, parameter && numberOf(parameter)) };
    }
    case 'binary':
      return binaryOperation(expr, evaluate(expr.left, moment), evaluate(expr.right, moment));
    case 'call':
      return callFunction(expr, moment);
    default:
      return expr satisfies never;
  }
}

function instantSelector(selector: Selector, moment: Moment): Element[] {
  const time = referenceTime(selector, moment);
  return moment.store.select(selector.matchers, time - LOOKBACK, time).flatMap(({ labels, samples }) => {
    const last = samples[samples.length - 1];
    return last.stale ? [] : [{ labels, value: last.value }];
  });
}

function negated(value: Value): Value {
  if (value.type === 'scalar') return { type: 'scalar', value: -value.value };
  const elements = elementsOf(value).map((element) => ({ labels: withoutLabels(element.labels, [METRIC_NAME]), value: -element.value }));
  return { type: 'vector', elements: refuseDuplicates(elements) };
}
