import type { Matcher } from '../SampleStore';
import { parseDuration } from './duration';
import { PromqlError } from './PromqlError';

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

/** The number of a literal: decimal, hexadecimal, `Inf`, `NaN`, or a duration (then in seconds). */
export function parseNumber(text: string): number {
  const sign = text.startsWith('-') ? -1 : 1;
  const digits = text.replace(/^[+-]\s*/, '').replaceAll('_', '');
  if (/^inf$/i.test(digits)) return sign * Infinity;
  if (/^nan$/i.test(digits)) return Number.NaN;
  const duration = parseDuration(digits);
  if (duration !== undefined) return (sign * duration) / 1000;
  return sign * Number(digits);
}

/** The text of a quoted string: Go's escapes in `"` and `'`, none in backquotes. */
export function unquote(literal: string): string {
  const quote = literal[0];
  if (literal.length < 2 || !literal.endsWith(quote))
    throw new PromqlError('bad_data', `parse error: unterminated quoted string ${literal}`);
  const inner = literal.slice(1, -1);
  if (quote === '`') return inner;
  return inner.replace(/\\(x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|[0-7]{3}|[^])/g, (whole, escape: string) => {
    if (/^[xuU]./.test(escape) && escape.length > 1) return String.fromCodePoint(parseInt(escape.slice(1), 16));
    if (/^[0-7]{3}$/.test(escape)) return String.fromCharCode(parseInt(escape, 8));
    const simple = SIMPLE_ESCAPES[escape];
    if (simple === undefined) throw new PromqlError('bad_data', `parse error: unknown escape sequence ${whole} in string ${literal}`);
    return simple;
  });
}

/** A label condition. Regular expressions are anchored at both ends and `.` matches line ends too, as in Prometheus. */
export function createMatcher(label: string, op: Matcher['op'], value: string): Matcher {
  if (op === '=') return { label, op, value, matches: (text) => text === value };
  if (op === '!=') return { label, op, value, matches: (text) => text !== value };
  const pattern = compile(value);
  return { label, op, value, matches: op === '=~' ? (text) => pattern.test(text) : (text) => !pattern.test(text) };
}

function compile(value: string): RegExp {
  const ignoreCase = value.startsWith('(?i)');
  try {
    return new RegExp(`^(?:${ignoreCase ? value.slice(4) : value})$`, ignoreCase ? 'is' : 's');
  } catch (error) {
    throw new PromqlError('bad_data', `parse error: error parsing regexp ${JSON.stringify(value)}: ${(error as Error).message}`);
  }
}
