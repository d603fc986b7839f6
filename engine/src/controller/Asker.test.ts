import { ProviderError, type HttpRequest, type HttpResponse, type MetricProvider } from '@aviary/provider-contract';
import { parseCanary } from '../canary/parseCanary';
import { blankState } from '../decision/blankState';
import type { Question } from '../decision/Question';
import type { ObservedCheck, Situation } from '../decision/Situation';
import { ManualTimers } from '../kubernetes/testing/ManualTimers';
import { aCanary, aSituation } from '../testing/aSituation';
import { Asker } from './Asker';

const hook: Question = { kind: 'webhook', id: 'rollout/0', index: 0, type: 'rollout', phase: 'Progressing' };
const metric: Question = { kind: 'metric', id: 'metric/0/canary', index: 0, subject: 'canary' };
const primary: Question = { kind: 'metric', id: 'metric/0/primary', index: 0, subject: 'primary' };

let requests: HttpRequest[];
let queries: { query: string; interval: number }[];
let answer: () => Promise<HttpResponse>;
let value: () => Promise<number>;
let asker: Asker;

beforeEach(() => {
  requests = [];
  queries = [];
  answer = async () => ({ status: 200, headers: {}, body: 'ok' });
  value = async () => 99.5;
  const source: MetricProvider = {
    async query(asked) {
      queries.push(asked);
      return value();
    },
    async probe() {
      await value();
    },
  };
  asker = new Asker({
    http: {
      async request(request) {
        requests.push(request);
        return answer();
      },
    },
    sources: async () => source,
    clock: new ManualTimers(5_000),
  });
});

function situation(): Situation {
  const { canary } = parseCanary(
    aCanary({
      analysis: {
        interval: '10s',
        threshold: 3,
        stepWeight: 10,
        metrics: [{ name: 'request-success-rate', interval: '1m', thresholdRange: { min: 99 } }],
        webhooks: [{ name: 'load', type: 'rollout', url: 'http://load.test/', timeout: '3s', retries: 2, metadata: { cmd: 'hey' } }],
      },
    }),
    { minInterval: 10_000 },
  );
  const check = { query: { canary: 'rate(canary)', primary: null } } as ObservedCheck;
  const state = { ...blankState(0), sequence: 6 };
  return aSituation({ canary: { ...canary, drivenByAnother: null }, checks: [check], state });
}

const results = async (...questions: Question[]) => (await asker.ask(questions, situation())).map(({ result }) => result);

it('calls a webhook with Flagger’s payload, its own time limit, and one key for every try of this question', async () => {
  const [first] = await asker.ask([hook], situation());
  expect(first).toEqual({ id: 'rollout/0', result: { kind: 'http', status: 200, excerpt: 'ok' }, at: 5_000, took: expect.any(Number) });
  await asker.ask([hook], situation());
  expect(requests[0]).toMatchObject({
    method: 'POST',
    url: 'http://load.test/',
    timeout: 3_000,
    retries: 2,
    headers: { 'content-type': 'application/json', 'idempotency-key': 'uid-podinfo.7.rollout/0' },
  });
  expect(JSON.parse(requests[0].body!)).toMatchObject({
    name: 'podinfo',
    namespace: 'test',
    phase: 'Progressing',
    metadata: { cmd: 'hey' },
  });
  expect(requests[1].headers).toEqual(requests[0].headers);
});

it('keeps the beginning of what a webhook answered, whatever its status', async () => {
  answer = async () => ({ status: 500, headers: {}, body: 'x'.repeat(1_000) });
  expect(await results(hook)).toEqual([{ kind: 'http', status: 500, excerpt: 'x'.repeat(256) }]);
});

it('asks the metric source with the rendered query and the metric’s window', async () => {
  expect(await results(metric)).toEqual([{ kind: 'number', value: 99.5 }]);
  expect(queries).toEqual([{ query: 'rate(canary)', interval: 60_000 }]);
});

it.each([
  [new ProviderError('noData', 'no values found'), { kind: 'noData', message: 'no values found' }],
  [new ProviderError('unauthorized', '401'), { kind: 'failed', error: 'unauthorized', message: '401' }],
  [new ProviderError('misconfigured', 'bad query'), { kind: 'failed', error: 'misconfigured', message: 'bad query' }],
  [new TypeError('broken'), { kind: 'failed', error: 'unavailable', message: 'broken' }],
])('never fails: %s is an answer', async (error, expected) => {
  value = async () => {
    throw error;
  };
  expect(await results(metric)).toEqual([expected]);
  expect(await results({ kind: 'probe', id: 'probe/0', index: 0 })).toEqual([expected]);
});

it('takes a value that is not a number for no data', async () => {
  value = async () => NaN;
  expect(await results(metric)).toEqual([{ kind: 'noData', message: 'the value is not a number' }]);
});

it('says so when there is no query', async () => {
  expect(await results(primary)).toEqual([
    { kind: 'failed', error: 'misconfigured', message: 'there is no query for request-success-rate' },
  ]);
});

it('asks all at once', async () => {
  let open = () => {};
  const opened = new Promise<void>((resolve) => (open = resolve));
  value = async () => {
    if (queries.length === 1) await opened;
    else open();
    return queries.length;
  };
  expect(await results(metric, metric)).toHaveLength(2);
});
