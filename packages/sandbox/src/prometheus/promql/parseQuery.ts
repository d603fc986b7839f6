import type { SyntaxNode } from '@lezer/common';
import { parser } from '@prometheus-io/lezer-promql';
import { METRIC_NAME } from '../Labels';
import type { Matcher } from '../SampleStore';
import { checkTypes } from './checkTypes';
import { parseDuration } from './duration';
import { AGGREGATIONS, type Aggregation, type BinaryOp, type Expr, type Matching, type Selector } from './Expr';
import { createMatcher, parseNumber, unquote } from './literals';
import { PromqlError, unsupported } from './PromqlError';
import { SIGNATURES } from './signatures';

/**
 * Parses a query with Prometheus' own grammar and checks its types.
 * Throws PromqlError: `bad_data` where Prometheus would refuse the query, `execution` where only the sandbox does.
 */
export function parseQuery(query: string): Expr {
  const tree = parser.parse(query);
  tree.iterate({
    enter(node) {
      if (node.type.isError) throw syntaxError(query, node.from);
    },
  });
  const top = tree.topNode.firstChild;
  if (!top) throw new PromqlError('bad_data', 'unknown position: parse error: no expression found in input');
  const expr = toExpr(top, query);
  checkTypes(expr);
  return expr;
}

function syntaxError(query: string, position: number): PromqlError {
  const lines = query.slice(0, position).split('\n');
  const rest = query.slice(position).trim();
  const found = rest ? `unexpected ${JSON.stringify(rest.slice(0, 20))}` : 'unexpected end of input';
  return new PromqlError('bad_data', `${lines.length}:${(lines.at(-1)?.length ?? 0) + 1}: parse error: ${found}`);
}

function toExpr(node: SyntaxNode, query: string): Expr {
  switch (node.name) {
    case 'NumberDurationLiteral':
      return { kind: 'number', value: parseNumber(textOf(node, query)) };
    case 'StringLiteral':
      return { kind: 'string', value: unquote(textOf(node, query)) };
    case 'ParenExpr':
      return toExpr(onlyChild(node), query);
    case 'UnaryExpr': {
      const arg = toExpr(expressions(node)[0], query);
      return textOf(node, query).startsWith('-') ? { kind: 'negate', arg } : arg;
    }
    case 'VectorSelector':
      return { kind: 'selector', matchers: selectorMatchers(node, query), offset: 0 };
    case 'MatrixSelector':
      return matrixSelector(node, query);
    case 'OffsetExpr':
      return offset(toExpr(onlyChild(node), query), durationOf(node.getChild('OffsetDurationExpr')!, query));
    case 'FunctionCall':
      return call(node, query);
    case 'AggregateExpr':
      return aggregate(node, query);
    case 'BinaryExpr':
      return binary(node, query);
    case 'SubqueryExpr':
      throw unsupported('a subquery');
    case 'StepInvariantExpr':
      throw unsupported('the @ modifier');
    default:
      throw unsupported(`the expression ${JSON.stringify(textOf(node, query))}`);
  }
}

function textOf(node: SyntaxNode, query: string): string {
  return query.slice(node.from, node.to);
}

function expressions(node: SyntaxNode): SyntaxNode[] {
  const found: SyntaxNode[] = [];
  for (let child = node.firstChild; child; child = child.nextSibling) if (child.type.is('Expr')) found.push(child);
  return found;
}

function onlyChild(node: SyntaxNode): SyntaxNode {
  return expressions(node)[0];
}

function selectorMatchers(node: SyntaxNode, query: string): Matcher[] {
  const matchers: Matcher[] = [];
  const name = node.getChild('Identifier');
  if (name) matchers.push(createMatcher(METRIC_NAME, '=', textOf(name, query)));
  const list = node.getChild('LabelMatchers');
  for (let child = list?.firstChild; child; child = child.nextSibling) {
    if (child.name === 'QuotedLabelName') {
      matchers.push(createMatcher(METRIC_NAME, '=', unquote(textOf(child, query))));
      continue;
    }
    const label =
      child.name === 'UnquotedLabelMatcher' ? textOf(child.getChild('LabelName')!, query) : unquote(textOf(child.firstChild!, query));
    const op = textOf(child.getChild('MatchOp')!, query) as Matcher['op'];
    matchers.push(createMatcher(label, op, unquote(textOf(child.getChild('StringLiteral')!, query))));
  }
  if (matchers.every((matcher) => matcher.matches(''))) {
    throw new PromqlError(
      'bad_data',
      `parse error: vector selector must contain at least one non-empty matcher, found ${textOf(node, query)}`,
    );
  }
  return matchers;
}

