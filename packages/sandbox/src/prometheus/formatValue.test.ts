import { formatValue } from './formatValue';

it.each([
  [1, '1'],
  [-0.5, '-0.5'],
  [1e-7, '0.0000001'],
  [-1.25e-9, '-0.00000000125'],
  [1.5e21, '1500000000000000000000'],
  [Infinity, '+Inf'],
  [-Infinity, '-Inf'],
  [Number.NaN, 'NaN'],
])('%p is written %s', (value, text) => expect(formatValue(value)).toBe(text));
