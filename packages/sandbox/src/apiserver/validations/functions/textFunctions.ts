import { EvaluationError, type Environment } from '@marcbachmann/cel-js';
import type { RE2JS } from 're2js';
import { goPattern } from '../../schema/goPattern';
import { textOf } from './formatText';
import { isGoDuration, readDuration } from './readDuration';

/** The namespace `strings`. */
class Strings {}

/**
 * Registers the functions of text. Those that end with `_` replace the library's: these count characters instead of
 * UTF-16 units, touch only ASCII letters, and read regular expressions as Go does.
 */
export function registerTextFunctions(environment: Environment): void {
  const register = (signature: string, run: (...args: any[]) => unknown) => environment.registerFunction(signature, run, { async: false });
  const expressions = new Map<string, RE2JS>();
  const compiled = (pattern: string) => {
    const known = expressions.get(pattern) ?? compileRegex(pattern);
    expressions.set(pattern, known);
    return known;
  };
  const matches = (text: string, pattern: string) => compiled(pattern).matcher(text).find();
  const findAll = (text: string, pattern: string, most = -1n) => {
    const matcher = compiled(pattern).matcher(text);
    const found: string[] = [];
    while ((most < 0n || found.length < most) && matcher.find()) found.push(matcher.group() ?? '');
    return found;
  };
  register('string.matche_(string): bool', matches);
  register('matche_(string, string): bool', matches);
  register('string.find(string): string', (text, pattern) => findAll(text, pattern, 1n)[0] ?? '');
  register('string.findAll(string): list<string>', (text, pattern) => findAll(text, pattern));
  register('string.findAll(string, int): list<string>', findAll);

  register('string.lowerAsci_(): string', (text) => text.replace(/[A-Z]+/g, (part: string) => part.toLowerCase()));
  register('string.upperAsci_(): string', (text) => text.replace(/[a-z]+/g, (part: string) => part.toUpperCase()));
  register('string.indexO_(string): int', (text, part) => indexIn(text, part, 0n));
  register('string.indexO_(string, int): int', indexIn);
  register('string.lastIndexO_(string): int', (text, part) => lastIndexIn(text, part, BigInt([...text].length)));
  register('string.lastIndexO_(string, int): int', lastIndexIn);
  register('string.charAt(int): string', (text, index) => {
    const letters = [...text];
    return letters[checkedIndex(index, letters.length)] ?? '';
  });
  register('string.substrin_(int): string', (text, from) => [...text].slice(checkedIndex(from, [...text].length)).join(''));
  register('string.substrin_(int, int): string', (text, from, to) => {
    const letters = [...text];
    if (from > to) throw outOfRange(from);
    return letters.slice(checkedIndex(from, letters.length), checkedIndex(to, letters.length)).join('');
  });
  register('string.replace(string, string): string', (text, from, to) =>
    text.split(from).length > 1 || from === '' ? replaced(text, from, to, -1n) : text,
  );
  register('string.replace(string, string, int): string', replaced);
  register('string.spli_(string): list<string>', (text, by) => splitted(text, by, -1n));
  register('string.spli_(string, int): list<string>', splitted);
  register('string.reverse(): string', (text) => [...text].reverse().join(''));
  environment.registerType('Strings', Strings as any);
  environment.registerConstant('strings', 'Strings', new Strings());
  register('Strings.quote(string): string', (_, text) => quoted(text));
  for (const type of ['string', 'bool', 'int', 'uint', 'double', 'bytes', 'google.protobuf.Duration', 'google.protobuf.Timestamp']) {
    register(`strin_(${type}): string`, textOf);
  }
  register('duratio_(string): google.protobuf.Duration', (text) => {
    if (isGoDuration(text)) return readDuration(text);
    throw new EvaluationError({ code: 'invalid_duration', message: `invalid duration ${text}` });
  });
  register('int(google.protobuf.Timestamp): int', (moment: Date) => BigInt(Math.floor(moment.getTime() / 1000)));
}

/** A regular expression as Go reads it. Throws an EvaluationError for what is none. */
export function compileRegex(pattern: string): RE2JS {
  try {
    return goPattern(pattern);
  } catch (error) {
    throw new EvaluationError({ code: 'invalid_regex', message: (error as Error).message });
  }
}

function indexIn(text: string, part: string, from: bigint): bigint {
  const letters = [...text];
  const wanted = [...part];
  const start = checkedIndex(from, letters.length);
  for (let index = start; index + wanted.length <= letters.length; index += 1) {
    if (wanted.every((letter, offset) => letters[index + offset] === letter)) return BigInt(index);
  }
  return -1n;
}

function lastIndexIn(text: string, part: string, from: bigint): bigint {
  const letters = [...text];
  const wanted = [...part];
  for (let index = Math.min(checkedIndex(from, letters.length), letters.length - wanted.length); index >= 0; index -= 1) {
    if (wanted.every((letter, offset) => letters[index + offset] === letter)) return BigInt(index);
  }
  return -1n;
}

function replaced(text: string, from: string, to: string, most: bigint): string {
  const parts = splitted(text, from, -1n);
  const pieces = from === '' ? ['', ...parts, ''] : parts;
  const count = most < 0n ? pieces.length - 1 : Math.min(Number(most), pieces.length - 1);
  return (
    pieces
      .slice(0, count)
      .map((piece) => piece + to)
      .join('') + pieces.slice(count).join(from)
  );
}

function splitted(text: string, by: string, most: bigint): string[] {
  if (most === 0n) return [];
  const parts = by === '' ? [...text] : text.split(by);
  if (most < 0n || parts.length <= most) return parts;
  return [...parts.slice(0, Number(most) - 1), parts.slice(Number(most) - 1).join(by)];
}

function checkedIndex(index: bigint, length: number): number {
  if (index < 0n || index > length) throw outOfRange(index);
  return Number(index);
}

function outOfRange(index: bigint): EvaluationError {
  return new EvaluationError({ code: 'out_of_range', message: `index out of range: ${index}` });
}

const escapes: Record<string, string> = {
  '\x07': '\\a',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\v': '\\v',
  '\\': '\\\\',
  '"': '\\"',
};

function quoted(text: string): string {
  return `"${text.replace(/[\x07\b\f\n\r\t\v\\"]/g, (letter) => escapes[letter])}"`;
}
