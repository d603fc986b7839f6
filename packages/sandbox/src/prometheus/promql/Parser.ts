import { METRIC_NAME } from '../Labels';
import type { Matcher } from '../SampleStore';
import { parseDuration } from './duration';
import { AGGREGATIONS, type Aggregation, type At, type BinaryOp, type Expr, type Matching } from './Expr';
import { createMatcher, parseNumber, unquote } from './literals';
import { parseError, type PromqlError, unsupported } from './PromqlError';
import { NOT_EVALUATED, SIGNATURES } from './signatures';
import { placeOf, type Token, tokenize } from './tokenize';

/** How tightly binary operators bind. */
const PRECEDENCE: Readonly<Record<BinaryOp, number>> = {
  or: 1,
  and: 2,
  unless: 2,
  '==': 3,
  '!=': 3,
  '<': 3,
  '<=': 3,
  '>': 3,
  '>=': 3,
  '+': 4,
  '-': 4,
  '*': 5,
  '/': 5,
  '%': 5,
  atan2: 5,
  '^': 6,
};
// A sign binds like a product: `-2 ^ 2` is -4.
const SIGNED = 5;
// Words that may not stand where a metric's name is expected.
const RESERVED = new Set(['bool', 'on', 'ignoring', 'group_left', 'group_right', 'atan2', 'inf', 'nan']);
const LABEL = /^[a-zA-Z_][a-zA-Z0-9_]*$/;
const MUST_FOLLOW = 'must be preceded by an instant vector selector or range vector selector or a subquery';

/** Reads the tokens of one query from left to right, by the grammar of Prometheus 2.42. */
export class Parser {
  private readonly tokens: Token[];
  private index = 0;

  constructor(private readonly query: string) {
    this.tokens = tokenize(query);
  }

  isAtEnd(): boolean {
    return this.next().kind === 'end';
  }

  /** An expression whose operators bind at least as tightly as `tightness`. */
  expression(tightness = 0): Expr {
    let left = this.signed();
    for (let op = this.operator(); op && PRECEDENCE[op] >= tightness; op = this.operator()) {
      this.index++;
      const bool = this.takeWord('bool');
      const matching = this.matching();
      // `^` groups from the right, all others from the left.
      const right = this.expression(op === '^' ? PRECEDENCE[op] : PRECEDENCE[op] + 1);
      left = { kind: 'binary', op, bool, matching, left, right };
    }
    return left;
  }

  /** The error for a token that cannot stand where it does. */
  unexpected(where: string): PromqlError {
    const { kind, text, at } = this.next();
    const found = kind === 'end' ? 'end of input' : JSON.stringify(text);
    return parseError(`unexpected ${found}${where ? ` in ${where}` : ''}`, placeOf(this.query, at));
  }

  private signed(): Expr {
    const { text, kind } = this.next();
    if (kind !== 'sign' || (text !== '-' && text !== '+')) return this.postfixed();
    this.index++;
    const arg = this.expression(SIGNED + 1);
    return { kind: 'signed', negative: text === '-', arg };
  }

  private operator(): BinaryOp | undefined {
    const { kind, text } = this.next();
    const op = text.toLowerCase();
    return (kind === 'word' || kind === 'sign') && Object.hasOwn(PRECEDENCE, op) ? (op as BinaryOp) : undefined;
  }

  private matching(): Matching {
    const on = this.takeWord('on');
    if (!on && !this.takeWord('ignoring')) return { on: false, labels: [], include: [] };
    const labels = this.labelList();
    const many = this.takeWord('group_left') ? 'left' : this.takeWord('group_right') ? 'right' : undefined;
    const include = many && this.next().text === '(' ? this.labelList() : [];
    return { on, labels, many, include };
  }

  private labelList(): string[] {
    this.take('(', 'grouping opts');
    const labels: string[] = [];
    while (this.next().text !== ')') {
      if (this.next().kind !== 'word' || !LABEL.test(this.next().text)) throw this.unexpected('grouping opts, expected label');
      labels.push(this.tokens[this.index++].text);
      if (this.next().text !== ')') this.take(',', 'grouping opts');
    }
    this.index++;
    return labels;
  }

