import { parseDuration } from './promql/duration';
import { PromqlError } from './promql/PromqlError';

const NUMBER = /^[-+]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
const RFC_3339 = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$/;

/** Reads a moment (Unix seconds or RFC 3339) as milliseconds; `otherwise` stands in for an absent one. Throws `bad_data`. */
export function readTime(form: URLSearchParams, name: string, otherwise?: number): number {
  const text = form.get(name);
  if (!text && otherwise !== undefined) return otherwise;
  const time = text && NUMBER.test(text) ? Math.round(Number(text) * 1000) : RFC_3339.test(text ?? '') ? Date.parse(text!) : Number.NaN;
  if (Number.isNaN(time)) throw wrong(name, `cannot parse ${JSON.stringify(text ?? '')} to a valid timestamp`);
  return time;
}

/** Reads a positive length of time (seconds, or a duration such as `30s`) as milliseconds. Throws `bad_data`. */
export function readDuration(form: URLSearchParams, name: string): number {
  const text = form.get(name) ?? '';
  const duration = text !== '' && Number.isFinite(Number(text)) ? Number(text) * 1000 : parseDuration(text);
  if (duration === undefined) throw wrong(name, `cannot parse ${JSON.stringify(text)} to a valid duration`);
  if (duration <= 0) throw wrong(name, 'zero or negative query resolution step widths are not accepted. Try a positive integer');
  return duration;
}

function wrong(name: string, what: string): PromqlError {
  return new PromqlError('bad_data', `invalid parameter "${name}": ${what}`);
}
