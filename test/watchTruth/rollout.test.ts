import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EngineHealth } from '@aviary/engine';
import { KubeClient, KubeTransport, loadClusterAccess, resourceTypes } from '../../engine/src/kubernetes';
import { startCluster, type Cluster } from '../cluster/startCluster';
import { decided } from '../harness/decided';
import type { EngineProcess } from '../harness/EngineProcess';
import { hasCluster } from '../harness/grounds';
import { setStageOn, type Stage } from '../harness/Stage';
import { until } from '../harness/until';
import { compactEtcd } from './compactEtcd';
import { kubeconfigAt } from './kubeconfigAt';
import { Wire } from './Wire';

jest.setTimeout(120_000);

const NAMESPACE = 'default';
const SERVICES = ['usual', 'frozen', 'edge', 'killed', 'rolling', 'stored'];
const ITERATIONS = 5;
/** Seconds after which an API server that is away is named, as docs/operating.md says. */
const NAMED_WITHIN = 25;
/** Seconds after which everything is as before, once it is back. */
const READY_WITHIN = 20;

(hasCluster() ? describe : describe.skip)('rollouts on a real cluster whose API servers go away', () => {
  let folder: string;
  let cluster: Cluster;
  let wire: Wire;
  let stage: Stage;
  let engine: EngineProcess;
  let transports: KubeTransport[];
  let by: KubeClient[];
  /** What is decided about a release while nothing is wrong. */
  let usual: string[];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'aviary-truth-'));
    cluster = await startCluster({ apiServers: 2, users: ['engine'] });
    wire = await Wire.to(cluster.url);
    const kubeconfigPath = join(folder, 'kubeconfig');
    await writeFile(kubeconfigPath, kubeconfigAt(cluster, wire.url, 'engine'));
    transports = await Promise.all(cluster.apiServerUrls.map(transportTo));
    // Whoever writes has more patience than a frozen server.
    by = transports.map((transport) => new KubeClient(transport, { writeDeadlineMs: 60_000 }));
    await Promise.all(SERVICES.map(addService));
    stage = await setStageOn({ kubeconfigPath }, { engine: { meshProvider: 'kubernetes', minInterval: '1s' } });
    engine = await stage.startEngineProcess();
    await Promise.all(SERVICES.map((name) => phase(name, 'Initialized')));
    await release('usual', '1.1.0');
    await phase('usual', 'Succeeded', '1.1.0');
    usual = await decisions('usual');
  });
  afterEach(async () => {
    for (const component of [cluster.etcd, ...cluster.apiServers]) component.signal('SIGCONT');
    await cluster.ready();
    await healthy();
  });
  afterAll(async () => {
    await stage?.close();
    for (const each of transports) await each.close();
    wire?.close();
    await cluster?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  async function transportTo(url: string): Promise<KubeTransport> {
    return new KubeTransport(await loadClusterAccess({ from: 'text', kubeconfig: kubeconfigAt(cluster, url, 'admin') }));
  }
  async function addService(name: string): Promise<void> {
    await by[0].create(resourceTypes.deployment, {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name, namespace: NAMESPACE },
      spec: { replicas: 2, selector: { matchLabels: { app: name } }, template: templateOf(name, '1.0.0') },
    });
    await by[0].create(resourceTypes.canary, canaryOf(name));
  }
  const release = (name: string, tag: string, server = 0) =>
    by[server].mergePatch(resourceTypes.deployment, { namespace: NAMESPACE, name }, { spec: { template: templateOf(name, tag) } });
  const phase = (name: string, wanted: string, tag?: string, seconds = 60) =>
    stage.waitFor(
      NAMESPACE,
      name,
      `${wanted} ${tag ?? ''}`,
      (row) => row.phase === wanted && (tag === undefined || (row.toVersion === tag && row.stage === 'idle')),
      seconds,
    );
  /** Waits until the rollout to `tag` is in the middle of its analysis. */
  const analysing = (name: string, tag: string) =>
    stage.waitFor(NAMESPACE, name, `iteration 2 of ${tag}`, (row) => row.toVersion === tag && row.iterations >= 2);
  const decisions = (name: string) => decided(stage, NAMESPACE, name);
  /** Every rollout there was, oldest first. */
  async function rollouts(name: string): Promise<string[]> {
    const rows = await (await stage.reader()).rollouts({ cluster: 'stage', namespace: NAMESPACE, name }, { limit: 100 });
    return rows.reverse().map(({ toVersion, outcome }) => `${toVersion} ${outcome}`);
  }
  /** What the primary runs, according to the cluster. */
  async function promoted(name: string): Promise<string> {
    const { spec } = await by[0].get(resourceTypes.deployment, { namespace: NAMESPACE, name: `${name}-primary` });
    return spec.template.spec.containers[0].image.split(':')[1];
  }
  /** What the engine says, once it says something like it, and after how many seconds. */
  async function problem(pattern: RegExp): Promise<{ text: string; after: number; health: EngineHealth }> {
    const since = performance.now();
    let health: EngineHealth | null = null;
    const text = await until(async () => {
      health = await engine.health();
      return health?.problems.find((each) => pattern.test(each));
    }, 60_000);
    if (!text) throw new Error(`the engine does not say ${pattern}; it says ${JSON.stringify(health)}`);
    return { text, after: (performance.now() - since) / 1_000, health: health! };
  }
  async function healthy(): Promise<void> {
    let health: EngineHealth | null = null;
    const ready = await until(async () => (health = await engine.health())?.ready, READY_WITHIN * 1_000);
    if (!ready) throw new Error(`the engine is not ready again: ${JSON.stringify(health)}`);
  }

  it('compares with a rollout that is worth it', async () => {
    expect(usual.filter((each) => /^advance/.test(each))).toHaveLength(ITERATIONS + 1);
    expect(usual).toEqual(expect.arrayContaining(['start 0 -', 'succeed 0 -', 'closed 0 -']));
    expect(await promoted('usual')).toBe('1.1.0');
  });

  it('goes on after an API server that was frozen for 30 s, with a release that arrived late', async () => {
    await release('frozen', '1.1.0');
    await analysing('frozen', '1.1.0');
    for (const server of cluster.apiServers) server.signal('SIGSTOP');
    const since = performance.now();
    const late = release('edge', '1.1.0');
    const asked = wire.asked;
    const { after, health } = await problem(/^the API server does not answer: /);
    expect(after).toBeLessThan(NAMED_WITHIN);
    // The database is there, and the work stays here.
    expect([health.problems.filter((each) => /lease/.test(each)), health.canaries]).toEqual([[], SERVICES.length]);
    await until(() => performance.now() - since > 30_000, 31_000);
    // Ten kinds and the probe, each of them ever more slowly.
    expect(wire.asked - asked).toBeLessThan(90);
    expect(await rollouts('frozen')).toEqual(['1.1.0 null']);
    for (const server of cluster.apiServers) server.signal('SIGCONT');
    await late;
    await healthy();
    await Promise.all(['frozen', 'edge'].map((name) => phase(name, 'Succeeded', '1.1.0')));
    expect(await decisions('frozen')).toEqual(usual);
    expect(await decisions('edge')).toEqual(usual);
    expect(await rollouts('frozen')).toEqual(['1.1.0 Succeeded']);
    expect(await rollouts('edge')).toEqual(['1.1.0 Succeeded']);
  });

  it('takes up a release that was made while it was blind, its history compacted away: exactly one rollout', async () => {
    await release('killed', '1.1.0');
    await analysing('killed', '1.1.0');
    const asked = wire.asked;
    await Promise.all(cluster.apiServers.map((server) => server.stop('SIGKILL')));
    const { after } = await problem(/^the API server does not answer: .*could not be reached/);
    expect(after).toBeLessThan(NAMED_WITHIN);
    expect(wire.asked - asked).toBeLessThan(90);
    // The engine alone stays away while somebody else works.
    wire.cut();
    await cluster.ready();
    await release('killed', '1.2.0');
    await compactEtcd(cluster.etcdUrl);
    wire.mend();
    await release('killed', '1.3.0');
    await healthy();
    await phase('killed', 'Succeeded', '1.3.0');
    expect(await promoted('killed')).toBe('1.3.0');
    // Whether 1.2.0 was ever seen is a matter of chance.
    const all = await rollouts('killed');
    expect(all.filter((each) => each !== '1.2.0 Superseded')).toEqual(['1.1.0 Superseded', '1.3.0 Succeeded']);
    expect((await decisions('killed')).slice(1)).toEqual(usual.slice(1));
  });

  it('does not mind when its API servers are replaced one after the other', async () => {
    await release('rolling', '1.1.0');
    await analysing('rolling', '1.1.0');
    const unready: EngineHealth[] = [];
    const look = async () => {
      const health = await engine.health();
      if (!health?.ready) unready.push(health!);
    };
    const [first, second] = cluster.apiServers;
    await first.stop('SIGKILL');
    await look();
    await phase('rolling', 'Succeeded', '1.1.0');
    expect(await decisions('rolling')).toEqual(usual);
    await cluster.ready();
    await look();
    await second.stop('SIGKILL');
    await release('rolling', '1.2.0');
    await look();
    await phase('rolling', 'Succeeded', '1.2.0');
    await look();
    expect(unready).toEqual([]);
    expect(await rollouts('rolling')).toEqual(['1.1.0 Succeeded', '1.2.0 Succeeded']);
    expect(await decisions('rolling')).toEqual(usual);
  });

  it('names an etcd that hangs, and goes on afterwards', async () => {
    await release('stored', '1.1.0');
    await analysing('stored', '1.1.0');
    cluster.etcd.signal('SIGSTOP');
    const { after } = await problem(/^the API server (is not ready: .*etcd|does not answer)/);
    expect(after).toBeLessThan(NAMED_WITHIN);
    cluster.etcd.signal('SIGCONT');
    await healthy();
    await phase('stored', 'Succeeded', '1.1.0');
    expect(await rollouts('stored')).toEqual(['1.1.0 Succeeded']);
    expect(await decisions('stored')).toEqual(usual);
  });

  it('names the definition of Canaries that is deleted, and works with them again when they are made anew', async () => {
    const at = { name: 'canaries.flagger.app' };
    const { metadata, ...definition } = await by[0].get(resourceTypes.customResourceDefinition, at);
    await by[0].delete(resourceTypes.customResourceDefinition, at, { uid: metadata.uid! });
    const { after } = await problem(/^canaries cannot be watched: the cluster does not know them; install /);
    expect(after).toBeLessThan(NAMED_WITHIN);
    await until(async () => (await engine.health())?.canaries === 0, 10_000);
    await until(() => by[0].create(resourceTypes.customResourceDefinition, { ...definition, metadata: at }).catch(() => null), 20_000);
    await until(() => by[0].create(resourceTypes.canary, canaryOf('usual')).catch(() => null), 20_000);
    await healthy();
    await phase('usual', 'Initialized');
    await release('usual', '1.2.0');
    await phase('usual', 'Succeeded', '1.2.0');
    expect(await promoted('usual')).toBe('1.2.0');
  });
});

function canaryOf(name: string) {
  return {
    apiVersion: 'flagger.app/v1beta1',
    kind: 'Canary',
    metadata: { name, namespace: NAMESPACE },
    spec: {
      targetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name },
      progressDeadlineSeconds: 120,
      service: { port: 80, targetPort: 8080 },
      analysis: { interval: '1s', threshold: 2, iterations: ITERATIONS },
    },
  };
}

function templateOf(name: string, tag: string) {
  const containers = [{ name: 'app', image: `registry.example/${name}:${tag}`, ports: [{ containerPort: 8080 }] }];
  return { metadata: { labels: { app: name } }, spec: { containers } };
}
