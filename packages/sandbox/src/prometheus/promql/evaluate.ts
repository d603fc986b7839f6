import { type Labels, METRIC_NAME, withoutLabels } from '../Labels';
import type { SampleStore, Series } from '../SampleStore';
import { aggregate } from './aggregate';
import { binaryOperation } from './binaryOperation';
import type { Call, Expr, Selector } from './Expr';
import { histogramQuantile } from './histogramQuantile';
import { RANGE_FUNCTIONS } from './rangeFunctions';
import type { Element, Value } from './Value';

/** How far back an instant selector looks for a series' last sample, in milliseconds. */
const LOOKBACK = 5 * 60_000;

/** Evaluates a parsed query at `time` (milliseconds since the epoch). Throws PromqlError where series cannot be matched. */
export function evaluate(expr: Expr, store: SampleStore, time: number): Value {
  switch (expr.kind) {
    case 'number':
      return { type: 'scalar', value: expr.value };
    case 'string':
      return { type: 'string', value: expr.value };
    case 'selector':
      return expr.range === undefined
        ? { type: 'vector', elements: instantSelector(expr, store, time) }
        : { type: 'matrix', series: rangeSelector(expr, expr.range, store, time) };
    case 'negate': {
      const value = evaluate(expr.arg, store, time);
      return value.type === 'scalar' ? { type: 'scalar', value: -value.value } : mapVector(elementsOf(value), (element) => -element);
    }
    case 'aggregate':
      return { type: 'vector', elements: aggregate(expr, elementsOf(evaluate(expr.arg, store, time))) };
    case 'binary':
      return binaryOperation(expr, evaluate(expr.left, store, time), evaluate(expr.right, store, time));
    case 'call':
      return callFunction(expr, store, time);
    default:
      return expr satisfies never;
  }
}

function instantSelector({ matchers, offset }: Selector, store: SampleStore, time: number): Element[] {
  return store.select(matchers, time - offset - LOOKBACK, time - offset).flatMap(({ labels, samples }) => {
    const last = samples[samples.length - 1];
    return last.stale ? [] : [{ labels, value: last.value }];
  });
}

function rangeSelector({ matchers, offset }: Selector, range: number, store: SampleStore, time: number): Series[] {
  return store
    .select(matchers, time - offset - range, time - offset)
    .map(({ labels, samples }) => ({ labels, samples: samples.filter((sample) => !sample.stale) }))
    .filter(({ samples }) => samples.length > 0);
}

function elementsOf(value: Value): Element[] {
  if (value.type !== 'vector') throw new Error(`type check let through a ${value.type} where a vector is needed`);
  return value.elements;
}

function mapVector(elements: Element[], change: (value: number) => number): Value {
  return {
    type: 'vector',
    elements: elements.map(({ labels, value }) => ({ labels: withoutLabels(labels, [METRIC_NAME]), value: change(value) })),
  };
}

function callFunction({ name, args }: Call, store: SampleStore, time: number): Value {
  const rangeFunction = RANGE_FUNCTIONS[name];
  if (rangeFunction) return overRange(name, rangeFunction, args[0] as Selector, store, time);
  const values = args.map((arg) => evaluate(arg, store, time));
  const vector = () => elementsOf(values[name === 'histogram_quantile' ? 1 : 0]);
  const scalar = (index: number, otherwise = Number.NaN) => {
    const value = values[index];
    return value?.type === 'scalar' ? value.value : otherwise;
  };
  switch (name) {
    case 'time':
      return { type: 'scalar', value: time / 1000 };
    case 'vector':
      return { type: 'vector', elements: [{ labels: {}, value: scalar(0) }] };
    case 'scalar':
      return { type: 'scalar', value: vector().length === 1 ? vector()[0].value : Number.NaN };
    case 'abs':
      return mapVector(vector(), Math.abs);
    case 'ceil':
      return mapVector(vector(), Math.ceil);
    case 'floor':
      return mapVector(vector(), Math.floor);
    case 'clamp_max':
      return mapVector(vector(), (value) => Math.min(value, scalar(1)));
    case 'clamp_min':
      return mapVector(vector(), (value) => Math.max(value, scalar(1)));
    case 'round': {
      // Multiplying by the inverse is what Prometheus does: round(x, 0.1) then has fewer stray digits.
      const inverse = 1 / scalar(1, 1);
      return mapVector(vector(), (value) => Math.floor(value * inverse + 0.5) / inverse);
    }
    case 'absent':
      return { type: 'vector', elements: vector().length ? [] : [{ labels: labelsOfAbsent(args[0]), value: 1 }] };
    case 'histogram_quantile':
      return { type: 'vector', elements: histogramQuantile(scalar(0), vector()) };
    default:
      throw new Error(`function ${name} has a signature and no evaluation`);
  }
}

function overRange(name: string, fold: (typeof RANGE_FUNCTIONS)[string], selector: Selector, store: SampleStore, time: number): Value {
  const range = selector.range ?? 0;
  const end = time - selector.offset;
  const elements = rangeSelector(selector, range, store, time).flatMap(({ labels, samples }) => {
    const value = fold({ samples, start: end - range, end });
    if (value === undefined) return [];
    return [{ labels: name === 'last_over_time' ? labels : withoutLabels(labels, [METRIC_NAME]), value }];
  });
  return { type: 'vector', elements };
}

// The labels that an equality condition pins down once; a label with two conditions says nothing.
function labelsOfAbsent(arg: Expr): Labels {
  if (arg.kind !== 'selector') return {};
  const labels: Record<string, string> = {};
  for (const { label, op, value } of arg.matchers) {
    const single = arg.matchers.filter((other) => other.label === label).length === 1;
    if (label !== METRIC_NAME && op === '=' && single) labels[label] = value;
  }
  return labels;
}
