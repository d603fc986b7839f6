import { type AttachedSimulator, attachSimulator, ManualClock } from '@aviary/sandbox';
import { runKubectl } from '@aviary/sandbox/testing';
import { type Ground, grounds, startGround } from '../harness/grounds';
import { until } from '../harness/until';

jest.setTimeout(120_000);

const APPS = ['podinfo', 'podinfo-primary'];
const SPLIT_20_80 = [
  ['podinfo-canary', 20],
  ['podinfo-primary', 80],
] as const;

describe.each(grounds())('the mesh simulator attached to the %s', (name) => {
  let ground: Ground;
  let clock: ManualClock;
  let simulator: AttachedSimulator;

  beforeAll(async () => {
    const now = Date.now();
    // What the sandbox's own simulator does beside the attached one does not matter: each has its own counters.
    ground = await startGround(name, { sandbox: { origin: { real: now, shown: now, speed: 10 } } });
    clock = new ManualClock();
    simulator = await attachSimulator({ kubeconfigPath: ground.kubeconfigPath, clock, loadTesterNamespaces: ['demo'] });
    await apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'demo' } });
    await apply(
      traffic('demo/podinfo: 20'),
      deployment('podinfo', { 'sandbox.aviary.dev/errors': '25%' }),
      deployment('podinfo-primary'),
      service('podinfo', 'podinfo-primary'),
      service('podinfo-primary', 'podinfo-primary'),
      service('podinfo-canary', 'podinfo'),
    );
    await kubectl('rollout', 'status', 'deployment', '-n', 'demo', '--timeout', '60s');
    await eventually('both pods of both take requests', async () => {
      for (const app of APPS)
        simulator.mesh.request({ namespace: 'demo', deployment: 'test' }, { namespace: 'demo', service: serviceOf(app) });
      return (await Promise.all(APPS.map(podsOf))).flat().every((pod) => counted({ pod }) > 0);
    });
  });

  afterAll(async () => {
    await simulator?.close();
    await ground?.close();
  });

  async function kubectl(...args: string[]): Promise<string> {
    const { code, stdout, stderr } = await runKubectl(args, { kubeconfig: ground.kubeconfigPath });
    if (code !== 0) throw new Error(`kubectl ${args.join(' ')}: ${stderr}`);
    return stdout;
  }

  async function apply(...objects: object[]): Promise<void> {
    const input = objects.map((object) => JSON.stringify(object)).join('\n---\n');
    const { code, stderr } = await runKubectl(['apply', '-f', '-'], { kubeconfig: ground.kubeconfigPath, input });
    if (code !== 0) throw new Error(`kubectl apply: ${stderr}`);
  }

  async function podsOf(app: string): Promise<string[]> {
    const names = await kubectl('get', 'pods', '-n', 'demo', '-l', `app=${app}`, '-o', 'jsonpath={.items[*].metadata.name}');
    return names.split(' ');
  }

  async function eventually(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
    if (!(await until(async () => (await holds()) || null, 30_000))) throw new Error(`waited in vain until ${what}`);
  }

  const counted = (labels: Record<string, string>, metric = 'request_total') =>
    simulator.mesh.counters
      .readings()
      .filter(({ labels: all }) => all.__name__ === metric && all.direction === 'inbound' && includes(all, labels))
      .reduce((sum, { value }) => sum + value, 0);

  // What the pods of each Deployment receive while so much time of the simulated clients passes.
  function received(milliseconds: number): number[] {
    const before = APPS.map((app) => counted({ namespace: 'demo', deployment: app }));
    clock.advance(milliseconds);
    return APPS.map((app, index) => counted({ namespace: 'demo', deployment: app }) - before[index]);
  }

  it('sends the traffic of the ConfigMap to the ready pods of a Service, evenly, and follows a change of it', async () => {
    const pods = await podsOf('podinfo-primary');
    const before = pods.map((pod) => counted({ pod }));
    expect(received(50_000)).toEqual([0, 1000]);
    expect(pods.map((pod, index) => counted({ pod }) - before[index])).toEqual([500, 500]);
    await apply(traffic('demo/podinfo: 40'));
    await eventually('the new rate is known', () => received(1000)[1] === 40);
  });

  it('splits 20 to 80 by a TrafficSplit, exactly, with the errors that the pods are told to answer', async () => {
    await apply(trafficSplit(SPLIT_20_80));
    await eventually('the split is known', () => received(1000)[0] > 0);
    clock.advance(4000);
    const failed = () => counted({ deployment: 'podinfo', classification: 'failure' }, 'response_total');
    const before = failed();
    expect(received(100_000)).toEqual([800, 3200]);
    expect(failed() - before).toBe(200);
  });

  it('carries out a load of the load tester', async () => {
    await apply(traffic('# none'));
    await eventually('there is no traffic', () => received(1000).every((number) => number === 0));
    const body = { name: 'podinfo', namespace: 'demo', metadata: { cmd: 'hey -z 30s -q 5 -c 2 http://podinfo-canary.demo:80/' } };
    const url = `http://${simulator.overrides['flagger-loadtester.demo']}/`;
    const { status } = await fetch(url, { method: 'POST', body: JSON.stringify(body) });
    expect(status).toBe(202);
    expect(received(60_000)).toEqual([300, 0]);
  });

  it("takes a pod's series off /metrics with the pod, and none of another pod", async () => {
    const [gone, left] = await podsOf('podinfo');
    const shown = async () => (await fetch(`${simulator.url}/metrics`)).text();
    expect(await shown()).toContain(`pod="${gone}"`);
    await kubectl('delete', 'pod', gone, '-n', 'demo');
    await eventually('the series are gone', async () => !(await shown()).includes(`"${gone}"`));
    expect(await shown()).toContain(`pod="${left}"`);
  });

  it('sends nothing to a version whose pods do not become ready, and everything to it when they do', async () => {
    await apply(traffic('demo/late: 10'), service('late', 'late'), deployment('late', { 'sandbox.aviary.dev/never-ready': 'true' }));
    const answered = () => counted({ deployment: 'late' });
    await eventually('the pods exist and the clients call', async () => {
      clock.advance(1000);
      const refused = simulator.mesh.counters
        .readings()
        .some(({ labels }) => labels.dst_service === 'late' && labels.status_code === '503');
      return refused && (await podsOf('late')).length === 2;
    });
    expect(answered()).toBe(0);
    await apply(deployment('late'));
    await kubectl('rollout', 'status', 'deployment', 'late', '-n', 'demo', '--timeout', '60s');
    await eventually('the ready pods get all of it', () => {
      const before = answered();
      clock.advance(1000);
      return answered() - before === 10;
    });
  });

  it('reads a kind that appears later', async () => {
    const crd = JSON.parse(await kubectl('get', 'crd', 'trafficsplits.split.smi-spec.io', '-o', 'json'));
    await kubectl('delete', 'crd', 'trafficsplits.split.smi-spec.io');
    await apply(traffic('demo/podinfo: 10'));
    await eventually('there is no split any more', () => received(1000).join() === '0,10');
    await apply({ apiVersion: crd.apiVersion, kind: crd.kind, metadata: { name: crd.metadata.name }, spec: crd.spec });
    await kubectl('wait', '--for=condition=established', 'crd/trafficsplits.split.smi-spec.io');
    await until(
      () =>
        apply(trafficSplit([['podinfo-canary', 1]])).then(
          () => true,
          () => null,
        ),
      20_000,
    );
    await eventually('the new split is known', () => received(1000).join() === '10,0');
  });

  it('goes on while the API server is away and after it has come back', async () => {
    if (ground.name !== 'cluster') return;
    const [server] = ground.cluster.apiServers;
    await server.stop('SIGKILL');
    expect(received(10_000)).toEqual([100, 0]);
    await ground.cluster.ready();
    expect(received(10_000)).toEqual([100, 0]);
    await apply(
      trafficSplit([
        ['podinfo-canary', 1],
        ['podinfo-primary', 1],
      ]),
    );
    await eventually('a change after the restart is known', () => received(1000)[1] === 5);
  });
});

