import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deployVersion } from './cli/deployVersion';
import { KubeClient } from './cli/KubeClient';
import { runSandbox } from './cli/runSandbox';
import { showStatus } from './cli/showStatus';
import { type Sandbox, startSandbox } from './startSandbox';

jest.setTimeout(30_000);

const SPEED = 50;

describe('a running sandbox', () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'sandbox-test-'));
  let sandbox: Sandbox;
  let client: KubeClient;

  async function start(): Promise<void> {
    const now = Date.now();
    const shown = sandbox ? sandbox.clock.now() : now;
    sandbox = await startSandbox({ origin: { real: now, shown, speed: SPEED }, dataDir, seed: true });
    client = new KubeClient(sandbox.kubeconfigPath);
  }

  beforeAll(start);
  afterAll(async () => {
    await sandbox.close();
    rmSync(dataDir, { recursive: true, force: true });
  });

  async function eventually(holds: () => boolean | Promise<boolean>): Promise<void> {
    const deadline = Date.now() + 10_000;
    while (!(await holds())) {
      if (Date.now() > deadline) throw new Error('waited ten seconds in vain');
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  const allAvailable = () =>
    sandbox.store.list('apps/deployments').every(({ spec, status }) => (status?.availableReplicas ?? 0) === spec.replicas);
  const proxy = (service: string, path: string, init?: RequestInit) => {
    const [namespace, name] = service.split('/');
    return fetch(`${sandbox.url}/api/v1/namespaces/${namespace}/services/${name}/proxy${path}`, init);
  };
  const replicas = async (count: number) => {
    await client.patch('/apis/apps/v1/namespaces/linkerd-viz/deployments/prometheus', { spec: { replicas: count } });
    await eventually(allAvailable);
  };

  it('has its services up and their traffic measured, through the service proxy', async () => {
    await eventually(allAvailable);
    const query = 'sum(rate(response_total{namespace="faces",deployment="face",direction="inbound"}[1m]))';
    await eventually(async () => {
      const response = await proxy('linkerd-viz/prometheus:9090', `/api/v1/query?query=${encodeURIComponent(query)}`);
      const { data } = await response.json();
      return Math.abs(Number(data.result[0]?.value[1]) - 20) < 1;
    });
  });

  it('has a load tester behind every Service of that name, and nothing behind others', async () => {
    expect(await (await proxy('payments/flagger-loadtester', '/gate/approve')).text()).toBe('OK');
    expect(
      (await proxy('test/flagger-loadtester:http', '/gate/check', { method: 'POST', body: '{"name":"a","namespace":"b"}' })).status,
    ).toBe(403);
    expect((await proxy('faces/face', '/')).status).toBe(503);
    expect((await proxy('faces/flagger-loadtester', '/')).status).toBe(404);
  });

  it('has no Prometheus while none of its pods is ready', async () => {
    await replicas(0);
    expect((await proxy('linkerd-viz/prometheus:9090', '/-/ready')).status).toBe(503);
    await replicas(1);
    expect((await proxy('linkerd-viz/prometheus:9090', '/-/ready')).status).toBe(200);
  });

  it('releases a version with faults, and a healthy one after it', async () => {
    const bad = await deployVersion(client, 'podinfo', '6.0.2', { errors: '20%', latency: '900ms' });
    expect(bad).toContain('test/podinfo: ghcr.io/stefanprodan/podinfo:6.0.0 → ghcr.io/stefanprodan/podinfo:6.0.2');
    expect(bad).toContain('answers 20% of the requests with an error, takes 900ms longer for each');
    const template = () => sandbox.store.get('apps/deployments', 'test', 'podinfo')?.spec.template;
    expect(template().metadata.annotations).toEqual({ 'sandbox.aviary.dev/errors': '20%', 'sandbox.aviary.dev/latency': '900ms' });
    expect(await deployVersion(client, 'podinfo', '6.0.2', { errors: '20%', latency: '900ms' })).toContain('nothing was changed');
    expect(await deployVersion(client, 'podinfo', '6.0.1', { namespace: 'test' })).toContain('The new version is healthy.');
    expect(template().metadata.annotations ?? {}).toEqual({});
    expect(template().spec.containers[0]).toMatchObject({ name: 'podinfod', image: 'ghcr.io/stefanprodan/podinfo:6.0.1' });
  });

  it.each([
    ['nothing', {}, /no Deployment nothing in any namespace\. There are: accounts\/flagger-loadtester, /],
    ['podinfo', { namespace: 'shop' }, /no Deployment podinfo in namespace shop/],
    ['flagger-loadtester', {}, /in accounts and flagger-system and payments and test: say which one with -n/],
    ['podinfo', { errors: 'many' }, /--errors takes a share such as 20%/],
    ['podinfo', { latency: '900' }, /--latency takes a duration/],
  ])('refuses to deploy %s with %j', async (name, options, message) => {
    await expect(deployVersion(client, name, '1', options)).rejects.toThrow(message);
  });

  it('shows its Canaries', async () => {
    expect(await showStatus(client)).toMatch(
      /NAMESPACE +CANARY +STATUS +WEIGHT +IMAGE\n(.*\n)*test +podinfo +- +- +ghcr\.io\/stefanprodan\/podinfo:6\.0\.1/,
    );
  });

  it('says so when its port is taken or it is running already', async () => {
    await expect(startSandbox({ port: sandbox.apiServer.port })).rejects.toThrow(/cannot listen on 127\.0\.0\.1:\d+: another process does/);
    const again = runSandbox({ kubeconfig: sandbox.kubeconfigPath, port: 0, speed: 1 }, Promise.resolve(), () => {});
    await expect(again).rejects.toThrow(/running already/);
  });

  it('keeps its objects across a restart', async () => {
    const uid = sandbox.store.get('apps/deployments', 'test', 'podinfo')?.metadata.uid;
    await sandbox.close();
    await expect(showStatus(client)).rejects.toThrow(/no sandbox answers at http:\/\/127\.0\.0\.1:\d+/);
    await start();
    expect(sandbox.store.get('apps/deployments', 'test', 'podinfo')?.metadata.uid).toBe(uid);
    await eventually(allAvailable);
  });
});

it('says so when there is no kubeconfig', () => {
  expect(() => new KubeClient('/nonexistent/kubeconfig')).toThrow(
    /no sandbox: there is no kubeconfig at \/nonexistent\/kubeconfig\. Start one with "npm start"/,
  );
});
