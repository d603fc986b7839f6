import { Secret } from '@aviary/provider-contract';
import type { MetricProviderOptions } from '@aviary/provider-contract';
import { AnswerServer, loopbackContext, metricContract, providerErrorOf } from '@aviary/provider-contract-tests';
import type { Answer, ReceivedRequest } from '@aviary/provider-contract-tests';
import { prometheus } from './prometheus';

const TOKEN = 'ey.t0k3n/+value';

describe('prometheus', () => {
  metricContract(test, {
    definition: prometheus,
    options: (address) => ({ address: `${address}/pr3fix/path`, secrets: { token: new Secret(TOKEN) } }),
    secrets: [TOKEN],
    query: 'sum(rate(requests_total[1m]))',
    answers: {
      number: (value) => vector(String(value)),
      noData: { 'an empty vector': vector(), NaN: vector('NaN'), 'a series without a value': success('vector', [{ metric: {} }]) },
      probe: vector('1'),
    },
  });

  describe('with username and password', () => {
    metricContract(test, {
      definition: prometheus,
      options: (address) => ({ address, secrets: { username: new Secret('reader'), password: new Secret('p:ss w/rd') } }),
      secrets: ['p:ss w/rd', 'reader:p:ss w/rd'],
      query: 'up',
      answers: {
        number: (value) => success('scalar', [1_700_000_000.5, String(value)]),
        noData: { NaN: vector('1', 'NaN') },
        probe: vector('1'),
      },
    });
  });

  it.each([
    ['the last series of several', vector('1', '2', '3'), 3],
    ['positive infinity', vector('+Inf'), Infinity],
    ['negative infinity', vector('-Inf'), -Infinity],
    ['exponents', vector('1.5e-7'), 1.5e-7],
    ['a value beside warnings', { body: JSON.stringify({ ...JSON.parse(vector('5').body), warnings: ['slow'] }) }, 5],
  ])('answers %s', async (_case, answer, expected) => {
    expect((await asked('up', answer)).result).toBe(expected);
  });

  it.each([
    ['a range of values', success('matrix', [{ metric: {}, values: [[1, '2']] }]), 'misconfigured', /query returned multiple values/],
    ['an empty range', success('matrix', []), 'misconfigured', /query returned multiple values/],
    ['values in a vector', success('vector', [{ metric: {}, values: [[1, '2']] }]), 'misconfigured', /query returned multiple values/],
    ['a histogram', success('vector', [{ metric: {}, histogram: [1, {}] }]), 'misconfigured', /histogram_quantile/],
    ['a text', success('string', [1, 'hello']), 'misconfigured', /a text/],
    ['no number', vector('12 apples'), 'misconfigured', /"12 apples", which is not a number/],
    ['an empty value', vector(''), 'misconfigured', /not a number/],
    [
      'bad_data with 400',
      failed(400, 'bad_data', 'parse error: unexpected end'),
      'misconfigured',
      /^The server answered 400: parse error: unexpected end$/,
    ],
    ['execution with 422', failed(422, 'execution', 'many-to-many matching'), 'misconfigured', /422: many-to-many matching/],
    ['timeout with 503', failed(503, 'timeout', 'query timed out'), 'unavailable', /503: query timed out/],
    ['404', { status: 404, body: '404 page not found' }, 'unavailable', /404: 404 page not found/],
    ['an error with 200', failed(200, 'execution', 'no'), 'misconfigured', /execution: no/],
    ['a passing error with 200', failed(200, 'timeout', 'slow'), 'unavailable', /timeout: slow/],
    ['a redirect', { status: 301, body: '' }, 'misconfigured', /redirect \(301\)/],
    ['a page', { body: '<html>' }, 'misconfigured', /check provider.address/],
  ] as [string, Answer, string, RegExp][])('takes %s for an error', async (_case, answer, kind, message) => {
    const { error } = await asked('up', answer);
    expect(error).toMatchObject({ kind, message: expect.stringMatching(message) });
  });

  it('collapses white space and keeps the path of the address', async () => {
    const { request } = await asked('\n  sum(\n\t rate(x[1m])\n)  ', vector('1'), (address) => ({
      address: `${address}/prom/`,
      secrets: {},
    }));
    const url = new URL(request.url, 'http://x');
    expect(request.method).toBe('GET');
    expect(url.pathname).toBe('/prom/api/v1/query');
    expect([...url.searchParams]).toEqual([['query', 'sum( rate(x[1m]) )']]);
  });

  it('sends a long query as a form', async () => {
    const query = `sum(rate(x{pod=~"${'a|'.repeat(3000)}"}[1m]))`;
    const { request } = await asked(query, vector('1'));
    expect(request).toMatchObject({
      method: 'POST',
      url: '/api/v1/query',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    });
    expect(new URLSearchParams(request.body).get('query')).toBe(query);
  });

  it('sends headers and a bearer token, which wins over username, password and an Authorization header', async () => {
    const { request } = await asked('up', vector('1'), (address) => ({
      address,
      headers: { 'X-Scope-OrgID': ['one', 'two'], authorization: ['Basic nope'] },
      secrets: { token: new Secret(`${TOKEN}\n`), username: new Secret('u'), password: new Secret('p') },
    }));
    expect(request.headers).toMatchObject({ 'x-scope-orgid': 'one, two', authorization: `Bearer ${TOKEN}` });
  });

  it('sends username and password', async () => {
    const { request } = await asked('up', vector('1'), (address) => ({
      address,
      secrets: { username: new Secret('u'), password: new Secret('p:1') },
    }));
    expect(request.headers.authorization).toBe(`Basic ${Buffer.from('u:p:1').toString('base64')}`);
  });

  it.each([
    ['no address', { secrets: {} }, /provider.address is missing/],
    ['an empty address', { address: ' ', secrets: {} }, /provider.address is missing/],
    ['an address without scheme', { address: 'prometheus:9090', secrets: {} }, /does not begin with http/],
    ['an address that is none', { address: 'http://', secrets: {} }, /is not a URL/],
    ['an address with a query', { address: 'http://x/?a=b', secrets: {} }, /query or a fragment/],
    ['a username only', { address: 'http://x', secrets: { username: new Secret('u') } }, /no "password"/],
    ['a password only', { address: 'http://x', secrets: { password: new Secret('p') } }, /no "username"/],
  ])('is misconfigured by %s', async (_case, options, message) => {
    const context = loopbackContext();
    const error = await providerErrorOf(() => prometheus.create(options, context));
    expect(error).toMatchObject({ kind: 'misconfigured', message: expect.stringMatching(message) });
    context.close();
  });

  it('is misconfigured by an empty query', async () => {
    expect((await asked('  \n', vector('1'))).error).toMatchObject({ kind: 'misconfigured', message: 'The query is empty' });
  });

  it('does not take a server for Prometheus that answers the probe with another number', async () => {
    const server = await AnswerServer.start(vector('2'));
    const context = loopbackContext();
    const error = await providerErrorOf(() => prometheus.create({ address: server.address, secrets: {} }, context).probe());
    expect(error).toMatchObject({ kind: 'misconfigured', message: expect.stringContaining('2 to vector(1)') });
    context.close();
    await server.stop();
  });
});

async function asked(
  query: string,
  answer: Answer,
  options: (address: string) => MetricProviderOptions = (address) => ({ address, secrets: {} }),
): Promise<{ result?: number; error?: unknown; request: ReceivedRequest }> {
  const server = await AnswerServer.start(answer);
  const context = loopbackContext();
  try {
    const outcome = await prometheus
      .create(options(server.address), context)
      .query({ query, interval: 60_000 })
      .then(
        (result) => ({ result }),
        (error) => ({ error }),
      );
    return { ...outcome, request: server.received[0] };
  } finally {
    context.close();
    await server.stop();
  }
}

function vector(...values: string[]): Answer {
  return success(
    'vector',
    values.map((value, index) => ({ metric: { pod: `p${index}` }, value: [1_700_000_000.123, value] })),
  );
}

function success(resultType: string, result: unknown): Answer {
  return { body: JSON.stringify({ status: 'success', data: { resultType, result } }) };
}

function failed(status: number, errorType: string, error: string): Answer {
  return { status, body: JSON.stringify({ status: 'error', errorType, error }) };
}