function durationOf(node: SyntaxNode, query: string): number {
  const text = textOf(node, query).trim();
  const [, sign, size] = /^(-|\+)?\s*(.*)$/s.exec(text)!;
  const milliseconds = parseDuration(size) ?? (/^[\d.]+$/.test(size) ? Number(size) * 1000 : undefined);
  if (milliseconds === undefined) throw unsupported(`the duration expression ${JSON.stringify(text)}`);
  return sign === '-' ? -milliseconds : milliseconds;
}

function matrixSelector(node: SyntaxNode, query: string): Expr {
  const inner = toExpr(onlyChild(node), query);
  if (inner.kind !== 'selector' || inner.range !== undefined) {
    throw new PromqlError('bad_data', `parse error: ranges only allowed for vector selectors, found ${textOf(node, query)}`);
  }
  const range = durationOf(node.getChild('DurationExpr')!, query);
  if (range <= 0) throw new PromqlError('bad_data', 'parse error: duration must be greater than 0');
  return { ...inner, range };
}

// `-foo offset 5m` reads as an offset of the whole negation in the grammar; Prometheus applies it to the selector.
function offset(inner: Expr, milliseconds: number): Expr {
  if (inner.kind === 'negate') return { ...inner, arg: offset(inner.arg, milliseconds) };
  if (inner.kind !== 'selector') {
    throw new PromqlError(
      'bad_data',
      'parse error: offset modifier must be preceded by an instant vector selector or range vector selector',
    );
  }
  return { ...inner, offset: milliseconds } satisfies Selector;
}

function call(node: SyntaxNode, query: string): Expr {
  const name = textOf(node.getChild('FunctionIdentifier')!, query);
  if (!SIGNATURES[name]) throw unsupported(`the function ${name}()`);
  return { kind: 'call', name, args: expressions(node.getChild('FunctionCallBody')!).map((arg) => toExpr(arg, query)) };
}

function aggregate(node: SyntaxNode, query: string): Expr {
  const op = textOf(node.getChild('AggregateOp')!, query).toLowerCase();
  if (!AGGREGATIONS.includes(op as Aggregation)) throw unsupported(`the aggregation ${op}()`);
  const args = expressions(node.getChild('FunctionCallBody')!);
  if (args.length !== 1) {
    throw new PromqlError(
      'bad_data',
      `parse error: wrong number of arguments for aggregate expression provided, expected 1, got ${args.length}`,
    );
  }
  const modifier = node.getChild('AggregateModifier');
  return {
    kind: 'aggregate',
    op: op as Aggregation,
    without: Boolean(modifier?.getChild('Without')),
    labels: labelList(modifier?.getChild('GroupingLabels'), query),
    arg: toExpr(args[0], query),
  };
}

function labelList(node: SyntaxNode | null | undefined, query: string): string[] {
  const labels: string[] = [];
  for (let child = node?.firstChild; child; child = child.nextSibling) {
    const text = textOf(child, query);
    labels.push(child.name === 'QuotedLabelName' ? unquote(text) : text);
  }
  return labels;
}

function binary(node: SyntaxNode, query: string): Expr {
  const [leftNode, rightNode] = expressions(node);
  const op = textOf(leftNode.nextSibling!, query).toLowerCase();
  if (['atan2', '</', '>/'].includes(op)) throw unsupported(`the operator ${op}`);
  if (node.getChild('FillModifier')) throw unsupported('the fill modifier');
  const right = toExpr(rightNode, query);
  const rest = { op: op as BinaryOp, bool: Boolean(node.getChild('BoolModifier')), matching: matchingOf(node, query) };
  const leftText = textOf(leftNode, query);
  // The grammar takes the sign of `-2^2` into the number; for Prometheus it binds weaker than the power.
  if (op === '^' && leftNode.name === 'NumberDurationLiteral' && leftText.startsWith('-')) {
    return { kind: 'negate', arg: { kind: 'binary', ...rest, left: { kind: 'number', value: parseNumber(leftText.slice(1)) }, right } };
  }
  return { kind: 'binary', ...rest, left: toExpr(leftNode, query), right };
}

function matchingOf(node: SyntaxNode, query: string): Matching {
  const clause = node.getChild('MatchingModifierClause');
  if (!clause) return { on: false, labels: [], include: [] };
  const lists = clause.getChildren('GroupingLabels');
  const many = clause.getChild('GroupLeft') ? 'left' : clause.getChild('GroupRight') ? 'right' : undefined;
  return { on: Boolean(clause.getChild('On')), labels: labelList(lists[0], query), many, include: labelList(lists[1], query) };
}
