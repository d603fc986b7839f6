import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import http from 'node:http';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import https from 'node:https';
import net from 'node:net';
import type { AddressInfo, Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { HttpRequest, ProviderError } from '@aviary/provider-contract';
import { createEgressPolicy } from './createEgressPolicy';
import { createHttpClient } from './createHttpClient';
import type { HttpClientOptions } from './createHttpClient';

const open: { close(): void }[] = [];
const onLoopback = createEgressPolicy({ allow: ['127.0.0.0/8', '::1'] });

afterEach(() => {
  for (const resource of open.splice(0)) resource.close();
});

describe('createHttpClient', () => {
  it('sends method, path, query, headers and body, and returns status, headers and body', async () => {
    const address = await serve(async (request, response) => {
      response.writeHead(201, { 'X-Answer': 'yes' });
      response.end(`${request.method} ${request.url} ${request.headers['x-question']} ${await bodyOf(request)}`);
    });
    const answer = await client().request({
      method: 'POST',
      url: `${address}/a/b?x=1`,
      query: { q: 'a b&c' },
      headers: { 'X-Question': 'really' },
      body: '{"k":1}',
    });
    expect(answer).toMatchObject({ status: 201, body: 'POST /a/b?x=1&q=a+b%26c really {"k":1}' });
    expect(answer.headers['x-answer']).toBe('yes');
  });

  it.each([301, 400, 404, 500])('hands %s to the caller', async (status) => {
    const address = await serve((_request, response) => response.writeHead(status, { location: 'http://169.254.169.254/' }).end('text'));
    expect(await client().request({ method: 'GET', url: address })).toMatchObject({ status, body: 'text' });
  });

  it('gives up when the whole exchange takes longer than its time', async () => {
    const address = await serve((_request, response) => void response.write('a first byte, then silence'));
    const error = await failure(client(), { method: 'GET', url: address, timeout: 100 });
    expect(error).toMatchObject({ kind: 'unavailable', message: `GET ${address} got no answer within 100 ms` });
  });

  it('gives up when the name is not resolved in time', async () => {
    const never = client({ resolve: () => new Promise(() => {}) });
    const error = await failure(never, { method: 'GET', url: 'http://slow.example.com', timeout: 50 });
    expect(error).toMatchObject({ kind: 'unavailable', message: expect.stringContaining('50 ms') });
  });

  it.each([
    ['plain', (response: ServerResponse) => response.end('x'.repeat(3000))],
    [
      'compressed',
      (response: ServerResponse) => response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('x'.repeat(100_000))),
    ],
  ])('refuses a %s answer that is too large', async (_form, answer) => {
    const address = await serve((_request, response) => void answer(response));
    const error = await failure(client({ maxResponseBytes: 2048 }), { method: 'GET', url: address });
    expect(error).toMatchObject({ kind: 'misconfigured', message: `GET ${address} answered with more than 2 KiB; ask for less` });
  });

  it('reuses connections', async () => {
    let connections = 0;
    const address = await serve(
      (_request, response) => response.end('ok'),
      (server) => server.on('connection', () => connections++),
    );
    const one = client();
    for (let i = 0; i < 5; i++) await one.request({ method: 'GET', url: address });
    expect(connections).toBe(1);
  });

  describe('retries', () => {
    it('does not try again unless asked', async () => {
      const { address, count } = await failing(1, 503);
      expect((await client().request({ method: 'GET', url: address })).status).toBe(503);
      expect(count()).toBe(1);
    });

    it.each([429, 500, 503])('tries again after %s', async (status) => {
      const { address, count } = await failing(2, status);
      expect((await client().request({ method: 'POST', url: address, body: 'x', retries: 2 })).status).toBe(200);
      expect(count()).toBe(3);
    });

    it('hands over the last answer when every try failed', async () => {
      const { address, count } = await failing(9, 502);
      expect((await client().request({ method: 'GET', url: address, retries: 2 })).status).toBe(502);
      expect(count()).toBe(3);
    });

    it('does not try again after 400', async () => {
      const { address, count } = await failing(9, 400);
      await client().request({ method: 'GET', url: address, retries: 3 });
      expect(count()).toBe(1);
    });

    it('tries again after a broken connection', async () => {
      let count = 0;
      const address = await serve((request, response) => void (++count < 3 ? request.socket.destroy() : response.end('ok')));
      expect((await client().request({ method: 'GET', url: address, retries: 2 })).body).toBe('ok');
    });

    it('waits as long as Retry-After says', async () => {
      const { address } = await failing(1, 429, { 'retry-after': '0.2' });
      const start = performance.now();
      await client().request({ method: 'GET', url: address, retries: 1 });
      expect(performance.now() - start).toBeGreaterThanOrEqual(195);
    });

    it.each(['3', '3600'])('returns the answer at once when Retry-After is %s s and the time does not suffice', async (seconds) => {
      const { address, count } = await failing(9, 429, { 'retry-after': seconds });
      const start = performance.now();
      const answer = await client().request({ method: 'GET', url: address, retries: 5, timeout: 2_000 });
      expect(answer).toMatchObject({ status: 429, headers: { 'retry-after': seconds } });
      expect(performance.now() - start).toBeLessThan(1_000);
      expect(count()).toBe(1);
    });
  });

  describe('egress policy', () => {
    const strict = () => client({ egress: createEgressPolicy() });

    it.each(['http://127.0.0.1', 'http://2130706433', 'http://[::ffff:127.0.0.1]', 'http://localhost'])(
      'does not connect to %s',
      async (host) => {
        let connections = 0;
        const address = await serve(
          (_request, response) => response.end(),
          (server) => server.on('connection', () => connections++),
        );
        const error = await failure(strict(), { method: 'GET', url: `${host}:${new URL(address).port}/` });
        expect(error).toMatchObject({ kind: 'misconfigured', message: expect.stringContaining('loopback') });
        expect(connections).toBe(0);
      },
    );

    it('does not connect to a name that resolves to a denied address', async () => {
      const rebound = client({ egress: createEgressPolicy(), resolve: async () => [{ address: '169.254.169.254', family: 4 }] });
      const error = await failure(rebound, { method: 'GET', url: 'http://innocent.example.com/' });
      expect(error).toMatchObject({ kind: 'misconfigured', message: expect.stringContaining('resolves to 169.254.169.254') });
    });

    it('connects to the allowed ones of the addresses that a name has', async () => {
      const address = await serve((request, response) => response.end(request.headers.host));
      const { port } = new URL(address);
      const mixed = client({
        egress: createEgressPolicy({ allow: ['127.0.0.1'] }),
        resolve: async () => [
          { address: '169.254.169.254', family: 4 },
          { address: '127.0.0.1', family: 4 },
        ],
      });
      expect((await mixed.request({ method: 'GET', url: `http://metrics.example.com:${port}` })).body).toBe(`metrics.example.com:${port}`);
    });

    it('does not connect to a denied proxy', async () => {
      const error = await failure(strict(), { method: 'GET', url: 'http://10.0.0.1/', proxy: 'http://127.0.0.1:3128' });
      expect(error).toMatchObject({ kind: 'misconfigured', message: expect.stringContaining('127.0.0.1') });
    });

    it('does not ask a proxy for a denied address', async () => {
      const error = await failure(strict(), { method: 'GET', url: 'http://169.254.169.254/', proxy: 'http://10.0.0.1:3128' });
      expect(error).toMatchObject({ kind: 'misconfigured', message: expect.stringContaining('169.254.169.254') });
    });
  });

  describe('addresses', () => {
    it.each(['', 'prometheus:9090x', '/relative', 'file:///etc/passwd', 'ftp://x.example.com', 'javascript:1'])(
      'refuses "%s"',
      async (url) => {
        expect(await failure(client(), { method: 'GET', url })).toMatchObject({ kind: 'misconfigured' });
      },
    );

    it('refuses a socks proxy', async () => {
      const error = await failure(client(), { method: 'GET', url: 'http://10.0.0.1', proxy: 'socks5://10.0.0.2:1080' });
      expect(error.message).toContain('only http and https');
    });
  });

  describe('TLS and proxies', () => {
    it('refuses an unknown certificate unless told to accept any', async () => {
      const address = await serveTls((_request, response) => response.end('ok'));
      const error = await failure(client(), { method: 'GET', url: address });
      expect(error).toMatchObject({ kind: 'unavailable', message: expect.stringContaining('insecureSkipVerify') });
      expect((await client().request({ method: 'GET', url: address, insecureSkipVerify: true })).body).toBe('ok');
    });

    it('sends http requests through a proxy in the absolute form, with the credentials of the proxy', async () => {
      const proxy = await serve((request, response) => response.end(`${request.url} ${request.headers['proxy-authorization']}`));
      const answer = await client().request({
        method: 'GET',
        url: 'http://metrics.example.com/a?b=c',
        proxy: proxy.replace('//', '//user:pa%20ss@'),
      });
      expect(answer.body).toBe(`http://metrics.example.com/a?b=c Basic ${Buffer.from('user:pa ss').toString('base64')}`);
    });

    it('tunnels https requests through a proxy', async () => {
      const address = await serveTls((_request, response) => response.end('through the tunnel'));
      const tunnelled: string[] = [];
      const proxy = await serve(
        (_request, response) => response.writeHead(405).end(),
        (server) =>
          server.on('connect', (request: IncomingMessage, socket: net.Socket) => {
            tunnelled.push(request.url!);
            const upstream = net.connect(Number(new URL(address).port), '127.0.0.1', () => {
              socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
              socket.pipe(upstream).pipe(socket);
            });
            upstream.on('error', () => socket.destroy());
            socket.on('error', () => upstream.destroy());
          }),
      );
      const url = address.replace('127.0.0.1', 'secure.example.com');
      const answer = await client().request({ method: 'GET', url, proxy, insecureSkipVerify: true });
      expect(answer.body).toBe('through the tunnel');
      expect(tunnelled).toEqual([new URL(url).host]);
      expect(await failure(client(), { method: 'GET', url, proxy })).toMatchObject({ kind: 'unavailable' });
    });
  });

  describe('errors', () => {
    it.each([
      ['a closed port', (port: number) => `127.0.0.1:${port}`, undefined],
      ['an unknown name', () => 'nowhere.example.com', async () => Promise.reject(new Error('getaddrinfo ENOTFOUND nowhere.example.com'))],
    ])('contain no secret for %s', async (_case, host, resolve) => {
      const closed = net.createServer().listen(0, '127.0.0.1');
      await new Promise((done) => closed.once('listening', done));
      const { port } = closed.address() as AddressInfo;
      await new Promise((done) => closed.close(done));

      const error = await failure(client(resolve ? { resolve } : {}), {
        method: 'POST',
        url: `http://user:hunter22@${host(port)}/services/T0/s3cret?key=q1w2e3`,
        query: { token: 'z9y8x7' },
        headers: { Authorization: 'Bearer b34r3r' },
        body: 'b0dy',
      });
      expect(error.kind).toBe('unavailable');
      const printed = `${error.stack} ${JSON.stringify(error)} ${String(error.cause)}`;
      for (const secret of ['hunter22', 's3cret', 'q1w2e3', 'z9y8x7', 'b34r3r', 'b0dy', 'services']) expect(printed).not.toContain(secret);
      expect(error.message).toContain(host(port));
    });

    it('say so when a header cannot be sent, without its value', async () => {
      const error = await failure(client(), { method: 'GET', url: 'http://127.0.0.1:1', headers: { Authorization: 'Bearer a\nb' } });
      expect(error.message).not.toContain('a\nb');
    });
  });
});

