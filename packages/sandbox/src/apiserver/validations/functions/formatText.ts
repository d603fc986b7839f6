import { EvaluationError } from '@marcbachmann/cel-js';
import { Duration } from '@marcbachmann/cel-js/evaluator';

/** Text with its `%s`, `%d`, `%.2f`, … replaced by the values in turn. Throws for a value that does not fit its place. */
export function formatText(pattern: string, values: unknown[]): string {
  let next = 0;
  return pattern.replace(/%(?:%|(?:\.(\d+))?([a-zA-Z]?))/g, (place, digits: string | undefined, verb: string | undefined) => {
    if (place === '%%') {
      return '%';
    }
    if (next >= values.length) {
      throw failure(`index ${next} out of range`);
    }
    const value = values[next];
    next += 1;
    return formatted(verb ?? '', value, digits === undefined ? 6 : Number(digits));
  });
}

function formatted(verb: string, value: unknown, digits: number): string {
  const number = Number(value);
  switch (verb) {
    case 's':
      return textOf(value);
    case 'd':
      return integral(value) ?? refuse(verb, value);
    case 'f':
      return Number.isFinite(number) ? number.toFixed(digits) : textOf(number);
    case 'e':
      return Number.isFinite(number) ? scientific(number, digits) : textOf(number);
    case 'b':
      return typeof value === 'boolean' ? String(Number(value)) : radix(value, 2);
    case 'o':
      return radix(value, 8);
    case 'x':
      return hexadecimal(value);
    case 'X':
      return hexadecimal(value).toUpperCase();
    default:
      throw failure(`could not parse formatting clause: unrecognized formatting clause "${verb}"`);
  }
}

/** A value as `%s` and `string()` show it. */
export function textOf(value: any): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return numberText(value);
  if (value instanceof Uint8Array) return Buffer.from(value).toString('utf8');
  if (value instanceof Date) return timestampText(value);
  if (value instanceof Duration) return durationText(value);
  if (Array.isArray(value)) return `[${value.map(innerText).join(', ')}]`;
  if (!isPlainMap(value)) return String(value?.name ?? value);
  const entries = value instanceof Map ? [...value] : Object.entries(value);
  return `{${entries
    .map(([key, item]) => `${innerText(key)}:${innerText(item)}`)
    .sort()
    .join(', ')}}`;
}

function isPlainMap(value: any): boolean {
  return value instanceof Map || (value !== null && typeof value === 'object' && value.constructor === Object);
}

function innerText(value: unknown): string {
  return typeof value === 'string' ? JSON.stringify(value) : textOf(value);
}

/** A number with a fraction as Go shows it, in the shortest form, with an exponent from a million on. */
function numberText(value: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'NaN' : value > 0 ? '+Inf' : '-Inf';
  const [digits, exponent] = value.toExponential().split('e');
  const power = Number(exponent);
  return power < -4 || power >= 6 ? `${digits}e${exponent[0]}${exponent.slice(1).padStart(2, '0')}` : String(value);
}

function scientific(value: number, digits: number): string {
  const [number, exponent] = value.toExponential(digits).split('e');
  const raised = exponent
    .slice(1)
    .padStart(2, '0')
    .replace(/\d/g, (digit) => '⁰¹²³⁴⁵⁶⁷⁸⁹'[Number(digit)]);
  return `${number}×10${exponent[0] === '-' ? '⁻' : ''}${raised}`;
}

function timestampText(value: Date): string {
  return value.toISOString().replace(/\.?0*Z$/, 'Z');
}

function durationText(value: { seconds: bigint; nanos: number }): string {
  const fraction = String(Math.abs(value.nanos)).padStart(9, '0').replace(/0+$/, '');
  const sign = value.nanos < 0 && value.seconds === 0n ? '-' : '';
  return `${sign}${value.seconds}${fraction ? `.${fraction}` : ''}s`;
}

function integral(value: any): string | undefined {
  const number = value?.valueOf();
  return typeof number === 'bigint' || Number.isInteger(number) ? String(number) : undefined;
}

function radix(value: any, base: number): string {
  const number = value?.valueOf();
  return typeof number === 'bigint' ? number.toString(base) : refuse('b', value);
}

function hexadecimal(value: unknown): string {
  return typeof value === 'string' || value instanceof Uint8Array ? Buffer.from(value as string).toString('hex') : radix(value, 16);
}

function refuse(verb: string, value: unknown): never {
  throw failure(`error during formatting: %${verb} does not take ${typeof value}`);
}

function failure(message: string): EvaluationError {
  return new EvaluationError({ code: 'format_error', message });
}
