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
export const ARITHMETIC = ['+', '-', '*', '/', '%', '^'] as const;
/** Comparison operators. */
export const COMPARISON = ['==', '!=', '<', '<=', '>', '>='] as const;
/** Set operators. */
export const SET = ['and', 'or', 'unless'] as const;

export type ArithmeticOp = (typeof ARITHMETIC)[number];
export type ComparisonOp = (typeof COMPARISON)[number];
export type SetOp = (typeof SET)[number];
export type BinaryOp = ArithmeticOp | ComparisonOp | SetOp;

/** Aggregations that the sandbox knows. */
export const AGGREGATIONS = ['sum', 'avg', 'min', 'max', 'count'] as const;
export type Aggregation = (typeof AGGREGATIONS)[number];

export interface Selector {
  kind: 'selector';
  matchers: Matcher[];
  /** Milliseconds to look back from the evaluation time; negative looks ahead. */
  offset: number;
  /** Milliseconds of a range selector; absent for an instant selector. */
  range?: number;
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
  | { kind: 'negate'; arg: Expr }
  | Selector
  | Call
  | Aggregate
  | Binary;
