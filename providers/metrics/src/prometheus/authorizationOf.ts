import { ProviderError } from '@aviary/provider-contract';
import type { MetricProviderOptions } from '@aviary/provider-contract';

/**
 * The Authorization header that the Secret asks for: `token` means bearer, else `username` and `password` mean basic.
 *
 * @throws ProviderError `misconfigured` when one of username and password is missing
 */
export function authorizationOf(secrets: MetricProviderOptions['secrets']): string | undefined {
  const { token, username, password } = secrets;
  if (token) return `Bearer ${token.reveal().trim()}`;
  if (!username && !password) return undefined;
  if (!username || !password) {
    const missing = username ? 'password' : 'username';
    throw new ProviderError('misconfigured', `The Secret of the metric provider has no "${missing}"; give username and password, or token`);
  }
  return `Basic ${Buffer.from(`${username.reveal()}:${password.reveal()}`).toString('base64')}`;
}
