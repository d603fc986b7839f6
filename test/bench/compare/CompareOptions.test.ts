import { HELP, parseCompareOptions } from './CompareOptions';

it.each([
  [['--flagger', 'f'], { flagger: 'f', counts: [10, 100, 1000], json: undefined }],
  [['--flagger=/a/b', '--n', '5', '--json', 'x.json'], { flagger: '/a/b', counts: [5], json: 'x.json' }],
  [['--flagger', 'f', '--n', '1, 20'], { flagger: 'f', counts: [1, 20], json: undefined }],
  [['--help'], 'help'],
  [['-h', '--flagger', 'f'], 'help'],
])('%j are understood', (args, options) => {
  expect(parseCompareOptions(args)).toEqual(options);
});

it.each([
  [[], /needs --flagger <binary>[^]*Usage:/],
  [['--flagger', 'f', '--n', '0'], /from 1 to 99999.*not "0"/],
  [['--flagger', 'f', '--n', '10,,20'], /not ""/],
  [['--flagger', 'f', '--n', 'many'], /not "many"/],
  [['--flagger', 'f', '--speed', '2'], /--speed/],
  [['--flagger', 'f', 'idle'], /idle/],
])('%j are refused with the reason', (args, message) => {
  expect(() => parseCompareOptions(args)).toThrow(message);
});

it('fits the help into a terminal', () => {
  expect(HELP.split('\n').filter((line) => line.length > 120)).toEqual([]);
});
