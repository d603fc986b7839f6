import { isRecord } from '../json';

/**
 * Values at a path of the JSONPath dialect of CRD printer columns and scale paths: names with `\.` for a dot,
 * `['name']`, `['one','other']`, `[0]`, `[*]` and filters `[?(@.type=="Ready")]`. A path that cannot be read finds nothing.
 */
export function jsonPath(root: unknown, path: string): unknown[] {
  let found: unknown[] = [root];
  for (const step of stepsOf(path)) {
    found = found.flatMap(step).filter((value) => value !== undefined);
  }
  return found;
}

/** Sets the value at a path of plain names, making objects on the way. */
export function setJsonPath(root: Record<string, any>, path: string, value: unknown): void {
  const names = path.split('.').filter((name) => name !== '');
  let target = root;
  for (const name of names.slice(0, -1)) {
    target = target[name] ??= {};
  }
  target[names.at(-1)!] = value;
}

type Step = (value: unknown) => unknown[];

function stepsOf(path: string): Step[] {
  const steps: Step[] = [];
  const token =
    /\.?((?:\\.|[^.[\]\\])+)|\[\?\(@\.((?:\\.|[^=!<>\s\\])+)\s*(==|!=)\s*(?:"([^"]*)"|'([^']*)'|([^)\s]+))\s*\)\]|\[(\*|-?\d+)\]|\[('[^']*'(?:,\s*'[^']*')*)\]|\["([^"]*)"\]/gy;
  const text = path.replace(/^\{?\$?/, '').replace(/\}$/, '');
  let match = token.exec(text);
  while (match) {
    const [, name, filterPath, operator, double, single, bare, index, quoted, doubleQuoted] = match;
    if (filterPath !== undefined) {
      const wanted = double ?? single ?? bare;
      steps.push((value) =>
        items(value).filter((item) => (String(jsonPath(item, `.${filterPath}`)[0]) === wanted) === (operator === '==')),
      );
    } else if (index !== undefined) {
      steps.push((value) => (index === '*' ? items(value) : items(value).slice(Number(index)).slice(0, 1)));
    } else {
      const keys = quoted ? quoted.match(/[^',\s][^']*(?=')/g)! : [doubleQuoted ?? name];
      const names = keys.map((key) => key.replace(/\\(.)/g, '$1'));
      steps.push((value) => (isRecord(value) ? (name === '*' ? Object.values(value) : names.map((key) => value[key])) : []));
    }
    match = token.exec(text);
  }
  return steps;
}

function items(value: unknown): unknown[] {
  if (Array.isArray(value)) {
    return value;
  }
  return isRecord(value) ? Object.values(value) : [];
}
