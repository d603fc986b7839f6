import { checkTypes } from './checkTypes';
import type { Expr } from './Expr';
import { Parser } from './Parser';
import { PromqlError } from './PromqlError';

/**
 * Parses a query by the grammar of Prometheus 2.42 and checks its types.
 * Throws PromqlError: `bad_data` where Prometheus would refuse the query, `execution` where only the sandbox does.
 */
export function parseQuery(query: string): Expr {
  const parser = new Parser(query);
  if (parser.isAtEnd()) throw new PromqlError('bad_data', 'unknown position: parse error: no expression found in input');
  const expr = parser.expression();
  if (!parser.isAtEnd()) throw parser.unexpected('');
  checkTypes(expr);
  return expr;
}
