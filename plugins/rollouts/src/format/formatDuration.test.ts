import fc from 'fast-check';
import { formatAge, formatDuration } from './formatDuration';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

describe('formatDuration', () => {
  it.each([
    [0, '0 s'],
    [18 * SECOND, '18 s'],
    [59_999, '59 s'],
    [MINUTE, '1 min'],
    [6 * MINUTE + 10 * SECOND, '6 min 10 s'],
    [22 * MINUTE + 40 * SECOND, '22 min'],
    [3 * HOUR, '3 h'],
    [3 * HOUR + 5 * MINUTE, '3 h 5 min'],
    [2 * DAY + 4 * HOUR, '2 d 4 h'],
    [-5 * SECOND, '0 s'],
  ])('writes %d ms as %s', (length, text) => {
    expect(formatDuration(length).replaceAll('\u00a0', ' ')).toBe(text);
  });

  it('keeps a number and its unit on one line', () => {
    fc.assert(fc.property(fc.integer({ min: 0, max: 90 * DAY }), (length) => !/\d [a-z]/.test(formatDuration(length))));
  });
});

describe('formatAge', () => {
  it.each([
    [12 * SECOND, '12 s ago'],
    [6 * MINUTE + 50 * SECOND, '6 min ago'],
    [7 * HOUR + 59 * MINUTE, '7 h ago'],
    [50 * HOUR, '2 d ago'],
  ])('tells %d ms in one unit: %s', (age, text) => {
    expect(formatAge(age).replaceAll('\u00a0', ' ')).toBe(text);
  });
});
