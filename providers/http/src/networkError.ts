import { ProviderError, isProviderError } from '@aviary/provider-contract';
import type { HttpRequest } from '@aviary/provider-contract';
import { redact } from './redact';

/** Codes of Node's TLS layer that mean: the certificate, not the connection. */
const CERTIFICATE_CODE = /CERT|SELF_SIGNED|UNABLE_TO_(GET|VERIFY)/;

/** The part of an address that may be printed: scheme, host and port. Paths, queries and credentials can be secrets. */
export function printableAddress(url: URL): string {
  return `${url.protocol}//${url.host}`;
}

/**
 * What a failed exchange means to a provider. The low-level error is not attached: axios keeps the whole request in it,
 * credentials included.
 *
 * @param limits what the exchange was allowed, for the message
 */
export function networkError(
  error: unknown,
  request: HttpRequest,
  target: URL,
  limits: { timeout: number; maxResponseBytes: number },
): ProviderError {
  const { code, message, cause } = error as { code?: string; message?: string; cause?: unknown };
  if (isProviderError(cause)) return cause;
  const asked = `${request.method} ${printableAddress(target)}`;
  if (code === 'ERR_CANCELED') return new ProviderError('unavailable', `${asked} got no answer within ${limits.timeout} ms`);
  if (message?.startsWith('maxContentLength')) {
    const size = `${Math.round(limits.maxResponseBytes / 1024)} KiB`;
    return new ProviderError('misconfigured', `${asked} answered with more than ${size}; ask for less`);
  }
  if (code === 'ERR_INVALID_CHAR') {
    return new ProviderError(
      'misconfigured',
      `${asked} was not sent: a header or credential contains a line break or another forbidden character`,
    );
  }
  const what = redact(message ?? 'unknown network error', secretsOf(request, target));
  const advice = CERTIFICATE_CODE.test(code ?? '') ? '; trust its certificate authority or set insecureSkipVerify' : '';
  return new ProviderError('unavailable', `${asked} failed: ${what}${advice}`);
}

function secretsOf(request: HttpRequest, target: URL): string[] {
  return [target.href, ...Object.values(request.query ?? {}), ...Object.values(request.headers ?? {}), request.proxy ?? ''];
}