function client(options: Partial<HttpClientOptions> = {}) {
  const created = createHttpClient({ egress: onLoopback, retryDelay: () => 1, ...options });
  open.push(created);
  return created;
}

async function failure(of: ReturnType<typeof client>, request: HttpRequest): Promise<ProviderError> {
  return of.request(request).then(
    (answer) => Promise.reject(new Error(`expected a failure, got ${answer.status}`)),
    (error) => error,
  );
}

async function failing(times: number, status: number, headers: Record<string, string> = {}) {
  let count = 0;
  const address = await serve((_request, response) => {
    count += 1;
    if (count <= times) response.writeHead(status, headers).end();
    else response.end('ok');
  });
  return { address, count: () => count };
}

async function serve(listener: RequestListener, prepare: (server: http.Server) => void = () => {}): Promise<string> {
  const server = http.createServer(listener);
  prepare(server);
  return `http://${await listen(server)}`;
}

async function serveTls(listener: RequestListener): Promise<string> {
  return `https://${await listen(https.createServer(selfSigned(), listener))}`;
}

async function listen(server: Server): Promise<string> {
  const sockets = new Set<net.Socket>();
  server.on('connection', (socket) => sockets.add(socket));
  server.listen(0, '127.0.0.1');
  await new Promise((done) => server.once('listening', done));
  open.push({
    close() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  });
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function selfSigned(): { key: Buffer; cert: Buffer } {
  const folder = mkdtempSync(join(tmpdir(), 'certificate-'));
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '1', '-subj', '/CN=secure.example.com'];
  execFileSync('openssl', ['req', '-x509', ...kind, '-keyout', key, '-out', cert], { stdio: 'ignore' });
  const pair = { key: readFileSync(key), cert: readFileSync(cert) };
  rmSync(folder, { recursive: true });
  return pair;
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}
