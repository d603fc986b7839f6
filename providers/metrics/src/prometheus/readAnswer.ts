import { ProviderError } from '@aviary/provider-contract';
import type { ProviderErrorKind, Secret } from '@aviary/provider-contract';
import { redact } from '@aviary/provider-http';
import { z } from 'zod';

/** A point in time (seconds) and a value, which is text because JSON has no NaN and no infinity. */
const sample = z.tuple([z.number(), z.string()]);
const series = z.object({ value: sample.optional(), values: z.array(z.unknown()).optional(), histogram: z.unknown().optional() });
const answer = z.discriminatedUnion('status', [
  z.object({
    status: z.literal('success'),
    data: z.discriminatedUnion('resultType', [
      z.object({ resultType: z.literal('vector'), result: z.array(series) }),
      z.object({ resultType: z.literal('matrix'), result: z.array(series) }),
      z.object({ resultType: z.literal('scalar'), result: sample }),
      z.object({ resultType: z.literal('string'), result: sample }),
    ]),
  }),
  z.object({ status: z.literal('error'), errorType: z.string().optional(), error: z.string().optional() }),
]);

/** Error types that the same query may not meet again (prometheus/web/api/v1: timeout, canceled, unavailable, internal). */
const PASSING: ReadonlySet<string> = new Set(['timeout', 'canceled', 'unavailable', 'internal']);

/**
 * The one number in an answer of the query API: that of the last series, as Flagger takes it. Infinity is a number.
 *
 * @param secrets what must not show although the server may echo it
 * @throws ProviderError `noData` for no series or NaN; `misconfigured` for anything that is not one number
 */
export function readAnswer(body: string, secrets: Iterable<string | Secret> = []): number {
  const parsed = answer.safeParse(parseJson(body));
  if (!parsed.success) {
    throw misconfigured('the server did not answer as the Prometheus query API does; check provider.address');
  }
  if (parsed.data.status === 'error') {
    const { errorType = 'error', error = 'no reason given' } = parsed.data;
    const kind: ProviderErrorKind = PASSING.has(errorType) ? 'unavailable' : 'misconfigured';
    throw new ProviderError(kind, `The server answered with ${redact(`${errorType}: ${error}`, secrets)}`);
  }
  const { data } = parsed.data;
  switch (data.resultType) {
    case 'scalar':
      return numberIn(data.result[1]);
    case 'string':
      throw misconfigured('the query returned a text, not a number');
    case 'matrix':
      throw misconfigured('query returned multiple values; remove the range selector or put a function such as rate() around it');
    default:
      return numberOf(data.result.at(-1));
  }
}

function numberOf(last: z.infer<typeof series> | undefined): number {
  if (!last) throw noValues();
  if (last.values) throw misconfigured('query returned multiple values');
  if (last.histogram) throw misconfigured('the query returned a histogram; put histogram_quantile() around it');
  if (!last.value) throw noValues();
  return numberIn(last.value[1]);
}

function numberIn(text: string): number {
  if (text === 'NaN') throw noValues();
  if (text === '+Inf' || text === 'Inf') return Infinity;
  if (text === '-Inf') return -Infinity;
  const number = text.trim() === '' ? NaN : Number(text);
  if (Number.isNaN(number)) throw misconfigured(`the query returned "${text.slice(0, 40)}", which is not a number`);
  return number;
}

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

/** The words that Flagger's events have. */
function noValues(): ProviderError {
  return new ProviderError('noData', 'no values found');
}

function misconfigured(message: string): ProviderError {
  return new ProviderError('misconfigured', message);
}
