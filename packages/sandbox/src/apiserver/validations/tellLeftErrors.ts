import { EvaluationError, type ParseResult } from '@marcbachmann/cel-js';

/**
 * Makes `||` and `&&` tell the error of their left side when both sides end in one, as the real server does. The library
 * tells that of the right side, and has no other place to change it than the nodes of its syntax tree.
 */
export function tellLeftErrors(node: ParseResult['ast'] | unknown): void {
  if (Array.isArray(node)) {
    node.forEach(tellLeftErrors);
  } else if (typeof node === 'object' && node !== null && 'op' in node && 'args' in node) {
    if (node.op === '||' || node.op === '&&') {
      Object.assign(node, { evaluate: evaluateLogical });
    }
    tellLeftErrors(node.args);
  }
}

/** Called by the library with its evaluator, the node, and the variables in scope. */
function evaluateLogical(evaluator: any, node: any, context: any): boolean {
  const decisive = node.op === '||';
  const left = evaluator.tryEval(node.args[0], context);
  if (left === decisive) {
    return decisive;
  }
  const right = evaluator.tryEval(node.args[1], context);
  if (right === decisive) {
    return decisive;
  }
  for (const side of [left, right]) {
    if (side instanceof Error) {
      throw side;
    }
    if (typeof side !== 'boolean') {
      throw new EvaluationError({ code: 'invalid_logical_operand', message: 'no such overload' });
    }
  }
  return !decisive;
}
