import { AGGREGATIONS, ARITHMETIC, COMPARISON, type Expr, SET, type ValueType } from './Expr';
import { parseError } from './PromqlError';
import { SIGNATURES } from './signatures';

const NAMES: Record<ValueType, string> = { scalar: 'scalar', string: 'string', vector: 'instant vector', matrix: 'range vector' };

/** The type of an expression's value. Throws a `bad_data` PromqlError where types do not fit, in Prometheus' words. */
export function checkTypes(expr: Expr): ValueType {
  switch (expr.kind) {
    case 'number':
      return 'scalar';
    case 'string':
      return 'string';
    case 'selector':
      return expr.range === undefined ? 'vector' : 'matrix';
    case 'subquery': {
      const found = checkTypes(expr.arg);
      if (found !== 'vector') throw parseError(`subquery is only allowed on instant vector, got ${NAMES[found]} instead`);
      return 'matrix';
    }
    case 'signed':
      return oneOf(
        checkTypes(expr.arg),
        ['scalar', 'vector'],
        'unary expression only allowed on expressions of type scalar or instant vector',
      );
    case 'aggregate': {
      expect(checkTypes(expr.arg), 'vector', 'aggregation expression');
      const parameter = AGGREGATIONS[expr.op];
      if (parameter && expr.parameter) expect(checkTypes(expr.parameter), parameter, 'aggregation parameter');
      return 'vector';
    }
    case 'call':
      return checkCall(expr.name, expr.args);
    case 'binary':
      return checkBinary(expr);
    default:
      return expr satisfies never;
  }
}

function oneOf(found: ValueType, allowed: ValueType[], message: string): ValueType {
  if (!allowed.includes(found)) throw parseError(`${message}, got ${NAMES[found]}`);
  return found;
}

function expect(found: ValueType, wanted: ValueType, where: string): void {
  if (found !== wanted) throw parseError(`expected type ${NAMES[wanted]} in ${where}, got ${NAMES[found]}`);
}

function checkCall(name: string, args: Expr[]): ValueType {
  const { args: wanted, optional = 0, variadic = false, returns } = SIGNATURES[name];
  const least = wanted.length - (variadic ? 1 : optional);
  if (args.length < least || (args.length > wanted.length && !variadic)) {
    const bound = args.length < least ? (optional || variadic ? 'at least ' : '') : optional ? 'at most ' : '';
    const count = args.length < least ? least : wanted.length;
    throw parseError(`expected ${bound}${count} argument(s) in call to "${name}", got ${args.length}`);
  }
  args.forEach((arg, index) => expect(checkTypes(arg), wanted[Math.min(index, wanted.length - 1)], `call to function "${name}"`));
  return returns;
}

function checkBinary(expr: Extract<Expr, { kind: 'binary' }>): ValueType {
  const message = 'binary expression must contain only scalar and instant vector types';
  const left = oneOf(checkTypes(expr.left), ['scalar', 'vector'], message);
  const right = oneOf(checkTypes(expr.right), ['scalar', 'vector'], message);
  const both = left === 'vector' && right === 'vector';
  const { labels, include, on, many } = expr.matching;
  if (expr.bool && !includes(COMPARISON, expr.op)) throw parseError('bool modifier can only be used on comparison operators');
  const twice = on && include.find((label) => labels.includes(label));
  if (twice) throw parseError(`label ${JSON.stringify(twice)} must not occur in ON and GROUP clause at once`);
  if (includes(SET, expr.op)) {
    if (!both) throw parseError(`set operator "${expr.op}" not allowed in binary scalar expression`);
    if (many) throw parseError(`no grouping allowed for "${expr.op}" operation`);
  }
  if (!both && labels.length) throw parseError('vector matching only allowed between instant vectors');
  if (left === 'scalar' && right === 'scalar') {
    if (!includes(ARITHMETIC, expr.op) && !expr.bool) throw parseError('comparisons between scalars must use BOOL modifier');
    return 'scalar';
  }
  return 'vector';
}

function includes(list: readonly string[], op: string): boolean {
  return list.includes(op);
}
