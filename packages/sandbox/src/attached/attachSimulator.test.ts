import { parse } from 'yaml';
import type { KubeObject } from '../apiserver/ObjectStore';
import { runAttached } from '../cli/runAttached';
import { ManualClock } from '../ManualClock';
import { readKinds } from '../mesh/readKinds';
import { type Sandbox, startSandbox } from '../startSandbox';
import { type AttachedSimulator, attachSimulator } from './attachSimulator';
import { connectToApi } from './connectToApi';
import { followCluster, type FollowedCluster } from './followCluster';

jest.setTimeout(60_000);

const SPLITS = 'split.smi-spec.io/trafficsplits';
const CRDS = 'apiextensions.k8s.io/customresourcedefinitions';
const SPEED = 20;

describe('a simulator attached to a cluster', () => {
  let sandbox: Sandbox;
  let clock: ManualClock;
  let simulator: AttachedSimulator;
  // Sees what the simulator sees, some milliseconds earlier or later.
  let seen: FollowedCluster;

  const create = (resource: string, apiVersion: string, kind: string, name: string, rest: Partial<KubeObject>, namespace = 'test') =>
    sandbox.store.create(resource, { apiVersion, kind, metadata: { name, namespace }, ...rest });

  beforeAll(async () => {
    const now = Date.now();
    sandbox = await startSandbox({ origin: { real: now, shown: now, speed: SPEED } });
    for (const name of ['test', 'other']) {
      sandbox.store.create('/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
    }
    create('/configmaps', 'v1', 'ConfigMap', 'sandbox-traffic', { data: { services: 'test/podinfo: 20\n' } }, 'kube-system');
    deploy('podinfo', { 'sandbox.aviary.dev/errors': '25%' });
    deploy('podinfo-primary');
    service('podinfo', 'podinfo-primary');
    service('podinfo-canary', 'podinfo');
    service('podinfo-primary', 'podinfo-primary');
    clock = new ManualClock();
    simulator = await attachSimulator({ kubeconfigPath: sandbox.kubeconfigPath, clock, loadTesterNamespaces: ['test', 'other'] });
    seen = await followCluster(connectToApi(sandbox.kubeconfigPath), readKinds);
    await eventually(() => requestsOf('podinfo-primary', 1000) === 20 && podsServing('podinfo-primary').length === 2);
  });

  afterAll(async () => {
    seen?.close();
    await simulator?.close();
    await sandbox.close();
  });

  function deploy(name: string, annotations: Record<string, string> = {}): void {
    const labels = { app: name };
    const template = { metadata: { labels, annotations }, spec: { containers: [{ name: 'podinfod', image: 'podinfo:1' }] } };
    create('apps/deployments', 'apps/v1', 'Deployment', name, { spec: { replicas: 2, selector: { matchLabels: labels }, template } });
  }

  function service(name: string, app: string): void {
    create('/services', 'v1', 'Service', name, { spec: { selector: { app }, ports: [{ port: 9898 }] } });
  }

  async function eventually(holds: () => boolean | Promise<boolean>): Promise<void> {
    const deadline = Date.now() + 20_000;
    while (!(await holds())) {
      if (Date.now() > deadline) throw new Error('waited twenty seconds in vain');
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }

  const counted = (labels: Record<string, string>) =>
    simulator.mesh.counters
      .readings()
      .filter((reading) => Object.entries(labels).every(([name, value]) => reading.labels[name] === value))
      .reduce((sum, { value }) => sum + value, 0);
  const received = (deployment: string) => counted({ __name__: 'request_total', direction: 'inbound', namespace: 'test', deployment });
  const podsServing = (deployment: string) =>
    simulator.mesh.counters
      .readings()
      .filter(({ labels }) => labels.__name__ === 'request_total' && labels.deployment === deployment)
      .map(({ labels }) => labels.pod);
  // What a Deployment receives while so much time of the simulated clients passes, in milliseconds.
  function requestsOf(deployment: string, time: number): number {
    const before = received(deployment);
    clock.advance(time);
    return received(deployment) - before;
  }
  const at = (address: string, path: string, body?: object) =>
    fetch(`http://${simulator.overrides[address]}${path}`, body && { method: 'POST', body: JSON.stringify(body) });

  it('sends the configured traffic to the ready pods of a Service, evenly', () => {
    const pods = sandbox.store.list('/pods', 'test').filter(({ metadata }) => metadata.labels?.app === 'podinfo-primary');
    const perPod = () => pods.map(({ metadata }) => counted({ __name__: 'request_total', pod: metadata.name }));
    const before = perPod();
    expect(requestsOf('podinfo-primary', 50_000)).toBe(1000);
    expect(perPod().map((number, index) => number - before[index])).toEqual([500, 500]);
  });

  it('splits by a TrafficSplit, exactly, with the failures that the pods are told to answer', async () => {
    const weights = [20, 80];
    const backends = ['podinfo-canary', 'podinfo-primary'].map((name, index) => ({ service: name, weight: weights[index] }));
    create(SPLITS, 'split.smi-spec.io/v1alpha2', 'TrafficSplit', 'podinfo', { spec: { service: 'podinfo', backends } });
    await eventually(() => requestsOf('podinfo', 5000) === 20);
    const failed = () => counted({ __name__: 'response_total', direction: 'inbound', deployment: 'podinfo', classification: 'failure' });
    const before = { failed: failed(), primary: received('podinfo-primary') };
    expect(requestsOf('podinfo', 100_000)).toBe(400);
    expect(received('podinfo-primary') - before.primary).toBe(1600);
    expect(failed() - before.failed).toBe(100);
  });

  it('answers PromQL and shows the same counters on /metrics, described and typed', async () => {
    const query = 'sum(rate(request_total{direction="inbound",namespace="test",deployment=~"podinfo"}[1m]))';
    const { data } = await (await fetch(`${simulator.url}/api/v1/query?query=${encodeURIComponent(query)}`)).json();
    expect(Number(data.result[0].value[1])).toBeCloseTo(4, 1);
    const text = await (await at('prometheus.linkerd-viz:9090', '/metrics')).text();
    const lines = text.split('\n');
    expect(lines.filter((line) => line.startsWith('#')).map((line) => line.split(' ').slice(1, 4).join(' '))).toEqual([
      'HELP request_total Requests',
      'TYPE request_total counter',
      'HELP response_total Responses',
      'TYPE response_total counter',
      'HELP response_latency_ms Milliseconds',
      'TYPE response_latency_ms histogram',
      'HELP http_request_duration_seconds Seconds',
      'TYPE http_request_duration_seconds histogram',
    ]);
    const counters = lines.filter((line) =>
      /^request_total\{direction="inbound",namespace="test",deployment="podinfo",pod="podinfo-/.test(line),
    );
    expect(counters).toHaveLength(2);
  });

  it('carries out the loads of every namespace, whose gates are one and the same', async () => {
    const webhook = (cmd: string) => ({ name: 'podinfo', namespace: 'test', metadata: { cmd } });
    const load = await at('flagger-loadtester.test', '/', webhook('hey -z 10s -q 5 -c 2 http://podinfo-canary/'));
    expect(load.status).toBe(202);
    const foreign = await at('flagger-loadtester.other.svc', '/', webhook('hey -z 10s -q 1 -c 1 http://podinfo-canary.test:9898/'));
    expect(foreign.status).toBe(202);
    expect(requestsOf('podinfo', 20_000)).toBe(100 + 10 + 80);
    const canary = { name: 'podinfo', namespace: 'test' };
    expect((await at('flagger-loadtester.test', '/gate/check', canary)).status).toBe(403);
    expect((await at('flagger-loadtester.test', '/gate/open', canary)).status).toBe(202);
    expect((await at('flagger-loadtester.other', '/gate/check', canary)).status).toBe(200);
  });

  it("ends a pod's series with the pod", async () => {
    const [pod] = sandbox.store.list('/pods', 'test').filter(({ metadata }) => metadata.labels?.app === 'podinfo');
    const shown = async () => (await (await fetch(`${simulator.url}/metrics`)).text()).includes(`"${pod.metadata.name}"`);
    expect(await shown()).toBe(true);
    sandbox.store.delete('/pods', 'test', pod.metadata.name);
    await eventually(async () => !(await shown()));
    clock.advance(10_000);
    expect(await shown()).toBe(false);
  });

  it('answers with 503 for a Service that is there and has no ready pods', async () => {
    create('/services', 'v1', 'Service', 'flagger-loadtester', { spec: { selector: { app: 'none' }, ports: [{ port: 80 }] } }, 'other');
    await eventually(async () => (await at('flagger-loadtester.other', '/healthz')).status === 503);
    expect((await at('flagger-loadtester.test', '/healthz')).status).toBe(200);
  });

  it('follows a kind that appears, goes and comes again', async () => {
    const crd = sandbox.store.get(CRDS, undefined, 'trafficsplits.split.smi-spec.io')!;
    sandbox.store.delete(CRDS, undefined, crd.metadata.name);
    await eventually(() => requestsOf('podinfo-primary', 5000) === 100 && !seen.types.find(SPLITS));
    expect(() => seen.list(SPLITS)).toThrow(/no such kind/);
    const { apiVersion, kind, spec } = crd;
    sandbox.store.create(CRDS, { apiVersion, kind, metadata: { name: crd.metadata.name }, spec });
    create(SPLITS, 'split.smi-spec.io/v1alpha2', 'TrafficSplit', 'podinfo', {
      spec: { service: 'podinfo', backends: [{ service: 'podinfo-canary', weight: 1 }] },
    });
    await eventually(() => requestsOf('podinfo', 5000) === 100 && seen.types.find(SPLITS) !== undefined);
    expect(seen.list(SPLITS)).toHaveLength(1);
  });
});

it('says so when it cannot read the cluster', async () => {
  const sandbox = await startSandbox();
  await sandbox.close();
  await expect(attachSimulator({ kubeconfigPath: sandbox.kubeconfigPath })).rejects.toThrow(
    /the cluster cannot be followed: GET http:\/\/127\.0\.0\.1:\d+\/.*ECONNREFUSED/,
  );
});

it('runs from the command line and prints what the engine needs', async () => {
  const sandbox = await startSandbox();
  const said: string[] = [];
  let stop = () => {};
  const running = runAttached(
    { kubeconfig: sandbox.kubeconfigPath, loadTesters: ['test'] },
    new Promise<void>((resolve) => (stop = resolve)),
    (text) => {
      said.push(text);
      if (text.includes('overrides:')) stop();
    },
    (text) => said.push(text),
  );
  await running;
  await sandbox.close();
  const { addresses } = parse(said.at(-1)!);
  expect(addresses.overrides['flagger-loadtester.test']).toMatch(/^127\.0\.0\.1:\d+$/);
  await expect(fetch(`http://${addresses.overrides['prometheus.linkerd-viz:9090']}/metrics`)).rejects.toThrow();
});
