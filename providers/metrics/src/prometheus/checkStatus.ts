import { ProviderError } from '@aviary/provider-contract';
import type { HttpResponse, ProviderErrorKind, Secret } from '@aviary/provider-contract';
import { parseRetryAfter, redact } from '@aviary/provider-http';
import { z } from 'zod';

const LONGEST_EXCERPT = 300;
const failure = z.object({ error: z.string() });

/** 400 is a query that does not parse, 422 one that cannot be evaluated: the same question will not do better. */
const KINDS: Readonly<Record<number, ProviderErrorKind>> = {
  400: 'misconfigured',
  401: 'unauthorized',
  403: 'unauthorized',
  422: 'misconfigured',
};

/**
 * @param secrets what must not show although the server may echo it
 * @param now milliseconds since the epoch, to read `Retry-After`
 * @throws ProviderError unless the status is 2xx, with what the server said
 */
export function checkStatus(response: HttpResponse, secrets: Iterable<string | Secret>, now: number): void {
  const { status, headers } = response;
  if (status >= 200 && status < 300) return;
  if (status >= 300 && status < 400) {
    throw new ProviderError(
      'misconfigured',
      `The server answered with a redirect (${status}), which is not followed; set provider.address to its goal`,
    );
  }
  const excerpt = redact(messageIn(response.body), secrets).slice(0, LONGEST_EXCERPT);
  throw new ProviderError(KINDS[status] ?? 'unavailable', `The server answered ${status}${excerpt && `: ${excerpt}`}`, {
    retryAfter: parseRetryAfter(headers['retry-after'], now),
  });
}

function messageIn(body: string): string {
  try {
    return failure.parse(JSON.parse(body)).error;
  } catch {
    return body.replace(/\s+/g, ' ').trim();
  }
}
