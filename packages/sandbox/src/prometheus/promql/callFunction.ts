import { type Labels, METRIC_NAME, withoutLabels } from '../Labels';
import { compareNumbers } from './arithmetic';
import { DATE_FUNCTIONS } from './dateFunctions';
import { evaluate } from './evaluate';
import { evaluateRange, referenceTime } from './evaluateRange';
import type { Call, Expr } from './Expr';
import { histogramQuantile } from './histogramQuantile';
import { labelJoin, labelReplace } from './labelFunctions';
import { NUMBER_FUNCTIONS } from './numberFunctions';
import { RANGE_FUNCTIONS } from './rangeFunctions';
import { refuseDuplicates } from './refuseDuplicates';
import { type Element, elementsOf, type Moment, numberOf, textOf, type Value } from './Value';

/** Evaluates a function whose arguments' types have been checked. */
export function callFunction(call: Call, moment: Moment): Value {
  const { name, args } = call;
  if (Object.hasOwn(RANGE_FUNCTIONS, name)) return overRange(call, moment);
  switch (name) {
    case 'pi':
      return { type: 'scalar', value: Math.PI };
    case 'time':
      return { type: 'scalar', value: moment.time / 1000 };
    case 'absent_over_time':
      return absent(args[0], evaluateRange(args[0], moment).series.length);
    case 'timestamp':
      return timestamp(args[0], moment);
    default: {
      const values = args.map((arg) => evaluate(arg, moment));
      return name === 'scalar' ? asScalar(elementsOf(values[0])) : ofValues(call, values, moment);
    }
  }
}

function ofValues({ name, args }: Call, values: Value[], moment: Moment): Value {
  if (Object.hasOwn(NUMBER_FUNCTIONS, name)) {
    const parameters = values.slice(1).map((value) => numberOf(value));
    return mapped(elementsOf(values[0]), (number) => NUMBER_FUNCTIONS[name](number, ...parameters));
  }
  if (Object.hasOwn(DATE_FUNCTIONS, name)) {
    const elements = values.length ? elementsOf(values[0]) : [{ labels: {}, value: moment.time / 1000 }];
    return mapped(elements, DATE_FUNCTIONS[name]);
  }
  switch (name) {
    case 'vector':
      return { type: 'vector', elements: [{ labels: {}, value: numberOf(values[0]) }] };
    case 'absent':
      return absent(args[0], elementsOf(values[0]).length);
    case 'clamp': {
      const [least, most] = [numberOf(values[1]), numberOf(values[2])];
      return mapped(most < least ? [] : elementsOf(values[0]), (value) =>
        NUMBER_FUNCTIONS.clamp_min(NUMBER_FUNCTIONS.clamp_max(value, most), least),
      );
    }
    case 'sort':
      return { type: 'vector', elements: elementsOf(values[0]).sort((a, b) => compareNumbers(a.value, b.value)) };
    case 'sort_desc':
      return { type: 'vector', elements: elementsOf(values[0]).sort((a, b) => compareNumbers(a.value, b.value, -1)) };
    case 'histogram_quantile':
      return { type: 'vector', elements: histogramQuantile(numberOf(values[0]), elementsOf(values[1])) };
    case 'label_replace':
      return { type: 'vector', elements: refuseDuplicates(labelReplace(elementsOf(values[0]), values.slice(1).map(textOf))) };
    case 'label_join':
      return { type: 'vector', elements: refuseDuplicates(labelJoin(elementsOf(values[0]), values.slice(1).map(textOf))) };
    default:
      throw new Error(`function ${name} has a signature and no evaluation`);
  }
}

function overRange({ name, args }: Call, moment: Moment): Value {
  const position = args.length > 1 && name === 'quantile_over_time' ? 1 : 0;
  const parameters = args.filter((_, index) => index !== position).map((arg) => numberOf(evaluate(arg, moment)));
  const { series, start, end } = evaluateRange(args[position], moment);
  const elements = series.flatMap(({ labels, samples }) => {
    const value = RANGE_FUNCTIONS[name]({ samples, start, end, now: moment.time }, ...parameters);
    if (value === undefined) return [];
    return [{ labels: name === 'last_over_time' ? labels : withoutLabels(labels, [METRIC_NAME]), value }];
  });
  return { type: 'vector', elements: refuseDuplicates(elements) };
}

function mapped(elements: Element[], change: (value: number) => number): Value {
  const changed = elements.map(({ labels, value }) => ({ labels: withoutLabels(labels, [METRIC_NAME]), value: change(value) }));
  return { type: 'vector', elements: refuseDuplicates(changed) };
}

function asScalar(elements: Element[]): Value {
  return { type: 'scalar', value: elements.length === 1 ? elements[0].value : Number.NaN };
}

// When a selector's sample was taken; of anything else the evaluation time.
function timestamp(arg: Expr, moment: Moment): Value {
  if (arg.kind !== 'selector') return mapped(elementsOf(evaluate(arg, moment)), () => moment.time / 1000);
  const present = elementsOf(evaluate(arg, moment));
  const time = referenceTime(arg, moment);
  const found = new Map(moment.store.select(arg.matchers, Number.NEGATIVE_INFINITY, time).map(({ labels, samples }) => [labels, samples]));
  const elements = present.map(({ labels }) => ({
    labels: withoutLabels(labels, [METRIC_NAME]),
    value: (found.get(labels)?.at(-1)?.time ?? Number.NaN) / 1000,
  }));
  return { type: 'vector', elements: refuseDuplicates(elements) };
}

function absent(arg: Expr, found: number): Value {
  return { type: 'vector', elements: found ? [] : [{ labels: labelsOfAbsent(arg), value: 1 }] };
}

// The labels that an equality condition pins down; any later condition on the same label takes it out again.
function labelsOfAbsent(arg: Expr): Labels {
  if (arg.kind !== 'selector') return {};
  const labels: Record<string, string> = {};
  const pinned = new Set<string>();
  for (const { label, op, value } of arg.matchers) {
    if (label === METRIC_NAME) continue;
    if (op === '=' && !pinned.has(label)) {
      pinned.add(label);
      if (value !== '') labels[label] = value;
    } else {
      delete labels[label];
    }
  }
  return labels;
}
