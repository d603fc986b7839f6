import type { Matcher } from '../SampleStore';
import { compileRegex } from './compileRegex';
import { parseError } from './PromqlError';

const SIMPLE_ESCAPES: Record<string, string> = {
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\\': '\\',
  "'": "'",
  '"': '"',
};

/** The number of a literal in a query: decimal, hexadecimal, octal with a leading 0, `Inf`, `NaN`. */
export function parseNumber(text: string): number {
  if (/^inf$/i.test(text)) return Infinity;
  if (/^nan$/i.test(text)) return Number.NaN;
  return /^0[0-7]+$/.test(text) ? parseInt(text, 8) : Number(text);
}

/** A number as Go reads one from a label's value such as `le`; `undefined` when it is none. */
export function parseGoFloat(text: string): number | undefined {
  const [, sign = '', name] = /^([+-]?)(inf|infinity|nan)$/i.exec(text) ?? [];
  if (name !== undefined) return (sign === '-' ? -1 : 1) * (/^n/i.test(name) ? Number.NaN : Infinity);
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text) : undefined;
}

/** The text of a quoted string: Go's escapes in `"` and `'`, none in backquotes. */
export function unquote(literal: string): string {
  const quote = literal[0];
  const inner = literal.slice(1, -1);
  if (quote === '`') return inner;
  return inner.replace(/\\(x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|[0-7]{3}|[^])/g, (whole, escape: string) => {
    if (/^[xuU]./.test(escape) && escape.length > 1) return String.fromCodePoint(parseInt(escape.slice(1), 16));
    if (/^[0-7]{3}$/.test(escape)) return String.fromCharCode(parseInt(escape, 8));
    const simple = SIMPLE_ESCAPES[escape];
    // Go knows no escaped quote of the other kind.
    if (simple === undefined || ((escape === '"' || escape === "'") && escape !== quote)) {
      throw parseError(`unknown escape sequence ${whole} in string ${literal}`);
    }
    return simple;
  });
}

/** A label condition. Regular expressions must match the whole value. */
export function createMatcher(label: string, op: Matcher['op'], value: string): Matcher {
  if (op === '=') return { label, op, value, matches: (text) => text === value };
  if (op === '!=') return { label, op, value, matches: (text) => text !== value };
  const pattern = compileRegex(value);
  if (!pattern) throw parseError(`error parsing regexp: \`${value}\``);
  return { label, op, value, matches: op === '=~' ? (text) => pattern.test(text) : (text) => !pattern.test(text) };
}
