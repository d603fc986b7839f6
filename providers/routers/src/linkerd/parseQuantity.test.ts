import { parseQuantity } from './parseQuantity';

describe('parseQuantity', () => {
  it.each([
    [10, 10],
    ['10', 10],
    ['500m', 0.5],
    ['1k', 1000],
    ['0.5', 0.5],
    ['1e2', 100],
    [' 7 ', 7],
    ['', undefined],
    ['ten', undefined],
    ['-1', undefined],
    [undefined, undefined],
    [{}, undefined],
  ])('reads %j as %s', (quantity, expected) => {
    expect(parseQuantity(quantity)).toBe(expected);
  });
});
