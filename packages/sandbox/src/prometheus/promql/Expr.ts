import type { Matcher } from '../SampleStore';

/** What an expression yields. */
export type ValueType = 'scalar' | 'string' | 'vector' | 'matrix';

/** How the two sides of a binary operation between vectors find each other. */
export interface Matching {
  /** True for `on(labels)`, false for `ignoring(labels)` (the default, with no labels). */
  on: boolean;
  labels: readonly string[];
  /** The side with many series per match: `left` for group_left. */
  many?: 'left' | 'right';
  /** Labels copied from the other side. */
  include: readonly string[];
}

/** Arithmetic operators. */
export const ARITHMETIC = ['+', '-', '*', '/', '%', '^', 'atan2'] as const;
/** Comparison operators. */
export const COMPARISON = ['==', '!=', '<', '<=', '>', '>='] as const;
/** Set operators. */
export const SET = ['and', 'or', 'unless'] as const;

export type ArithmeticOp = (typeof ARITHMETIC)[number];
export type ComparisonOp = (typeof COMPARISON)[number];
export type SetOp = (typeof SET)[number];
export type BinaryOp = ArithmeticOp | ComparisonOp | SetOp;

/** Aggregations, and the type of the parameter of those that have one. */
export const AGGREGATIONS = {
  sum: undefined,
  avg: undefined,
  min: undefined,
  max: undefined,
  count: undefined,
  group: undefined,
  stddev: undefined,
  stdvar: undefined,
  topk: 'scalar',
  bottomk: 'scalar',
  quantile: 'scalar',
  count_values: 'string',
} as const satisfies Record<string, ValueType | undefined>;
export type Aggregation = keyof typeof AGGREGATIONS;

/** When a selector looks, instead of at the evaluation time: a moment in milliseconds, or an end of the query's range. */
export type At = number | 'start' | 'end';

/** Samples looked up in the store. */
export interface Selector {
  kind: 'selector';
  matchers: Matcher[];
  /** Milliseconds to look back from the evaluation time (or from `at`); negative looks ahead. */
  offset: number;
  at?: At;
  /** Milliseconds of a range selector; absent for an instant selector. */
  range?: number;
}

/** An instant expression evaluated again and again over a range. */
export interface Subquery {
  kind: 'subquery';
  arg: Expr;
  offset: number;
  at?: At;
  /** Milliseconds. */
  range: number;
  /** Milliseconds; absent for the server's own evaluation interval. */
  step?: number;
}

export interface Call {
  kind: 'call';
  name: string;
  args: Expr[];
}

export interface Aggregate {
  kind: 'aggregate';
  op: Aggregation;
  without: boolean;
  labels: readonly string[];
  parameter?: Expr;
  arg: Expr;
}

export interface Binary {
  kind: 'binary';
  op: BinaryOp;
  /** With `bool`, a comparison yields 0 or 1 instead of filtering. */
  bool: boolean;
  matching: Matching;
  left: Expr;
  right: Expr;
}

/** A parsed and type-checked query. */
export type Expr =
  | { kind: 'number'; value: number }
  | { kind: 'string'; value: string }
  | { kind: 'signed'; negative: boolean; arg: Expr }
  | Selector
  | Subquery
  | Call
  | Aggregate
  | Binary;
