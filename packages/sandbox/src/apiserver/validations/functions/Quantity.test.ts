import fc from 'fast-check';
import { Quantity } from './Quantity';

const parsed = (text: string) => Quantity.parse(text)!;

describe('Quantity', () => {
  it.each(['1', '-1', '+1.5', '.5', '1.', '100m', '1n', '1u', '1k', '1Ki', '1.5Gi', '1E', '1e3', '1E-3', '0.1Mi'])('takes %s', (text) =>
    expect(Quantity.parse(text)).toBeDefined(),
  );

  it.each(['', 'x', '1 k', '1K', '1kb', '1e', '--1', '1.2.3', 'Ki', '1e1000'])('does not take "%s"', (text) =>
    expect(Quantity.parse(text)).toBeUndefined(),
  );

  it.each([
    ['1', '1000m', 0n],
    ['1Gi', '1G', 1n],
    ['0.1', '100m', 0n],
    ['1e3', '1k', 0n],
    ['-1', '0', -1n],
    ['1n', '1u', -1n],
    ['1.5Ki', '1536', 0n],
  ])('compares %s with %s', (left, right, expected) => {
    expect(parsed(left).compareTo(parsed(right))).toBe(expected);
    expect(parsed(right).compareTo(parsed(left))).toBe(-expected);
  });

  it('is a whole number only when it fits', () => {
    expect(
      ['50k', '0.5k', '50.5', '100m', '9223372036854775807', '9223372036854775808', '8Ei'].map((text) => parsed(text).toInteger()),
    ).toEqual([50_000n, 500n, undefined, undefined, 9223372036854775807n, undefined, undefined]);
  });

  it('adds exactly what it subtracts', () => {
    const quantity = fc
      .tuple(fc.integer(), fc.constantFrom('', 'm', 'Ki', 'n', 'G', 'e-7'))
      .map(([number, suffix]) => parsed(`${number}${suffix}`));
    fc.assert(fc.property(quantity, quantity, (left, right) => left.plus(right).plus(right, -1n).compareTo(left) === 0n));
  });
});
