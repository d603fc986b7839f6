import { compileRegex } from './compileRegex';

it.each([
  ['', [''], ['a']],
  ['a|b', ['a', 'b'], ['ab', 'xa']],
  ['podinfo-[0-9a-zA-Z]+(-[0-9a-zA-Z]+)', ['podinfo-6f9-x2'], ['podinfo-primary', 'xpodinfo-a-b']],
  ['.*', ['', 'anything'], ['two\nlines']],
  ['(?s).*', ['two\nlines'], []],
  ['(?i)abc', ['ABC'], ['abd']],
  ['(?:a)(?P<n>b)', ['ab'], ['a']],
  ['[[:digit:]]+', ['42'], ['x']],
  ['[]a]', [']', 'a'], ['b']],
  ['[^]a]', ['b'], [']', 'a']],
  ['\\d{2,3}\\.\\x41', ['12.A'], ['1.A']],
  ['a{,2}', ['a{,2}'], ['aa']],
  ['\\A\\Qx', undefined, []],
  ['\\s', [' '], ['\u00a0']],
  ['[a-z_-]+', ['a-b_c'], ['A']],
  ['\\-\\_\\/', ['-_/'], []],
  ['\\pL+', ['Grüße'], ['1']],
  ['a\\z', ['a'], ['b']],
])('%j is read as Go reads it', (source, whole, others) => {
  const regex = compileRegex(source);
  if (whole === undefined) {
    expect(regex).toBeUndefined();
    return;
  }
  expect(whole.filter((text) => !regex!.test(text))).toEqual([]);
  expect(others.filter((text) => regex!.test(text))).toEqual([]);
});

it.each(['(', 'a(?=b)', 'a(?!b)', '(?<=a)b', '(a)\\1', 'a**', 'x{1001}', '[a', '[[:nonsense:]]', '\\y', 'a\\'])('refuses %j', (source) => {
  expect(compileRegex(source)).toBeUndefined();
});
