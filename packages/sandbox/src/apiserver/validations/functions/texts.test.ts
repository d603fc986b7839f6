import { compileExpression } from '../compileExpression';
import { celEnvironment } from '../celEnvironment';
import { RequestUrl } from './RequestUrl';
import { Semver } from './Semver';

const environment = celEnvironment();
const value = (expression: string) => compileExpression(environment, expression).run({ self: null });

describe('functions of text', () => {
  it('count letters, whatever they are made of', () => {
    expect(value('"a😀b".indexOf("b")')).toBe(2n);
    expect(value('"a😀b".substring(1, 2)')).toBe('😀');
    expect(value('"a😀b".reverse()')).toBe('b😀a');
    expect(value('"a😀b".charAt(3)')).toBe('');
    expect(() => value('"ab".charAt(3)')).toThrow('index out of range: 3');
    expect(() => value('"ab".substring(2, 1)')).toThrow('index out of range: 2');
  });

  it.each([
    ['"aaa".replace("a", "b", 2)', 'bba'],
    ['"aaa".replace("a", "b", 0)', 'aaa'],
    ['"ab".replace("", "-", 2)', '-a-b'],
    ['"abc".replace("x", "y")', 'abc'],
    ['["a", "b"].join(", ")', 'a, b'],
    ['"%d%%".format([5u])', '5%'],
    ['"%s".format([{"b": ["x"], "a": ["y", "z"]}])', '{"a":["y", "z"], "b":["x"]}'],
    ['"%s %s".format([duration("-1.5s"), timestamp("2026-01-01T00:00:00.25Z")])', '-1.5s 2026-01-01T00:00:00.25Z'],
    ['"%X %x".format([255, "az"])', 'FF 617a'],
    ['string(0.00001)', '1e-05'],
    ['string(123456.5)', '123456.5'],
  ])('%s is %s', (expression, expected) => expect(value(expression)).toBe(expected));

  it('refuse values that do not fit their place', () => {
    expect(() => value('"%d".format(["a"])')).toThrow('%d does not take string');
    expect(() => value('"%s %s".format(["a"])')).toThrow('index 1 out of range');
    expect(() => value('"%y".format(["a"])')).toThrow('unrecognized formatting clause "y"');
  });
});

describe('RequestUrl', () => {
  it.each([
    ['https://u:p@example.test:8080/a%20b?k=v', { scheme: 'https', host: 'example.test:8080', path: '/a%20b', query: 'k=v' }],
    ['HTTP://[::1]:80', { scheme: 'http', host: '[::1]:80', path: '', query: '' }],
    ['/only/path?q', { scheme: '', host: '', path: '/only/path', query: 'q' }],
    ['mailto:nobody', { scheme: 'mailto', host: '', path: 'nobody', query: '' }],
  ])('reads %s', (text, expected) => expect(RequestUrl.parse(text)).toMatchObject(expected));

  it.each(['', 'nothing', '../x', 'http://a b/', 'http://a:x/', 'http://a/%zz', ':80', 'http://a\n'])('does not take "%s"', (text) =>
    expect(RequestUrl.parse(text)).toBeUndefined(),
  );
});

describe('Semver', () => {
  it('has the order of the specification', () => {
    const order = [
      '1.0.0-alpha',
      '1.0.0-alpha.1',
      '1.0.0-alpha.beta',
      '1.0.0-beta.2',
      '1.0.0-beta.11',
      '1.0.0-rc.1',
      '1.0.0',
      '1.0.1',
      '1.2.0',
      '10.0.0',
    ];
    const sorted = order.toReversed().sort((left, right) => Number(Semver.parse(left)!.compareTo(Semver.parse(right)!)));
    expect(sorted).toEqual(order);
    expect(Semver.parse('1.0.0+a')!.compareTo(Semver.parse('1.0.0+b')!)).toBe(0n);
  });

  it.each(['1', '1.2', 'v1.2.3', '01.2.3', '1.2.3-01', '1.2.3-', ''])('does not take "%s"', (text) =>
    expect(Semver.parse(text)).toBeUndefined(),
  );
});
