import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { MemoryObjectStore } from '../apiserver/MemoryObjectStore';
import { ManualClock } from '../ManualClock';
import { instantQuery } from '../prometheus/instantQuery';
import { SampleStore } from '../prometheus/SampleStore';
import { startWorkloads } from '../workloads/startWorkloads';
import { Mesh } from './Mesh';

jest.setTimeout(30_000);

const SUCCESS_RATE = (name: string) =>
  `sum( rate( response_total{ namespace="test", deployment=~"${name}", classification!="failure", direction="inbound" }[1m] ) ) / sum( rate( response_total{ namespace="test", deployment=~"${name}", direction="inbound" }[1m] ) ) * 100`;
const DURATION = (name: string) =>
  `histogram_quantile( 0.99, sum( rate( response_latency_ms_bucket{ namespace="test", deployment=~"${name}", direction="inbound" }[30s] ) ) by (le) )`;
const HTTP_POD = (name: string) => `kubernetes_namespace="test", kubernetes_pod_name=~"${name}-[0-9a-zA-Z]+(-[0-9a-zA-Z]+)"`;
const HTTP_SUCCESS_RATE = (name: string) =>
  `sum( rate( http_request_duration_seconds_count{ ${HTTP_POD(name)}, status!~"5.*" }[1m] ) ) / sum( rate( http_request_duration_seconds_count{ ${HTTP_POD(name)} }[1m] ) ) * 100`;
const HTTP_DURATION = (name: string) =>
  `histogram_quantile( 0.99, sum( rate( http_request_duration_seconds_bucket{ ${HTTP_POD(name)} }[1m] ) ) by (le) )`;

