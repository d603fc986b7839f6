import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import { isProviderError } from '@aviary/provider-contract';
import type { ProviderError, ProviderErrorKind } from '@aviary/provider-contract';

/** The ProviderError with which `attempt` fails; a failed assertion when it succeeds or fails otherwise. */
export async function providerErrorOf(attempt: () => unknown): Promise<ProviderError> {
  let result: unknown;
  try {
    result = await attempt();
  } catch (error) {
    assert.ok(isProviderError(error), `expected a ProviderError, got ${inspect(error)}`);
    return error;
  }
  assert.fail(`expected a ProviderError, got the answer ${inspect(result)}`);
}

/** Fails unless `error` is of one of `kinds` and says something. */
export function assertKind(error: ProviderError, ...kinds: ProviderErrorKind[]): void {
  assert.ok(kinds.includes(error.kind), `expected ${kinds.join(' or ')}, got ${error.kind}: ${error.message}`);
  assert.notEqual(error.message.trim(), '', 'the error says nothing');
}

/** Fails when one of `secrets` shows in anything that a log or a status could print of `error`, plain, URL-encoded or in base64. */
export function assertSilentAbout(error: ProviderError, secrets: readonly string[]): void {
  const printed = [error.message, error.stack, inspect(error, { depth: 8, showHidden: true }), JSON.stringify(error)].join('\n');
  for (const secret of secrets) {
    for (const form of [secret, encodeURIComponent(secret), Buffer.from(secret).toString('base64')]) {
      assert.ok(!printed.includes(form), `the secret "${secret}" shows as "${form}" in: ${error.message}`);
    }
  }
}