  private postfixed(): Expr {
    const inParentheses = this.next().text === '(';
    let expr = this.primary();
    for (let first = true; ; first = false) {
      const { text, at } = this.next();
      const looksUp = !(inParentheses && first) && (expr.kind === 'selector' || expr.kind === 'subquery');
      const refuse = (what: string) => parseError(what, placeOf(this.query, at));
      if (text === '[') {
        expr = this.ranged(expr, looksUp, refuse);
      } else if (this.takeWord('offset')) {
        if (!looksUp || (expr.kind !== 'selector' && expr.kind !== 'subquery')) throw refuse(`offset modifier ${MUST_FOLLOW}`);
        if (expr.offset !== 0) throw refuse('offset may not be set multiple times');
        const negative = this.takeSign('-');
        expr = { ...expr, offset: (negative ? -1 : 1) * this.duration() };
      } else if (this.takeSign('@')) {
        if (!looksUp || (expr.kind !== 'selector' && expr.kind !== 'subquery')) throw refuse(`@ modifier ${MUST_FOLLOW}`);
        if (expr.at !== undefined) throw refuse('@ <timestamp> may not be set multiple times');
        expr = { ...expr, at: this.moment() };
      } else {
        return expr;
      }
    }
  }

  private ranged(expr: Expr, looksUp: boolean, refuse: (what: string) => PromqlError): Expr {
    this.take('[', 'range');
    const range = this.duration();
    if (this.takeSign(':')) {
      const step = this.next().text === ']' ? undefined : this.duration();
      this.take(']', 'subquery');
      return { kind: 'subquery', arg: expr, offset: 0, range, step };
    }
    this.take(']', 'range');
    if (!looksUp || expr.kind !== 'selector' || expr.range !== undefined) throw refuse('ranges only allowed for vector selectors');
    if (expr.offset !== 0) throw refuse('no offset modifiers allowed before range');
    if (expr.at !== undefined) throw refuse('no @ modifiers allowed before range');
    return { ...expr, range };
  }

  private duration(): number {
    const { kind, text, at } = this.next();
    const milliseconds = kind === 'duration' ? parseDuration(text) : undefined;
    if (kind !== 'duration') throw this.unexpected('duration, expected duration');
    if (milliseconds === undefined) throw parseError(`not a valid duration string: ${JSON.stringify(text)}`, placeOf(this.query, at));
    if (milliseconds === 0) throw parseError('duration must be greater than 0', placeOf(this.query, at));
    this.index++;
    return milliseconds;
  }

  private moment(): At {
    const { at } = this.next();
    for (const end of ['start', 'end'] as const) {
      if (!this.takeWord(end)) continue;
      this.take('(', 'at modifier');
      this.take(')', 'at modifier');
      return end;
    }
    const negative = this.takeSign('-');
    if (!negative) this.takeSign('+');
    const seconds = this.number();
    if (seconds === undefined) throw this.unexpected('at modifier, expected timestamp');
    if (!Number.isFinite(seconds)) throw parseError('timestamp out of bounds for @ modifier', placeOf(this.query, at));
    return Math.round((negative ? -seconds : seconds) * 1000);
  }

