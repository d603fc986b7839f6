import { parseError } from './PromqlError';

/** The smallest piece of a query: a word (name or keyword), a number, a duration, a quoted string, or a sign. */
export interface Token {
  kind: 'word' | 'number' | 'duration' | 'string' | 'sign' | 'end';
  text: string;
  /** Offset in the query. */
  at: number;
}

const BLANK = /(?:\s|#[^\n]*)*/y;
const WORD = /[a-zA-Z_:][a-zA-Z0-9_:]*/y;
// Inside braces and brackets a colon is no part of a name.
const LABEL = /[a-zA-Z_][a-zA-Z0-9_]*/y;
const DURATION = /(?:\d+(?:ms|[smhdwy]))+(?![a-zA-Z0-9_])/y;
const NUMBER = /(?:0[xX][0-9a-fA-F]+|(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)(?![a-zA-Z0-9_])/y;
const STRING = /"(?:[^"\\\n]|\\[^\n])*"|'(?:[^'\\\n]|\\[^\n])*'|`[^`]*`/y;
const SIGN = /=~|!~|==|!=|<=|>=|[-+*/%^=<>@,(){}[\]:]/y;

/** Cuts a query into tokens; the last one is `end`. Throws PromqlError where Prometheus' lexer would not go on. */
export function tokenize(query: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  let enclosed = false;
  const match = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at;
    return pattern.exec(query)?.[0];
  };
  const kinds: [Token['kind'], () => string | undefined][] = [
    ['word', () => match(enclosed ? LABEL : WORD)],
    ['duration', () => match(DURATION)],
    ['number', () => match(NUMBER)],
    ['string', () => match(STRING)],
    ['sign', () => match(SIGN)],
  ];
  for (;;) {
    at += match(BLANK)?.length ?? 0;
    if (at >= query.length) break;
    let found: Token | undefined;
    for (const [kind, find] of kinds) {
      const text = find();
      if (text === undefined) continue;
      found = { kind, text, at };
      break;
    }
    if (!found) throw parseError(`unexpected character: ${JSON.stringify(query[at])}`, placeOf(query, at));
    if (found.text === '{' || found.text === '[') enclosed = true;
    if (found.text === '}' || found.text === ']') enclosed = false;
    tokens.push(found);
    at += found.text.length;
  }
  tokens.push({ kind: 'end', text: '', at: query.length });
  return tokens;
}

/** `line:column` as Prometheus names places in a query, both from 1. */
export function placeOf(query: string, at: number): string {
  const lines = query.slice(0, at).split('\n');
  return `${lines.length}:${(lines.at(-1)?.length ?? 0) + 1}`;
}
