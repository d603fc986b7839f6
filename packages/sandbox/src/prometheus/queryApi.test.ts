import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ManualClock } from '../ManualClock';
import { Counters } from './Counters';
import { createQueryApi } from './queryApi';
import { SampleStore } from './SampleStore';

const START = Date.UTC(2024, 0, 1);

describe('the Prometheus query API', () => {
  const clock = new ManualClock(START);
  const store = new SampleStore();
  const counters = new Counters();
  let server: Server;
  let url: string;

  beforeAll(async () => {
    for (let i = 0; i <= 12; i++) store.append({ __name__: 'hits_total', pod: 'a' }, START - 60_000 + i * 5000, i * 10);
    counters.counter('hits_total', { pod: 'a' }).value += 120;
    server = createServer(createQueryApi({ store, counters, clock }));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });

  afterAll(() => new Promise((resolve) => server.close(resolve)));

  const get = async (path: string, init?: RequestInit) => {
    const response = await fetch(url + path, init);
    return { status: response.status, body: await response.json() };
  };

  it('answers an instant query by GET and by POST with the same vector', async () => {
    const expected = {
      status: 200,
      body: {
        status: 'success',
        data: { resultType: 'vector', result: [{ metric: { __name__: 'hits_total', pod: 'a' }, value: [START / 1000, '120'] }] },
      },
    };
    expect(await get('/api/v1/query?query=hits_total')).toEqual(expected);
    expect(await get('/api/v1/query', { method: 'POST', body: new URLSearchParams({ query: 'hits_total' }) })).toEqual(expected);
  });

  it('answers the availability probe vector(1)', async () => {
    expect((await get('/api/v1/query?query=vector(1)')).body.data).toEqual({
      resultType: 'vector',
      result: [{ metric: {}, value: [START / 1000, '1'] }],
    });
  });

  it('answers a range query with one point per step', async () => {
    const { body } = await get(`/api/v1/query_range?query=hits_total&start=${START / 1000 - 10}&end=${START / 1000}&step=5s`);
    expect(body.data.result[0].values.map(([, value]: [number, string]) => value)).toEqual(['100', '110', '120']);
  });

  it.each([
    ['/api/v1/query?query=sum(', 400, 'bad_data', /parse error/],
    ['/api/v1/query?query=', 400, 'bad_data', /no expression found|unexpected end/],
    ['/api/v1/query?query=rate(hits_total)', 400, 'bad_data', /expected type range vector in call to function "rate", got instant vector/],
    ['/api/v1/query?query=hits_total&time=yesterday', 400, 'bad_data', /invalid parameter "time"/],
    ['/api/v1/query?query=histogram_sum(hits_total)', 422, 'execution', /histogram_sum\(\) is not supported by the sandbox's query engine/],
    ['/api/v1/query?query=hits_total%2Bon()(hits_total or vector(1))', 422, 'execution', /many-to-many matching not allowed/],
    ['/api/v1/query_range?query=hits_total&start=2&end=1&step=1', 400, 'bad_data', /end timestamp must not be before start/],
    ['/api/v1/query_range?query=hits_total&start=1&end=2&step=0', 400, 'bad_data', /invalid parameter "step"/],
  ])('refuses %s', async (path, status, errorType, message) => {
    const answer = await get(path);
    expect(answer).toMatchObject({ status, body: { status: 'error', errorType } });
    expect(answer.body.error).toMatch(message);
  });

  it('lists labels, is ready and healthy, and exposes the counters as text', async () => {
    expect((await get('/api/v1/labels')).body.data).toEqual(['__name__', 'pod']);
    expect((await fetch(`${url}/-/ready`)).status).toBe(200);
    expect((await fetch(`${url}/-/healthy`)).status).toBe(200);
    expect(await (await fetch(`${url}/metrics`)).text()).toBe('# TYPE hits_total counter\nhits_total{pod="a"} 120\n');
    expect((await fetch(`${url}/graph`)).status).toBe(404);
  });
});
