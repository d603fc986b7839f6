/**
 * Why a provider could not do what it was asked.
 *
 * - `misconfigured`: the user's object is wrong; nothing will change until it is edited
 * - `unauthorized`: credentials are missing, wrong or lack a permission
 * - `unavailable`: the other side did not answer or answered that it cannot now; worth trying again
 * - `noData`: the question was understood and there is no value to answer it with
 * - `unsupported`: this provider cannot do that at all
 */
export type ProviderErrorKind = 'misconfigured' | 'unauthorized' | 'unavailable' | 'noData' | 'unsupported';

/**
 * The one error that providers throw. It is recognised by `kind`, never by `instanceof`: two copies of this
 * package (the engine's and a third party's) must still agree.
 *
 * The message says what was asked, what was found and what to do. It must not contain secrets.
 */
export class ProviderError extends Error {
  readonly kind: ProviderErrorKind;
  /** How long the other side asked us to wait, in milliseconds. */
  readonly retryAfter?: number;

  constructor(kind: ProviderErrorKind, message: string, options?: { cause?: unknown; retryAfter?: number }) {
    super(message, { cause: options?.cause });
    this.name = 'ProviderError';
    this.kind = kind;
    this.retryAfter = options?.retryAfter;
  }
}

const KINDS: ReadonlySet<string> = new Set(['misconfigured', 'unauthorized', 'unavailable', 'noData', 'unsupported']);

/** Whether `error` is a provider's error, whichever copy of this package made it. */
export function isProviderError(error: unknown): error is ProviderError {
  return error instanceof Error && error.name === 'ProviderError' && KINDS.has((error as ProviderError).kind);
}
