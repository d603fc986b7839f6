import { labelCauses } from '../admission/names';
import { badRequest } from '../ApiError';

/** Whether the labels meet a selector. */
export type LabelTest = (labels: Record<string, string> | undefined) => boolean;

/**
 * Parses the selector syntax of list requests: `a=b,c!=d,e in (f,g),h notin (i),j,!k`.
 * Throws 400 for anything else.
 */
export function parseLabelSelector(text: string): LabelTest {
  const tests = splitOutsideParentheses(text).map((part) => requirement(part));
  return (labels) => tests.every((test) => test(labels));
}

/** The test of a LabelSelector object: `matchLabels` and `matchExpressions`; an empty one selects everything. */
export function labelSelectorTest(selector: any): LabelTest {
  const expressions: any[] = [
    ...Object.entries(selector?.matchLabels ?? {}).map(([key, value]) => ({ key, operator: 'In', values: [value] })),
    ...(selector?.matchExpressions ?? []),
  ];
  return (labels) =>
    expressions.every(({ key, operator, values }) => {
      const value = labels?.[key];
      switch (operator) {
        case 'In':
          return value !== undefined && values.includes(value);
        case 'NotIn':
          return value === undefined || !values.includes(value);
        case 'Exists':
          return value !== undefined;
        default:
          return value === undefined;
      }
    });
}

/** The selector object as text, as in `Scale.status.selector` and in tables. */
export function labelSelectorText(selector: any): string {
  const parts = [
    ...Object.entries(selector?.matchLabels ?? {})
      .map(([key, value]) => `${key}=${value}`)
      .sort(),
    ...(selector?.matchExpressions ?? []).map(({ key, operator, values }: any) => {
      if (operator === 'Exists') {
        return key;
      }
      return operator === 'DoesNotExist' ? `!${key}` : `${key} ${operator.toLowerCase()} (${[...values].sort().join(',')})`;
    }),
  ];
  return parts.join(',');
}

function requirement(part: string): LabelTest {
  const set = /^([^\s!=]+)\s+(in|notin)\s*\(([^)]*)\)$/.exec(part);
  if (set) {
    const values = set[3].split(',').map((value) => value.trim());
    const wanted = set[2] === 'in';
    check(set[1], values);
    return (labels) => (labels?.[set[1]] === undefined ? !wanted : values.includes(labels[set[1]]) === wanted);
  }
  const comparison = /^([^\s!=]+)\s*(==|=|!=)\s*([^\s!=]*)$/.exec(part);
  if (comparison) {
    const [, key, operator, value] = comparison;
    check(key, [value]);
    return operator === '!=' ? (labels) => labels?.[key] !== value : (labels) => labels?.[key] === value;
  }
  const presence = /^(!?)\s*([^\s!=(),]+)$/.exec(part);
  if (presence) {
    check(presence[2], []);
    return (labels) => (labels?.[presence[2]] === undefined) === (presence[1] === '!');
  }
  throw badRequest(`unable to parse requirement: found ${JSON.stringify(part)}: expected a key, and what its value must be`);
}

function check(key: string, values: string[]): void {
  const [cause] = [...labelCauses({ [key]: '' }, 'key'), ...values.flatMap((value) => labelCauses({ a: value }, 'values.labels'))];
  if (cause) {
    throw badRequest(`unable to parse requirement: ${cause.field.split('.')[0]}: ${cause.message}`);
  }
}

function splitOutsideParentheses(text: string): string[] {
  return text
    .split(/,(?![^(]*\))/)
    .map((part) => part.trim())
    .filter((part) => part !== '');
}
