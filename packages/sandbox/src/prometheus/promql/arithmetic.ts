import type { ArithmeticOp, ComparisonOp } from './Expr';

/** `a op b` with Go's floating point rules, which differ from JavaScript's for some powers. */
export function calculate(op: ArithmeticOp, a: number, b: number): number {
  switch (op) {
    case '+':
      return a + b;
    case '-':
      return a - b;
    case '*':
      return a * b;
    case '/':
      return a / b;
    case '%':
      return a % b;
    case '^':
      return a === 1 || (a === -1 && Math.abs(b) === Infinity) ? 1 : a ** b;
    case 'atan2':
      return Math.atan2(a, b);
    default:
      return op satisfies never;
  }
}

/** Whether `a op b` holds; nothing but `!=` holds for NaN. */
export function holds(op: ComparisonOp, a: number, b: number): boolean {
  switch (op) {
    case '==':
      return a === b;
    case '!=':
      return a !== b;
    case '<':
      return a < b;
    case '<=':
      return a <= b;
    case '>':
      return a > b;
    case '>=':
      return a >= b;
    default:
      return op satisfies never;
  }
}

/** The smaller one; NaN wins over everything but -Inf, as in Go. */
export function smaller(a: number, b: number): number {
  return a === -Infinity || b === -Infinity ? -Infinity : Math.min(a, b);
}

/** The larger one; NaN wins over everything but +Inf, as in Go. */
export function larger(a: number, b: number): number {
  return a === Infinity || b === Infinity ? Infinity : Math.max(a, b);
}

/** For sorting: rising with `direction` 1, falling with -1; NaN comes last in either. */
export function compareNumbers(a: number, b: number, direction: 1 | -1 = 1): number {
  if (Number.isNaN(a) || Number.isNaN(b)) return Number(Number.isNaN(a)) - Number(Number.isNaN(b));
  return a === b ? 0 : direction * (a < b ? -1 : 1);
}

/** The value below which the share `q` of `values` lies, linear between neighbours; NaN counts as the smallest. */
export function quantileOf(q: number, values: readonly number[]): number {
  if (values.length === 0 || Number.isNaN(q)) return Number.NaN;
  if (q < 0) return -Infinity;
  if (q > 1) return Infinity;
  const sorted = [...values].sort((a, b) => -compareNumbers(a, b, -1));
  const rank = q * (sorted.length - 1);
  const below = Math.max(0, Math.floor(rank));
  const above = Math.min(sorted.length - 1, below + 1);
  const weight = rank - Math.floor(rank);
  return sorted[below] * (1 - weight) + sorted[above] * weight;
}

/** A sum that keeps what rounding loses (Neumaier), as Prometheus sums samples over time. */
export class CarefulSum {
  /** What the next addition goes on from, without what was lost. */
  total = 0;
  /** What rounding has taken from `total`; not a number once that has overflowed. */
  lost = 0;

  add(value: number): void {
    const next = this.total + value;
    this.lost += Math.abs(this.total) >= Math.abs(value) ? this.total - next + value : value - next + this.total;
    this.total = next;
  }

  get value(): number {
    return Number.isFinite(this.total) ? this.total + this.lost : this.total;
  }
}