describe('the mesh', () => {
  let clock: ManualClock;
  let store: MemoryObjectStore;
  let samples: SampleStore;
  let mesh: Mesh;
  let closeWorkloads: () => void;

  beforeEach(() => {
    clock = new ManualClock();
    store = new MemoryObjectStore({ clock });
    samples = new SampleStore();
    const workloads = startWorkloads(store, clock);
    closeWorkloads = () => workloads.close();
    const crds = readFileSync(join(__dirname, '../../../../deploy/crds/trafficsplit.yaml'), 'utf8');
    for (const document of parseAllDocuments(crds)) store.create('apiextensions.k8s.io/customresourcedefinitions', document.toJS());
    store.create('/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'test' } });
    store.create('/configmaps', {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'sandbox-traffic', namespace: 'kube-system' },
      data: { services: '# everyday\ntest/podinfo: 20\n' },
    });
    mesh = new Mesh({ cluster: store, clock, samples });
  });

  afterEach(() => {
    mesh.close();
    closeWorkloads();
    store.close();
  });

  function deploy(name: string, annotations: Record<string, string> = {}, replicas = 2): void {
    store.create('apps/deployments', {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name, namespace: 'test' },
      spec: {
        replicas,
        selector: { matchLabels: { app: name } },
        template: { metadata: { labels: { app: name }, annotations }, spec: { containers: [{ name: 'podinfod', image: 'podinfo:1' }] } },
      },
    });
  }

  function service(name: string, app: string): void {
    const spec = { selector: { app }, ports: [{ port: 9898 }] };
    store.create('/services', { apiVersion: 'v1', kind: 'Service', metadata: { name, namespace: 'test' }, spec });
  }

  function split(canary: number | string, primary: number | string, version = 'v1alpha1'): void {
    const backends = [
      { service: 'podinfo-canary', weight: canary },
      { service: 'podinfo-primary', weight: primary },
    ];
    const object = {
      apiVersion: `split.smi-spec.io/${version}`,
      kind: 'TrafficSplit',
      metadata: { name: 'podinfo', namespace: 'test' },
      spec: { service: 'podinfo', backends },
    };
    if (store.get('split.smi-spec.io/trafficsplits', 'test', 'podinfo')) store.update('split.smi-spec.io/trafficsplits', object);
    else store.create('split.smi-spec.io/trafficsplits', object);
  }

  function rollout(annotations: Record<string, string> = {}): void {
    deploy('podinfo', annotations);
    deploy('podinfo-primary');
    service('podinfo', 'podinfo-primary');
    service('podinfo-canary', 'podinfo');
    service('podinfo-primary', 'podinfo-primary');
    clock.advance(5000);
  }

  const counted = (labels: Record<string, string>) =>
    mesh.counters
      .readings()
      .filter((reading) => Object.entries(labels).every(([name, value]) => reading.labels[name] === value))
      .reduce((sum, { value }) => sum + value, 0);
  const requests = (deployment: string) => counted({ __name__: 'request_total', direction: 'inbound', deployment });
  const unanswered = () => counted({ __name__: 'response_total', direction: 'outbound', status_code: '503' });
  const query = (text: string) => {
    const data = instantQuery(samples, text, clock.now());
    return data.resultType === 'vector' && data.result.length ? Number(data.result[0].value[1]) : undefined;
  };

  it("sends everything to the Service's own pods while there is no split, evenly", () => {
    rollout();
    clock.advance(60_000);
    expect(requests('podinfo-primary')).toBe(20 * 65 - unanswered());
    expect(requests('podinfo')).toBe(0);
    const perPod = store
      .list('/pods', 'test')
      .map((pod) => counted({ __name__: 'request_total', direction: 'inbound', pod: pod.metadata.name }));
    expect(Math.max(...perPod) - Math.min(...perPod.filter((number) => number > 0))).toBeLessThanOrEqual(1);
  });

  it.each([
    [5, 95, 'v1alpha2'],
    ['50', '50', 'v1alpha1'],
    ['500m', '500m', 'v1alpha1'],
    [100, 0, 'v1alpha4'],
    [0, 100, 'v1alpha3'],
  ])('splits %p to %p exactly (%s)', (canary, primary, version) => {
    rollout();
    split(canary, primary, version);
    const before = { canary: requests('podinfo'), primary: requests('podinfo-primary') };
    clock.advance(100_000);
    const weights = [canary, primary].map((weight) => parseFloat(String(weight)));
    const share = weights[0] / (weights[0] + weights[1]);
    expect(requests('podinfo') - before.canary).toBe(2000 * share);
    expect(requests('podinfo-primary') - before.primary).toBe(2000 * (1 - share));
  });

  it('follows a changed weight within a second', () => {
    rollout();
    split(0, 100);
    clock.advance(10_000);
    expect(requests('podinfo')).toBe(0);
    split(10, 90);
    clock.advance(1000);
    expect(requests('podinfo')).toBe(2);
  });

  it('shows the built-in Linkerd queries the injected errors and latency, and a healthy primary', () => {
    rollout({ 'sandbox.aviary.dev/errors': '20%', 'sandbox.aviary.dev/latency': '900ms' });
    split(50, 50);
    clock.advance(120_000);
    expect(query(SUCCESS_RATE('podinfo'))).toBeCloseTo(80, 0);
    expect(query(DURATION('podinfo'))).toBeGreaterThan(900);
    expect(query(DURATION('podinfo'))).toBeLessThanOrEqual(1000);
    expect(query(SUCCESS_RATE('podinfo-primary'))).toBe(100);
    expect(query(DURATION('podinfo-primary'))).toBeGreaterThan(20);
    expect(query(DURATION('podinfo-primary'))).toBeLessThan(100);
  });

  it("shows the same to the queries on the application's own metrics", () => {
    rollout({ 'sandbox.aviary.dev/errors': '20%', 'sandbox.aviary.dev/latency': '900ms' });
    split(50, 50);
    clock.advance(120_000);
    expect(query(HTTP_SUCCESS_RATE('podinfo'))).toBeCloseTo(80, 0);
    expect(query(HTTP_DURATION('podinfo'))).toBeGreaterThan(0.9);
    expect(query(HTTP_SUCCESS_RATE('podinfo-primary'))).toBe(100);
  });

  it('has no numbers for a version that gets no traffic', () => {
    rollout();
    split(0, 100);
    clock.advance(60_000);
    expect(query(SUCCESS_RATE('podinfo'))).toBeUndefined();
  });

  it('counts requests that no ready pod can take at the client', () => {
    rollout({ 'sandbox.aviary.dev/never-ready': 'true' });
    const before = unanswered();
    split(10, 90);
    clock.advance(10_000);
    expect(unanswered() - before).toBe(20);
    expect(requests('podinfo')).toBe(0);
  });

  it("ends a pod's series with the pod", () => {
    rollout();
    split(50, 50);
    clock.advance(30_000);
    store.delete('apps/deployments', 'test', 'podinfo');
    clock.advance(6000);
    expect(requests('podinfo')).toBe(0);
    expect(query('sum(response_total{deployment="podinfo",direction="inbound"})')).toBeUndefined();
  });

  it('runs a load for its time, once per key, over the same routes', () => {
    rollout();
    const load = {
      key: 'one',
      client: { namespace: 'test', deployment: 'flagger-loadtester' },
      destination: { namespace: 'test', service: 'podinfo-canary' },
      perSecond: 10,
      duration: 30_000,
    };
    expect(mesh.addLoad(load)).toBe(true);
    expect(mesh.addLoad(load)).toBe(false);
    clock.advance(60_000);
    expect(requests('podinfo')).toBe(300);
    expect(mesh.runningLoads()).toEqual([]);
    expect(mesh.addLoad(load)).toBe(true);
  });

  it('tells of a single request whether a pod answered', () => {
    rollout({ 'sandbox.aviary.dev/errors': '60%' });
    const client = { namespace: 'test', deployment: 'flagger-loadtester' };
    expect(mesh.request(client, { namespace: 'test', service: 'podinfo-canary' })).toEqual({ answered: true, errors: 0.6 });
    expect(mesh.request(client, { namespace: 'test', service: 'nothing' })).toEqual({ answered: false, errors: 1 });
  });

  it('makes up for a standstill: what was due is sent and scraped at the times at which it was due', () => {
    rollout();
    const before = requests('podinfo-primary');
    const stood = clock.now();
    clock.standStill(12_000);
    expect(requests('podinfo-primary')).toBe(before);
    mesh.catchUp();
    expect(requests('podinfo-primary') - before).toBe(20 * 12);
    const [series] = samples.select([], stood + 1, clock.now());
    expect(series.samples.map(({ time }) => time - stood)).toEqual([5000, 10_000]);
    clock.advance(1000);
    expect(requests('podinfo-primary') - before).toBe(20 * 13);
  });

  it('does not make up for a night: only the last minute of it is sent', () => {
    rollout();
    const before = requests('podinfo-primary');
    clock.standStill(8 * 3_600_000);
    clock.advance(0);
    expect(requests('podinfo-primary') - before).toBe(20 * 61);
  });

  it('reads its traffic live from the ConfigMap', () => {
    rollout();
    const before = requests('podinfo-primary');
    const config = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'sandbox-traffic', namespace: 'kube-system' } };
    store.update('/configmaps', { ...config, data: { services: 'test/podinfo: 0.5\nnonsense\n' } });
    clock.advance(20_000);
    expect(requests('podinfo-primary') - before).toBe(10);
  });
});
