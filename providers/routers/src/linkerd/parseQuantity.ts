const SUFFIXES: Readonly<Record<string, number>> = { m: 1e-3, '': 1, k: 1e3, M: 1e6, G: 1e9 };

/**
 * A Kubernetes resource quantity as a number, as far as weights use it: a number, or digits with an optional fraction,
 * exponent or decimal suffix (`500m`, `10`, `1k`). Undefined when it is none.
 */
export function parseQuantity(quantity: unknown): number | undefined {
  if (typeof quantity === 'number') return quantity;
  if (typeof quantity !== 'string') return undefined;
  const match = /^(?<number>\d+(\.\d*)?([eE][+-]?\d+)?)(?<suffix>[mkMG]?)$/.exec(quantity.trim());
  return match ? Number(match.groups!.number) * SUFFIXES[match.groups!.suffix] : undefined;
}