  private primary(): Expr {
    const { kind, text } = this.next();
    const number = this.number();
    if (number !== undefined) return { kind: 'number', value: number };
    if (kind === 'string') {
      this.index++;
      return { kind: 'string', value: unquote(text) };
    }
    if (text === '(') {
      this.index++;
      const inner = this.expression();
      this.take(')', 'parentheses');
      return inner;
    }
    if (text === '{') return this.selector();
    if (kind !== 'word') throw this.unexpected('');
    const aggregation = text.toLowerCase();
    const following = this.tokens[this.index + 1].text;
    if (Object.hasOwn(AGGREGATIONS, aggregation) && /^(\(|by|without)$/i.test(following)) return this.aggregate(aggregation as Aggregation);
    if (following === '(') return this.call();
    if (RESERVED.has(aggregation)) throw this.unexpected('');
    return this.selector();
  }

  private number(): number | undefined {
    const { kind, text } = this.next();
    if (kind !== 'number' && !(kind === 'word' && /^(inf|nan)$/i.test(text))) return undefined;
    this.index++;
    return parseNumber(text);
  }

  private aggregate(op: Aggregation): Expr {
    const { at } = this.next();
    this.index++;
    let grouping = this.grouping();
    const args = this.arguments();
    grouping ??= this.grouping();
    const wanted = AGGREGATIONS[op] === undefined ? 1 : 2;
    if (args.length !== wanted) {
      const what = `wrong number of arguments for aggregate expression provided, expected ${wanted}, got ${args.length}`;
      throw parseError(what, placeOf(this.query, at));
    }
    const { without = false, labels = [] } = grouping ?? {};
    return { kind: 'aggregate', op, without, labels, arg: args[wanted - 1], ...(wanted === 2 && { parameter: args[0] }) };
  }

  private grouping(): { without: boolean; labels: string[] } | undefined {
    const without = this.takeWord('without');
    return without || this.takeWord('by') ? { without, labels: this.labelList() } : undefined;
  }

  private call(): Expr {
    const { text: name, at } = this.next();
    if (NOT_EVALUATED.has(name)) throw unsupported(`the function ${name}()`);
    if (!Object.hasOwn(SIGNATURES, name)) throw parseError(`unknown function with name ${JSON.stringify(name)}`, placeOf(this.query, at));
    this.index++;
    return { kind: 'call', name, args: this.arguments() };
  }

  private arguments(): Expr[] {
    this.take('(', 'function call');
    const args: Expr[] = [];
    if (this.takeSign(')')) return args;
    do args.push(this.expression());
    while (this.takeSign(','));
    this.take(')', 'function call');
    return args;
  }

  private selector(): Expr {
    const { kind, text, at } = this.next();
    const matchers: Matcher[] = [];
    if (kind === 'word') this.index++;
    if (this.takeSign('{')) {
      while (!this.takeSign('}')) {
        matchers.push(this.matcher());
        if (this.next().text !== '}') this.take(',', 'label matching');
      }
    }
    const refuse = (what: string) => parseError(what, placeOf(this.query, at));
    if (kind === 'word') {
      if (matchers.some(({ label }) => label === METRIC_NAME)) throw refuse(`metric name must not be set twice: ${JSON.stringify(text)}`);
      matchers.push(createMatcher(METRIC_NAME, '=', text));
    } else if (matchers.every((matcher) => matcher.matches(''))) {
      throw refuse('vector selector must contain at least one non-empty matcher');
    }
    return { kind: 'selector', matchers, offset: 0 };
  }

  private matcher(): Matcher {
    const label = this.next();
    if (label.kind !== 'word') throw this.unexpected('label matching, expected identifier or "}"');
    this.index++;
    const op = this.next().text;
    if (op !== '=' && op !== '!=' && op !== '=~' && op !== '!~') throw this.unexpected('label matching, expected label matching operator');
    this.index++;
    const value = this.next();
    if (value.kind !== 'string') throw this.unexpected('label matching, expected string');
    this.index++;
    return createMatcher(label.text, op, unquote(value.text));
  }

  private next(): Token {
    return this.tokens[this.index];
  }

  private take(sign: string, where: string): void {
    if (!this.takeSign(sign)) throw this.unexpected(where);
  }

  private takeSign(sign: string): boolean {
    const found = this.next().kind === 'sign' && this.next().text === sign;
    if (found) this.index++;
    return found;
  }

  private takeWord(word: string): boolean {
    const found = this.next().kind === 'word' && this.next().text.toLowerCase() === word;
    if (found) this.index++;
    return found;
  }
}
