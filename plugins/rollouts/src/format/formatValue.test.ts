import { checkLabel, formatLimit, formatPlain, formatValue } from './formatValue';

const plain = (text: string) => text.replaceAll('\u00a0', ' ');

describe('formatValue', () => {
  it.each([
    [98.694, '%', '98.69 %'],
    [99.7, '%', '99.70 %'],
    [100, '%', '100 %'],
    [411.8, 'ms', '412 ms'],
    [0.01324, '', '0.0132'],
    [1234.5, '', '1235'],
  ])('writes %d %s as %s', (value, unit, text) => {
    expect(plain(formatValue(value, unit))).toBe(text);
  });
});

describe('formatLimit', () => {
  it.each([
    [{ min: 99, max: null, unit: '%' }, '≥ 99 %'],
    [{ min: null, max: 500, unit: 'ms' }, '≤ 500 ms'],
    [{ min: 1, max: 5, unit: 's' }, '1 to 5 s'],
    [{ min: null, max: null, unit: '' }, '–'],
  ])('writes %j as %s', (limit, text) => {
    expect(plain(formatLimit(limit))).toBe(text);
  });
});

describe('formatPlain', () => {
  it('does not invent digits', () => {
    expect(plain(formatPlain(0.5, '%'))).toBe('0.5 %');
    expect(plain(formatPlain(0.1 + 0.2, ''))).toBe('0.3');
  });
});

describe('checkLabel', () => {
  it('turns the name of a metric into words and leaves that of a webhook alone', () => {
    expect(checkLabel({ name: 'request-success-rate', kind: 'metric' })).toBe('request success rate');
    expect(checkLabel({ name: 'load-test', kind: 'webhook' })).toBe('load-test');
  });
});
