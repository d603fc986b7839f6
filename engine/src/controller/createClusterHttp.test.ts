import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createEgressPolicy, createHttpClient, type ClosableHttpClient } from '@aviary/provider-http';
import type { HttpRequest } from '@aviary/provider-contract';
import { createClusterHttp } from './createClusterHttp';
import { TestCluster } from './testing/TestCluster';

interface Received {
  method?: string;
  url?: string;
  headers: IncomingMessage['headers'];
  body: string;
  port?: string;
}

let cluster: TestCluster;
let direct: ClosableHttpClient;
let outside: Server;
let received: Received[];
/** Statuses of the next answers; 200 when there are none left. */
let statuses: number[];

/** Answers everything, and keeps what came. `port` is that of the Service. */
const answerer =
  (port?: string): RequestListener =>
  (request, response) => {
    let body = '';
    request.on('data', (chunk) => (body += chunk));
    request.on('end', () => {
      received.push({ method: request.method, url: request.url, headers: request.headers, body, port });
      response.writeHead(statuses.shift() ?? 200, { 'content-type': 'text/plain' }).end('hello');
    });
  };

beforeAll(async () => {
  cluster = await TestCluster.start({ backends: { find: (_, name, port) => (name === 'gate' ? answerer(port) : undefined) } });
  for (const name of ['gate', 'dead']) {
    await cluster.put('/services', {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name, namespace: 'test' },
      spec: {
        selector: { app: name },
        ports: [
          { name: 'http', port: 80 },
          { name: 'alt', port: 8080 },
        ],
      },
    });
  }
  direct = createHttpClient({ egress: createEgressPolicy({ allow: ['127.0.0.0/8'], deny: [] }) });
  outside = createServer(answerer());
  await new Promise<void>((resolve) => outside.listen(0, '127.0.0.1', resolve));
});

afterAll(async () => {
  direct.close();
  await new Promise((resolve) => outside.close(resolve));
  await cluster.close();
});

beforeEach(() => {
  received = [];
  statuses = [];
});

const outsideUrl = () => `http://127.0.0.1:${(outside.address() as AddressInfo).port}`;

function http(options: { inCluster?: boolean; overrides?: Record<string, string> } = {}) {
  const addresses = { inCluster: options.inCluster ?? false, addressOverrides: options.overrides ?? {} };
  return createClusterHttp({ direct, view: cluster.view, addresses });
}

const post: HttpRequest = {
  method: 'POST',
  url: 'http://gate.test/check?x=1',
  query: { y: '2' },
  headers: { 'content-type': 'application/json', 'idempotency-key': 'uid.1.gate' },
  body: '{"name":"podinfo"}',
};

it('brings a request to a Service through the API server: path, query, headers and body', async () => {
  expect(await http().request(post)).toMatchObject({ status: 200, body: 'hello' });
  expect(received).toMatchObject([
    {
      method: 'POST',
      url: '/check?x=1&y=2',
      headers: { 'content-type': 'application/json', 'idempotency-key': 'uid.1.gate' },
      body: '{"name":"podinfo"}',
      port: '80',
    },
  ]);
  await http().request({ method: 'GET', url: 'http://gate.test.svc.cluster.local:8080/' });
  expect(received[1]).toMatchObject({ method: 'GET', url: '/', port: '8080' });
});

it('hands over the answer of the Service, whatever its status', async () => {
  statuses = [403];
  expect(await http().request(post)).toMatchObject({ status: 403, body: 'hello' });
});

it.each([
  [{ Authorization: 'Bearer x' }, {}],
  [{ Cookie: 'a=b' }, {}],
  [{ 'DD-API-KEY': 'x' }, {}],
  [{ 'DD-APPLICATION-KEY': 'x' }, {}],
  [{ 'X-Query-Key': 'x' }, {}],
  [{ 'Private-Token': 'x' }, {}],
  [{}, { api_key: 'x' }],
  [{}, { u: 'me', p: 'x' }],
])('refuses credentials (headers %j, query %j): the API server would see them', async (headers, query) => {
  const refused = http().request({ method: 'GET', url: 'http://gate.test/', headers, query } as HttpRequest);
  await expect(refused).rejects.toMatchObject({ kind: 'misconfigured', message: /credentials cannot go through the API server/ });
  expect(received).toEqual([]);
});

it('refuses a password in the address', async () => {
  const refused = http().request({ method: 'GET', url: 'http://me:hidden@gate.test/' });
  const error: Error = await refused.catch((thrown) => thrown);
  expect(error).toMatchObject({ kind: 'misconfigured' });
  expect(error.message).not.toContain('hidden');
});

it('goes out directly for anything else, and in the cluster for everything', async () => {
  await http().request({ method: 'GET', url: `${outsideUrl()}/metrics`, headers: { Authorization: 'Bearer x' } });
  expect(received).toMatchObject([{ url: '/metrics', headers: { authorization: 'Bearer x' } }]);
  // No such Service here: a name of the world.
  await expect(http().request({ method: 'GET', url: 'http://metrics.invalid/', timeout: 2_000 })).rejects.toMatchObject({
    kind: 'unavailable',
  });
});

it('follows overrides before anything else', async () => {
  const { host } = new URL(outsideUrl());
  await http({ overrides: { 'gate.test': host } }).request(post);
  expect(received).toMatchObject([{ url: '/check?x=1&y=2', port: undefined }]);
});

it('keeps the egress policy for direct requests', async () => {
  const strict = createHttpClient({ egress: createEgressPolicy({ allow: [], deny: [] }) });
  const client = createClusterHttp({ direct: strict, view: cluster.view, addresses: { inCluster: true } });
  await expect(client.request({ method: 'GET', url: outsideUrl() })).rejects.toMatchObject({ kind: 'misconfigured' });
  strict.close();
});

it.each([
  ['http://dead.test/', 'unavailable', /dead\.test could not be reached through the API server/],
  ['http://nowhere.test.svc/', 'misconfigured', /nowhere\.test could not be reached through the API server/],
])('says of %s that it is %s', async (url, kind, message) => {
  await expect(http().request({ method: 'GET', url })).rejects.toMatchObject({ kind, message });
});

it('names the missing permission', async () => {
  cluster.server.faults.failNext({ pathPattern: /proxy/, status: 403 });
  await expect(http().request(post)).rejects.toMatchObject({ kind: 'unauthorized' });
});

it('tries again as often as asked, after 5xx and 429, and not after an answer', async () => {
  statuses = [503, 429, 200];
  expect(await http().request({ ...post, retries: 2 })).toMatchObject({ status: 200 });
  expect(received).toHaveLength(3);
  received = [];
  statuses = [503, 503, 503];
  expect(await http().request({ ...post, retries: 1 })).toMatchObject({ status: 503 });
  expect(received).toHaveLength(2);
  received = [];
  statuses = [404];
  await http().request({ ...post, retries: 5 });
  expect(received).toHaveLength(1);
});

it('tries no longer than the time limit of the whole request', async () => {
  statuses = Array(20).fill(503);
  const started = performance.now();
  expect(await http().request({ ...post, retries: 15, timeout: 500 })).toMatchObject({ status: 503 });
  expect(performance.now() - started).toBeLessThan(1_500);
  expect(received.length).toBeLessThanOrEqual(4);
});
