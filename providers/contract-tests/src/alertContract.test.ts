import { ProviderError, Secret } from '@aviary/provider-contract';
import type { Alert, AlertProviderDefinition, HttpResponse } from '@aviary/provider-contract';
import { alertContract } from './alertContract';
import { failuresOf } from './failuresOf';

interface Faults {
  body?: (alert: Alert) => string;
  check?: (response: HttpResponse, address: string) => void;
  retries?: number;
}

function definition({ body = JSON.stringify, check = soundly, retries }: Faults): AlertProviderDefinition {
  return {
    kind: 'alert',
    id: 'sound',
    displayName: 'Sound',
    secretKeys: [],
    create: ({ address }, { http }) => ({
      async send(alert) {
        check(await http.request({ method: 'POST', url: address.reveal(), body: body(alert), retries }), address.reveal());
      },
    }),
  };
}

function soundly({ status, headers, body }: HttpResponse): void {
  if (status === 200) return;
  const isPassing = status === 429 || status >= 500;
  const reason = body === 'no_such_thing' ? body : '';
  throw new ProviderError(isPassing ? 'unavailable' : 'misconfigured', `answered ${status} ${reason}`, {
    retryAfter: Number(headers['retry-after']) * 1000,
  });
}

describe('alertContract', () => {
  const failuresWith = (faults: Faults) =>
    failuresOf((test) =>
      alertContract(test, {
        definition: definition(faults),
        options: (address) => ({ address: new Secret(`${address}/s3cr3t/p4th`), secrets: {} }),
        secrets: ['/s3cr3t/p4th'],
        success: { body: 'ok' },
      }),
    );

  it('passes a sound provider', async () => {
    expect(await failuresWith({})).toEqual([]);
  });

  it.each<[string, Faults, string]>([
    ['says too little', { body: ({ message }) => message }, 'brings an alert of severity warn with all that it says, once'],
    ['takes every answer for success', { check: () => {} }, 'is unavailable when the service answers 503, and says for how long'],
    [
      'shows its address',
      {
        check: (response, address) => {
          if (response.status !== 200) throw new ProviderError('unavailable', `POST ${address} failed`);
        },
      },
      'shows no secret when the service echoes the request with 404',
    ],
    ['tries again by itself', { retries: 1 }, 'leaves trying again to whoever sends alerts'],
  ])('fails a provider that %s', async (_fault, faults, name) => {
    expect(await failuresWith(faults)).toContain(name);
  });
});
