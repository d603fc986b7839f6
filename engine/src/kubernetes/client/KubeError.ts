/**
 * What kept the API server from doing what was asked.
 *
 * - `conflict`: the resourceVersion or a precondition is not current; observe again
 * - `alreadyExists`: a create met an object of that name
 * - `notFound`: no such object, or the cluster does not serve that kind
 * - `unauthorized`: the credentials are missing or not accepted (401)
 * - `forbidden`: the credentials lack a permission (403)
 * - `invalid`: the request will never succeed as it is (400, 422, admission denial)
 * - `tooManyRequests`: asked to slow down (429)
 * - `unavailable`: 5xx, time-out or no connection; whether a write happened is unknown (`Overload`: it was not sent)
 * - `expired`: the resourceVersion or continue token is too old (410)
 */
export type KubeErrorKind =
  'conflict' | 'alreadyExists' | 'notFound' | 'unauthorized' | 'forbidden' | 'invalid' | 'tooManyRequests' | 'unavailable' | 'expired';

/** How `KubeClient` names what it does. */
export type KubeVerb = 'get' | 'list' | 'watch' | 'create' | 'update' | 'patch' | 'delete' | 'proxy' | 'discover' | 'request';

/** What was asked, for messages and metrics. */
export interface KubeCall {
  verb: KubeVerb;
  /** `deployments.apps`, with `/status` for the subresource. */
  resource: string;
  namespace?: string;
  name?: string;
}

/** The part of a Kubernetes `Status` that is read. */
export interface KubeStatus {
  reason?: string;
  message?: string;
  code?: number;
  details?: { retryAfterSeconds?: number; causes?: { reason?: string; message?: string; field?: string }[] };
}

/** The one error of this folder's client. Recognise it with `isKubeError` and by `kind`, never by `instanceof`. */
export class KubeError extends Error {
  readonly kind: KubeErrorKind;
  /** HTTP status; 0 when there was no answer. */
  readonly status: number;
  /** The API server's own reason (`AlreadyExists`, `Expired`), or `Timeout`, `Network`, `Credentials`, `Overload` when there was no answer. */
  readonly reason: string;
  /** How long the server asked us to wait, in milliseconds. */
  readonly retryAfterMs?: number;
  readonly verb: KubeVerb;
  readonly resource: string;

  constructor(
    kind: KubeErrorKind,
    call: KubeCall,
    found: { status: number; reason: string; message: string; retryAfterMs?: number; cause?: unknown },
  ) {
    const name = [call.namespace, call.name].filter(Boolean).join('/');
    const answer = found.status === 0 ? found.reason : `${found.status} ${found.reason}`;
    super(`${call.verb} ${call.resource}${name ? ` ${name}` : ''}: ${answer.trim()}: ${found.message}`, { cause: found.cause });
    this.name = 'KubeError';
    this.kind = kind;
    this.status = found.status;
    this.reason = found.reason;
    this.retryAfterMs = found.retryAfterMs;
    this.verb = call.verb;
    this.resource = call.resource;
  }
}

/** Whether `error` came from the Kubernetes client. */
export function isKubeError(error: unknown): error is KubeError {
  return error instanceof Error && error.name === 'KubeError' && typeof (error as KubeError).kind === 'string';
}

/** Whether `error` or what caused it is a write that was never sent, because the API server does not keep up. */
export function isUnsent(error: unknown): boolean {
  if (isKubeError(error)) return error.reason === 'Overload';
  return error instanceof Error && error.cause !== undefined && isUnsent(error.cause);
}

/** Whether the API server could not keep up. */
export function isOverload(error: unknown): boolean {
  return isKubeError(error) && (error.kind === 'tooManyRequests' || (error.kind === 'unavailable' && error.reason !== 'Aborted'));
}

/** The error for an answer of the API server with a status of 300 or more. `body` is its text, a `Status` or anything. */
export function answerError(
  call: KubeCall,
  answer: { status: number; headers: Record<string, string>; body: string },
  now: number,
): KubeError {
  const status = parseStatus(answer.body);
  const reason = status?.reason ?? '';
  const message = status?.message ?? (answer.body.slice(0, 300).trim() || 'the API server gave no explanation');
  return new KubeError(kindOf(answer.status, reason, message), call, {
    status: answer.status,
    reason,
    message,
    retryAfterMs: retryAfter(answer.headers['retry-after'], now) ?? secondsToMs(status?.details?.retryAfterSeconds),
  });
}

/** The error for an ERROR event of a watch, which carries a `Status` instead of an object. */
export function watchEventError(call: KubeCall, status: KubeStatus): KubeError {
  const code = status.code ?? 500;
  const message = status.message ?? 'the watch ended with an error';
  return new KubeError(kindOf(code, status.reason ?? '', message), call, {
    status: code,
    reason: status.reason ?? '',
    message,
    retryAfterMs: secondsToMs(status.details?.retryAfterSeconds),
  });
}

/** The body as a `Status`, when it is one. */
export function parseStatus(body: string): KubeStatus | undefined {
  try {
    const parsed = JSON.parse(body);
    return parsed && typeof parsed === 'object' && parsed.kind === 'Status' ? parsed : undefined;
  } catch {
    return undefined;
  }
}

function kindOf(status: number, reason: string, message: string): KubeErrorKind {
  if (status === 410 || reason === 'Expired' || reason === 'Gone') return 'expired';
  if (status === 401) return 'unauthorized';
  // An admission webhook may deny with any code; 403 then means the object, not our permissions.
  if (/admission webhook .* denied the request/.test(message)) return 'invalid';
  if (status === 403) return 'forbidden';
  if (status === 404) return 'notFound';
  if (status === 409) return reason === 'AlreadyExists' ? 'alreadyExists' : 'conflict';
  if (status === 429) return 'tooManyRequests';
  if (status >= 500) return 'unavailable';
  return 'invalid';
}

function retryAfter(header: string | undefined, now: number): number | undefined {
  if (!header) return undefined;
  if (/^\d+$/.test(header)) return Number(header) * 1000;
  const at = Date.parse(header);
  return Number.isNaN(at) ? undefined : Math.max(0, at - now);
}

function secondsToMs(seconds: number | undefined): number | undefined {
  return seconds === undefined ? undefined : seconds * 1000;
}
