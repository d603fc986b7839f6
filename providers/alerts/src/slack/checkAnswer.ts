import { ProviderError } from '@aviary/provider-contract';
import type { HttpResponse, ProviderErrorKind, Secret } from '@aviary/provider-contract';
import { parseRetryAfter, redact } from '@aviary/provider-http';
import { z } from 'zod';

const LONGEST_EXCERPT = 200;

/** The Web API answers 200 also when it refuses. */
const webApiAnswer = z.object({ ok: z.boolean(), error: z.string().default('no reason given') });

/** Errors of chat.postMessage that credentials or permissions cause, and those that pass. All others are the configuration's. */
const KINDS: ReadonlyMap<string, ProviderErrorKind> = new Map([
  ...[
    'invalid_auth',
    'not_authed',
    'account_inactive',
    'token_revoked',
    'token_expired',
    'no_permission',
    'missing_scope',
    'not_allowed_token_type',
    'access_denied',
    'ekm_access_denied',
    'org_login_required',
  ].map((error): [string, ProviderErrorKind] => [error, 'unauthorized']),
  ...['ratelimited', 'rate_limited', 'internal_error', 'fatal_error', 'service_unavailable', 'request_timeout', 'team_added_to_org'].map(
    (error): [string, ProviderErrorKind] => [error, 'unavailable'],
  ),
]);

/**
 * @param secrets what must not show although Slack may echo it
 * @param now milliseconds since the epoch, to read `Retry-After`
 * @throws ProviderError with Slack's own text unless the message was taken
 */
export function checkAnswer(response: HttpResponse, secrets: Iterable<string | Secret>, now: number): void {
  const { status, headers, body } = response;
  const retryAfter = parseRetryAfter(headers['retry-after'], now);
  if (status >= 200 && status < 300) {
    const refused = refusalIn(body);
    if (refused === undefined) return;
    throw new ProviderError(KINDS.get(refused) ?? 'misconfigured', `Slack refused the message: ${excerpt(refused, secrets)}`, {
      retryAfter,
    });
  }
  const text = excerpt(body, secrets) || 'no reason given';
  throw new ProviderError(kindOf(status), `Slack answered ${status}: ${text}`, { retryAfter });
}

function refusalIn(body: string): string | undefined {
  try {
    const answer = webApiAnswer.parse(JSON.parse(body));
    return answer.ok ? undefined : answer.error;
  } catch {
    // A webhook answers with the plain text "ok".
    return undefined;
  }
}

function kindOf(status: number): ProviderErrorKind {
  if (status === 429 || status >= 500) return 'unavailable';
  return status === 401 || status === 403 ? 'unauthorized' : 'misconfigured';
}

function excerpt(body: string, secrets: Iterable<string | Secret>): string {
  return redact(body.replace(/\s+/g, ' ').trim(), secrets).slice(0, LONGEST_EXCERPT);
}
