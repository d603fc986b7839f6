import { ProviderError, Secret } from '@aviary/provider-contract';
import type { HttpResponse, MetricProviderDefinition } from '@aviary/provider-contract';
import { failuresOf } from './failuresOf';
import { metricContract } from './metricContract';

/** Answers the number that the service sends as `{"number": 1}`; `read` can be replaced by a faulty one. */
function definition(read: (response: HttpResponse, token: string) => number): MetricProviderDefinition {
  return {
    kind: 'metric',
    id: 'sound',
    displayName: 'Sound',
    secretKeys: [{ name: 'token', required: true }],
    rbac: [],
    create({ address = '', secrets }, { http }) {
      const ask = async () => {
        const headers = { 'X-Token': secrets.token.reveal() };
        return read(await http.request({ method: 'GET', url: address, headers }), secrets.token.reveal());
      };
      return { query: ask, probe: async () => void (await ask()) };
    },
  };
}

function soundly({ status, headers, body }: HttpResponse): number {
  if (status === 401 || status === 403) throw new ProviderError('unauthorized', `answered ${status}`);
  if (status !== 200) throw new ProviderError('unavailable', `answered ${status}`, { retryAfter: Number(headers['retry-after']) * 1000 });
  const number: unknown = body.startsWith('{"number":') ? JSON.parse(body).number : undefined;
  if (typeof number !== 'number') throw new ProviderError('noData', 'no number');
  return number;
}

describe('metricContract', () => {
  const failuresWith = (read: (response: HttpResponse, token: string) => number) =>
    failuresOf((test) =>
      metricContract(test, {
        definition: definition(read),
        options: (address) => ({ address, secrets: { token: new Secret('s3cr3t-t0k3n') } }),
        secrets: ['s3cr3t-t0k3n'],
        query: 'anything',
        answers: {
          number: (number) => ({ body: JSON.stringify({ number }) }),
          noData: { nothing: { body: '{"number":null}' } },
          probe: { body: '{"number":1}' },
        },
      }),
    );

  it('passes a sound provider', async () => {
    expect(await failuresWith(soundly)).toEqual([]);
  });

  it('fails a provider that shows what the service echoes', async () => {
    const failures = await failuresWith((response) => {
      if (response.status >= 400) throw new ProviderError('unavailable', response.body);
      return soundly(response);
    });
    expect(failures).toEqual(expect.arrayContaining(['shows no secret when the service echoes the request with 500']));
  });

  it('fails a provider that hides its secret only in plain form', async () => {
    const failures = await failuresWith((_response, token) => {
      throw new ProviderError('unavailable', Buffer.from(token).toString('base64'));
    });
    expect(failures).toContain('shows no secret when the service echoes the request with 200');
  });

  it('fails a provider that takes anything for a number', async () => {
    expect(await failuresWith(({ body }) => Number(body.replace(/\D/g, '')))).toEqual(
      expect.arrayContaining([
        'answers -2.5 when the service does',
        'has no data for nothing',
        'is unavailable when the service answers 503',
        'takes 7 for an error, not for a number',
      ]),
    );
  });

  it('fails a provider that throws other errors', async () => {
    const failures = await failuresWith((response) => {
      if (response.status === 401) throw new Error('unauthorized');
      return soundly(response);
    });
    expect(failures).toEqual([
      'is unauthorized when the service answers 401',
      'shows no secret when the service echoes the request with 401',
    ]);
  });
});