// The Service through which the pods of a Deployment are called.
const serviceOf = (app: string) => (app === 'podinfo' ? 'podinfo-canary' : app);

function includes(all: Readonly<Record<string, string>>, some: Record<string, string>): boolean {
  return Object.entries(some).every(([label, value]) => all[label] === value);
}

function traffic(lines: string) {
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'sandbox-traffic', namespace: 'kube-system' },
    data: { services: lines },
  };
}

function deployment(app: string, annotations: Record<string, string> = {}) {
  const labels = { app };
  const template = { metadata: { labels, annotations }, spec: { containers: [{ name: 'app', image: 'registry.example/app:1' }] } };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: app, namespace: 'demo' },
    spec: { replicas: 2, selector: { matchLabels: labels }, template },
  };
}

function service(name: string, app: string) {
  return { apiVersion: 'v1', kind: 'Service', metadata: { name, namespace: 'demo' }, spec: { selector: { app }, ports: [{ port: 80 }] } };
}

function trafficSplit(weights: readonly (readonly [string, number])[]) {
  const backends = weights.map(([backend, weight]) => ({ service: backend, weight }));
  return {
    apiVersion: 'split.smi-spec.io/v1alpha2',
    kind: 'TrafficSplit',
    metadata: { name: 'podinfo', namespace: 'demo' },
    spec: { service: 'podinfo', backends },
  };
}
