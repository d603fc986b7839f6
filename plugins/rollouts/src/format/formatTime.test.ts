import { formatMinute, formatMoment, formatTime } from './formatTime';

const AT = new Date(2026, 10, 20, 9, 5, 7).getTime();

describe('times', () => {
  it('are written with two digits each in the reader’s zone', () => {
    expect(formatTime(AT)).toBe('09:05:07');
    expect(formatMinute(AT)).toBe('09:05');
  });

  it('get their day when it is not today', () => {
    expect(formatMoment(AT, AT + 60_000)).toBe('09:05:07');
    expect(formatMoment(AT, AT + 24 * 3_600_000)).toBe('20 Nov 09:05');
  });
});
