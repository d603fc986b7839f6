import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { MemoryObjectStore } from '../apiserver/MemoryObjectStore';
import { ManualClock } from '../ManualClock';
import { Mesh } from '../mesh/Mesh';
import { SampleStore } from '../prometheus/SampleStore';
import { startWorkloads } from '../workloads/startWorkloads';
import { createLoadTester } from './createLoadTester';

describe('the load tester', () => {
  const clock = new ManualClock();
  const store = new MemoryObjectStore({ clock });
  const workloads = startWorkloads(store, clock);
  const mesh = new Mesh({ cluster: store, clock, samples: new SampleStore() });
  let server: Server;
  let url: string;

  beforeAll(async () => {
    store.create('/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'test' } });
    for (const [name, errors] of [
      ['good', '0%'],
      ['bad', '80%'],
    ]) {
      store.create('/services', {
        apiVersion: 'v1',
        kind: 'Service',
        metadata: { name, namespace: 'test' },
        spec: { selector: { app: name }, ports: [{ port: 80 }] },
      });
      store.create('apps/deployments', {
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        metadata: { name, namespace: 'test' },
        spec: {
          selector: { matchLabels: { app: name } },
          template: {
            metadata: { labels: { app: name }, annotations: { 'sandbox.aviary.dev/errors': errors } },
            spec: { containers: [{ name: 'app', image: 'app:1' }] },
          },
        },
      });
    }
    clock.advance(5000);
    server = createServer(createLoadTester(mesh)('test'));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });

  afterAll(async () => {
    await new Promise((resolve) => server.close(resolve));
    mesh.close();
    workloads.close();
    store.close();
  });

  const canary = { name: 'podinfo', namespace: 'test' };
  async function post(path: string, body: unknown): Promise<{ status: number; body: string }> {
    const response = await fetch(url + path, { method: 'POST', body: typeof body === 'string' ? body : JSON.stringify(body) });
    return { status: response.status, body: await response.text() };
  }
  const task = (metadata: Record<string, string>) => post('/', { ...canary, phase: 'Progressing', metadata });

  it('answers the fixed paths by any method', async () => {
    expect(await (await fetch(`${url}/healthz`)).text()).toBe('OK');
    expect(await post('/gate/approve', canary)).toEqual({ status: 200, body: 'OK' });
    expect(await post('/gate/halt', canary)).toEqual({ status: 403, body: 'Forbidden' });
  });

  it.each(['gate', 'rollback'])('keeps the %s of a canary closed until it is opened, and of that canary alone', async (kind) => {
    expect(await post(`/${kind}/check`, canary)).toEqual({ status: 403, body: 'Forbidden' });
    expect(await post(`/${kind}/open`, canary)).toEqual({ status: 202, body: '' });
    expect(await post(`/${kind}/check`, canary)).toEqual({ status: 200, body: 'Approved' });
    expect((await post(`/${kind}/check`, { name: 'other', namespace: 'test' })).status).toBe(403);
    expect(await post(`/${kind}/close`, canary)).toEqual({ status: 202, body: '' });
    expect((await post(`/${kind}/check`, canary)).status).toBe(403);
  });

  it('turns hey into load, once while it runs', async () => {
    const cmd = 'hey -z 1m -q 10 -c 2 http://good.test/';
    expect(await task({ cmd })).toEqual({ status: 202, body: '' });
    expect(await task({ type: 'cmd', cmd })).toEqual({ status: 202, body: '' });
    expect(mesh.runningLoads()).toMatchObject([{ perSecond: 20, duration: 60_000, destination: { service: 'good', namespace: 'test' } }]);
    clock.advance(61_000);
    expect(mesh.runningLoads()).toEqual([]);
  });

  it.each([
    [{ type: 'bash', cmd: "curl -sd 'test' http://good.test/token | grep token" }, 200, /^$/],
    [{ type: 'bash', cmd: 'curl -s http://good.test/token', returnCmdOutput: 'true' }, 200, /token/],
    [{ type: 'bash', cmd: 'curl -s http://bad.test/token' }, 500, /bad\.test answers 80 % of requests with an error/],
    [{ type: 'bash', cmd: 'curl -s http://missing.test/token' }, 500, /missing\.test has no ready endpoints/],
    [{ type: 'bash', cmd: 'exit 2' }, 500, /exit status 2/],
    [{ type: 'bash', cmd: 'bats tests' }, 500, /the sandbox runs no shell/],
    [{ cmd: 'ghz --insecure x' }, 400, /simulates only hey/],
    [{ type: 'helm', cmd: 'test' }, 400, /knows the task types cmd and bash, not "helm"/],
    [{ type: 'cmd' }, 400, /cmd not found in metadata/],
  ])('answers %j with %d', async (metadata, status, body) => {
    const answer = await task(metadata as Record<string, string>);
    expect(answer.status).toBe(status);
    expect(answer.body).toMatch(body);
  });

  it('refuses a body that is no webhook', async () => {
    expect((await post('/', 'not json')).status).toBe(400);
    expect(await post('/', canary)).toEqual({ status: 400, body: 'metadata not found in payload' });
  });
});
