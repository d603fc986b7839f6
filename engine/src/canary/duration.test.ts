import fc from 'fast-check';
import { formatGoDuration, parseDuration } from './duration';

test.each([
  ['30s', 30_000],
  ['1m30s', 90_000],
  ['1.5h', 5_400_000],
  ['500ms', 500],
  ['0', 0],
  ['', null],
  ['10', null],
  ['1d', null],
  ['s', null],
  ['-5s', null],
])('%j is read as %p', (text, milliseconds) => {
  expect(parseDuration(text)).toBe(milliseconds);
});

test.each([
  [1515, '1.515s'],
  [500, '500ms'],
  [0.9, '0s'],
  [60_000, '1m0s'],
  [3_661_500, '1h1m1.5s'],
  [-1500, '-1.5s'],
])('%p ms are printed as %s', (milliseconds, text) => {
  expect(formatGoDuration(milliseconds)).toBe(text);
});

test('what is printed is read back', () => {
  fc.assert(
    fc.property(fc.nat(10_000_000), (milliseconds) => {
      expect(parseDuration(formatGoDuration(milliseconds))).toBeCloseTo(milliseconds, 6);
    }),
  );
});
