import { ARITHMETIC, COMPARISON, type Expr, SET, type ValueType } from './Expr';
import { PromqlError } from './PromqlError';
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
    case 'negate':
      return oneOf(
        checkTypes(expr.arg),
        ['scalar', 'vector'],
        'unary expression only allowed on expressions of type scalar or instant vector',
      );
    case 'aggregate':
      expect(checkTypes(expr.arg), 'vector', 'aggregation expression');
      return 'vector';
    case 'call':
      return checkCall(expr.name, expr.args);
    case 'binary':
      return checkBinary(expr);
    default:
      return expr satisfies never;
  }
}

function oneOf(found: ValueType, allowed: ValueType[], message: string): ValueType {
  if (!allowed.includes(found)) throw new PromqlError('bad_data', `parse error: ${message}, got ${NAMES[found]}`);
  return found;
}

function expect(found: ValueType, wanted: ValueType, where: string): void {
  if (found !== wanted) throw new PromqlError('bad_data', `parse error: expected type ${NAMES[wanted]} in ${where}, got ${NAMES[found]}`);
}

function checkCall(name: string, args: Expr[]): ValueType {
  const { args: wanted, optional = 0, returns } = SIGNATURES[name];
  if (args.length > wanted.length || args.length < wanted.length - optional) {
    const count = optional ? `at least ${wanted.length - optional}` : String(wanted.length);
    throw new PromqlError('bad_data', `parse error: expected ${count} argument(s) in call to "${name}", got ${args.length}`);
  }
  args.forEach((arg, index) => expect(checkTypes(arg), wanted[index], `call to function "${name}"`));
  return returns;
}

function checkBinary(expr: Extract<Expr, { kind: 'binary' }>): ValueType {
  const message = 'binary expression must contain only scalar and instant vector types';
  const left = oneOf(checkTypes(expr.left), ['scalar', 'vector'], message);
  const right = oneOf(checkTypes(expr.right), ['scalar', 'vector'], message);
  const both = left === 'vector' && right === 'vector';
  if (expr.bool && !includes(COMPARISON, expr.op)) {
    throw new PromqlError('bad_data', 'parse error: bool modifier can only be used on comparison operators');
  }
  if (includes(SET, expr.op)) {
    if (!both) throw new PromqlError('bad_data', `parse error: set operator "${expr.op}" not allowed in binary scalar expression`);
    if (expr.matching.many) throw new PromqlError('bad_data', `parse error: no grouping allowed for "${expr.op}" operation`);
  }
  if (!both && (expr.matching.labels.length || expr.matching.on)) {
    throw new PromqlError('bad_data', 'parse error: vector matching only allowed between instant vectors');
  }
  if (left === 'scalar' && right === 'scalar') {
    if (!includes(ARITHMETIC, expr.op) && !expr.bool) {
      throw new PromqlError('bad_data', 'parse error: comparisons between scalars must use BOOL modifier');
    }
    return 'scalar';
  }
  return 'vector';
}

function includes(list: readonly string[], op: string): boolean {
  return list.includes(op);
}
