import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse, parseAllDocuments } from 'yaml';
import {
  ApiServerProbe,
  ClusterCache,
  isKubeError,
  KubeClient,
  KubeTransport,
  loadClusterAccess,
  resourceTypes,
  systemTimers,
  type ResourceType,
} from '../../engine/src/kubernetes';
import { startCluster, type Cluster } from '../cluster/startCluster';
import { hasCluster } from '../harness/grounds';
import { until } from '../harness/until';
import { compactEtcd } from './compactEtcd';
import { kubeconfigAt } from './kubeconfigAt';
import { Wire } from './Wire';
import { Witness } from './Witness';

jest.setTimeout(90_000);

const NAMESPACE = 'default';
const KINDS = [
  resourceTypes.canary,
  resourceTypes.metricTemplate,
  resourceTypes.deployment,
  resourceTypes.service,
  resourceTypes.configMap,
];
/** A watch that has been silent for so long is looked after: much sooner than usual, so that nobody has to wait for it. */
const INACTIVITY = 8_000;
/** A list that has no answer by then is given up. */
const LIST_DEADLINE = 6_000;
/** Seconds: a silent watch, then a request that still went to the server which ends; far from the minute for which that one stays. */
const WHILE_IT_ENDS = 20;

(hasCluster() ? describe : describe.skip)('a cache of a real cluster', () => {
  let cluster: Cluster;
  let folder: string;
  let wire: Wire;
  let transport: KubeTransport;
  let client: KubeClient;
  let cache: ClusterCache;
  let probe: ApiServerProbe;
  let witness: Witness;
  let returns: number;
  const others: KubeTransport[] = [];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'aviary-watch-'));
    cluster = await startCluster({ apiServers: 2, users: ['engine'] });
    wire = await Wire.to(cluster.url);
    await writeFile(join(folder, 'token'), parse(cluster.kubeconfigFor('engine')).users[0].user.token);
    await writeFile(join(folder, 'kubeconfig'), kubeconfigAt(cluster, wire.url, 'engine', { tokenFile: 'token' }));
    transport = new KubeTransport(await loadClusterAccess({ from: 'file', path: join(folder, 'kubeconfig') }));
    client = new KubeClient(transport);
    await begin();
  });
  afterEach(async () => {
    wire.mend();
    for (const component of [cluster.etcd, ...cluster.apiServers]) component.signal('SIGCONT');
    await cluster.ready();
  });
  afterAll(async () => {
    await end();
    for (const each of [transport, ...others]) await each?.close();
    wire?.close();
    await cluster?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  async function begin(): Promise<void> {
    cache = new ClusterCache(client, { inactivity: INACTIVITY, listDeadline: LIST_DEADLINE });
    witness = new Witness(cache);
    await Promise.all(KINDS.map((kind) => cache.watch(kind, { metadataOnly: kind.plural === resourceTypes.configMap.plural }).synced));
    returns = 0;
    probe = new ApiServerProbe(client, {
      // Five times as often as usual: nobody has to wait for it.
      timers: { ...systemTimers, after: (ms, run) => systemTimers.after(ms / 5, run) },
      onReturn: () => {
        returns += 1;
        cache.retry();
      },
    });
    probe.start();
  }
  async function end(): Promise<void> {
    await probe?.stop();
    await cache?.stop();
  }
  /** Somebody else, past the balancer. */
  async function other(server: number): Promise<KubeClient> {
    const access = await loadClusterAccess({ from: 'text', kubeconfig: kubeconfigAt(cluster, cluster.apiServerUrls[server], 'admin') });
    others.push(new KubeTransport(access));
    return new KubeClient(others.at(-1)!, { writeDeadlineMs: 10_000 });
  }
  const truth = (by: KubeClient, seconds?: number) => witness.seesTheTruth(by, KINDS, seconds);
  const relists = () => cache.metrics().configmaps.relists;
  const stopAll = () => Promise.all(cluster.apiServers.map((server) => server.stop('SIGKILL')));
  /** What the probe says, once it says it. */
  const problem = (pattern: RegExp) =>
    until(() => pattern.test(probe.problem ?? '') && probe.problem, 30_000).then((found) => found ?? probe.problem);
  const ready = async () => {
    expect(await until(() => probe.problem === undefined, 15_000)).toBe(true);
    // The balancer may have led one of them to a server that was not up yet.
    const unhealthy = () => cache.watches().filter(({ healthy }) => !healthy);
    await until(() => unhealthy().length === 0, 10_000);
    expect(unhealthy()).toEqual([]);
  };

  it('equals the cluster after 500 changes that it could not see', async () => {
    const by = await other(0);
    const kept = await createAll(by, resourceTypes.configMap, names('before', 150), () => ({ data: { made: 'before' } }));
    await createAll(by, resourceTypes.deployment, names('app', 10), (name) => ({ spec: deploymentSpec(name, '1.0.0') }));
    await createAll(by, resourceTypes.canary, names('app', 10), (name) => ({ spec: canarySpec(name) }));
    await truth(by);
    wire.cut();
    await createAll(by, resourceTypes.configMap, names('during', 300), () => ({ data: { made: 'during' } }));
    await all(kept, async ({ metadata }, index) => {
      const key = { namespace: NAMESPACE, name: metadata.name };
      if (index < 50) await by.delete(resourceTypes.configMap, key, { uid: metadata.uid! });
      else await by.mergePatch(resourceTypes.configMap, key, { data: { made: 'again' } });
      // Of the same name and another uid.
      if (index < 25) await by.create(resourceTypes.configMap, configMap(metadata.name, { made: 'anew' }));
    });
    await all(names('app', 10), (name) =>
      by.mergePatch(resourceTypes.deployment, { namespace: NAMESPACE, name }, { spec: deploymentSpec(name, '2.0.0') }),
    );
    wire.mend();
    await truth(by);
  });

  it('equals the cluster when the versions it knows are compacted away', async () => {
    const by = await other(0);
    const known = await by.currentVersion(resourceTypes.configMap, {});
    wire.hold();
    await createAll(by, resourceTypes.configMap, names('compacted', 20), () => ({ data: { made: 'held' } }));
    await by.delete(resourceTypes.configMap, { namespace: NAMESPACE, name: 'compacted-0' }, await uidOf(by, 'compacted-0'));
    await compactEtcd(cluster.etcdUrl);
    // An API server hides compaction behind what it has in memory, until it forgets.
    await stopAll();
    await cluster.ready();
    await expect(firstOf(by, known)).rejects.toMatchObject({ kind: 'expired' });
    const before = relists();
    wire.mend();
    await truth(by);
    expect(relists()).toBeGreaterThan(before);
  });

  it('equals the cluster while one of its servers ends in good order, which takes a minute with watches open', async () => {
    const by = await other(1);
    const edge = (when: string) => by.create(resourceTypes.configMap, configMap(`sigterm-${when}`, { made: when }));
    await edge('right-before');
    cluster.apiServers[0].signal('SIGTERM');
    await edge('right-after');
    await truth(by, WHILE_IT_ENDS);
    await createAll(by, resourceTypes.service, ['meanwhile'], () => ({ spec: { ports: [{ port: 80 }] } }));
    await truth(by, WHILE_IT_ENDS);
    await cluster.apiServers[0].stop('SIGKILL');
    await edge('after-the-end');
    await truth(by, WHILE_IT_ENDS);
    expect(probe.problem).toBeUndefined();
  });

  it('equals the cluster after its API servers were killed and came back, and did not storm them', async () => {
    const by = await other(1);
    const edge = (when: string) => by.create(resourceTypes.configMap, configMap(`sigkill-${when}`, { made: when }));
    await edge('right-before');
    const [asked, since] = [wire.asked, performance.now()];
    await stopAll();
    expect(await problem(/does not answer/)).toMatch(/^the API server does not answer: .*could not be reached/);
    await until(() => performance.now() - since > 12_000, 13_000);
    // Each kind waits 0.4 to 0.8 s, twice that, …: four or five tries in 12 s; and the probe every 3 s or so.
    expect(wire.asked - asked).toBeLessThan(6 * KINDS.length + 15);
    await cluster.ready();
    await edge('right-after');
    await truth(by);
    await ready();
  });

  it('does not go back to what a server shows that was frozen meanwhile, not even at its start', async () => {
    const [slow, quick] = [await other(0), await other(1)];
    await quick.create(resourceTypes.configMap, configMap('lag', { count: '0' }));
    await truth(quick);
    cluster.apiServers[0].signal('SIGSTOP');
    for (let count = 1; count <= 50; count += 1)
      await quick.mergePatch(resourceTypes.configMap, { namespace: NAMESPACE, name: 'lag' }, { data: { count: String(count) } });
    const { metadata: newest } = await quick.get(resourceTypes.configMap, { namespace: NAMESPACE, name: 'lag' });
    // All connections fail over to the one that has slept.
    cluster.apiServers[0].signal('SIGCONT');
    await cluster.apiServers[1].stop('SIGKILL');
    const fresh = new ClusterCache(slow);
    const sight = fresh.watch(resourceTypes.configMap, { metadataOnly: true });
    await sight.synced;
    const first = sight.get(NAMESPACE, 'lag')?.metadata.resourceVersion;
    await fresh.stop();
    expect(BigInt(first!)).toBeGreaterThanOrEqual(BigInt(newest.resourceVersion!));
    await truth(slow);
  });

  it('leaves a server that hangs for another that does not', async () => {
    const by = await other(1);
    // Some watches are on either.
    cluster.apiServers[0].signal('SIGSTOP');
    await createAll(by, resourceTypes.configMap, ['hanging'], () => ({ data: { made: 'meanwhile' } }));
    await createAll(by, resourceTypes.service, ['hanging'], () => ({ spec: { ports: [{ port: 80 }] } }));
    await createAll(by, resourceTypes.canary, ['hanging'], (name) => ({ spec: canarySpec(name) }));
    await by.mergePatch(resourceTypes.deployment, { namespace: NAMESPACE, name: 'app-0' }, { spec: deploymentSpec('app-0', '3.0.0') });
    // The balancer knows nothing of health: every other connection goes to the one that hangs.
    await truth(by, 75);
  });

  it.each([
    ['hangs', async () => cluster.etcd.signal('SIGSTOP'), async () => cluster.etcd.signal('SIGCONT')],
    ['is stopped', () => cluster.etcd.stop('SIGKILL'), async () => cluster.etcd.start()],
  ])('names an etcd that %s, and equals the cluster afterwards', async (_, stop, start) => {
    const by = await other(0);
    const asked = client.counts();
    await stop();
    expect(await problem(/./)).toMatch(/^the API server (is not ready: .*etcd|does not answer)/);
    const requests = Object.entries(client.counts()).reduce((sum, [verb, count]) => sum + count! - (asked[verb as 'list'] ?? 0), 0);
    expect(requests / KINDS.length).toBeLessThan(12);
    await start();
    await cluster.ready();
    await until(() => createAll(by, resourceTypes.configMap, [`etcd-${returns}-${Date.now()}`], () => ({})).catch(() => null), 20_000);
    await truth(by);
    await ready();
  });

  it('follows a kind whose definition is deleted and made again', async () => {
    const by = await other(0);
    const documents = parseAllDocuments(await readFile(join(__dirname, '../../deploy/crds/flagger.yaml'), 'utf8'));
    const definition = documents.map((each) => each.toJS()).find((each) => each.spec.names.plural === 'canaries');
    const { metadata } = await by.get(resourceTypes.customResourceDefinition, definition.metadata);
    await by.delete(resourceTypes.customResourceDefinition, { name: metadata.name }, { uid: metadata.uid! });
    const watched = cache.find(resourceTypes.canary)!;
    expect(await until(() => watched.absent, 30_000)).toBe(true);
    await until(() => by.create(resourceTypes.customResourceDefinition, definition).catch(() => null), 20_000);
    await until(
      () => createAll(by, resourceTypes.canary, ['app-0', 'new'], (name) => ({ spec: canarySpec(name) })).catch(() => null),
      20_000,
    );
    await truth(by);
    expect(
      watched
        .list()
        .map((each) => each.metadata.name)
        .sort(),
    ).toEqual(['app-0', 'new']);
    expect(watched.absent).toBe(false);
  });

  it('goes on with a new token after the old one was taken back', async () => {
    const by = await other(0);
    const old = await readFile(join(folder, 'token'), 'utf8');
    const tokens = join(cluster.folder, 'tokens.csv');
    await writeFile(tokens, (await readFile(tokens, 'utf8')).replace(old, 'a-new-token'));
    await stopAll();
    await cluster.ready();
    expect(await problem(/credentials/)).toMatch(/^the API server does not accept the credentials: .*401/);
    await createAll(by, resourceTypes.configMap, ['rotated'], () => ({}));
    await writeFile(join(folder, 'token'), 'a-new-token\n');
    await truth(by);
    await ready();
  });

  it('follows an etcd that was restored from a backup into its past', async () => {
    const by = await other(0);
    const data = join(cluster.folder, 'etcd');
    await createAll(by, resourceTypes.configMap, ['in-the-backup'], () => ({ data: { made: 'before' } }));
    await cluster.etcd.stop();
    await cp(data, join(folder, 'backup'), { recursive: true });
    cluster.etcd.start();
    await cluster.ready();
    await until(() => createAll(by, resourceTypes.configMap, ['lost'], () => ({ data: { made: 'after' } })).catch(() => null), 20_000);
    await by.mergePatch(resourceTypes.configMap, { namespace: NAMESPACE, name: 'in-the-backup' }, { data: { made: 'after' } });
    for (let change = 0; change < 200; change += 1)
      await by.mergePatch(
        resourceTypes.service,
        { namespace: NAMESPACE, name: 'hanging' },
        { metadata: { labels: { change: `c${change}` } } },
      );
    await truth(by);
    wire.hold();
    await Promise.all([cluster.etcd, ...cluster.apiServers].map((each) => each.stop('SIGKILL')));
    await rm(data, { recursive: true });
    await cp(join(folder, 'backup'), data, { recursive: true });
    cluster.etcd.start();
    await cluster.ready();
    wire.mend();
    // Versions do go back here: this once, the cluster itself did.
    witness = new Witness(cache, { goesBack: true });
    await truth(by);
    expect(cache.find(resourceTypes.configMap)!.get(NAMESPACE, 'lost')).toBeUndefined();
  });

  async function uidOf(by: KubeClient, name: string): Promise<{ uid: string }> {
    return { uid: (await by.get(resourceTypes.configMap, { namespace: NAMESPACE, name })).metadata.uid! };
  }
});

/** The first event of a watch of ConfigMaps from that version on. */
async function firstOf(client: KubeClient, resourceVersion: string): Promise<unknown> {
  const events = client.watch(resourceTypes.configMap, { resourceVersion, timeoutSeconds: 5, signal: AbortSignal.timeout(10_000) });
  for await (const event of events) return event;
  return 'nothing';
}

function createAll(by: KubeClient, kind: ResourceType, all_: string[], rest: (name: string) => object) {
  const apiVersion = kind.group === '' ? kind.version : `${kind.group}/${kind.version}`;
  return all(all_, async (name) => {
    try {
      return await by.create(kind, { apiVersion, kind: kind.kind, metadata: { name, namespace: NAMESPACE }, ...rest(name) });
    } catch (error) {
      if (isKubeError(error) && error.kind === 'alreadyExists') return by.get(kind, { namespace: NAMESPACE, name });
      throw error;
    }
  });
}

function all<T, R>(items: readonly T[], make: (item: T, index: number) => Promise<R>): Promise<R[]> {
  return Promise.all(items.map(make));
}

function names(prefix: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) => `${prefix}-${index}`);
}

function configMap(name: string, data: Record<string, string>) {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: NAMESPACE }, data };
}

function deploymentSpec(name: string, tag: string) {
  const containers = [{ name: 'app', image: `registry.example/${name}:${tag}` }];
  return { replicas: 0, selector: { matchLabels: { app: name } }, template: { metadata: { labels: { app: name } }, spec: { containers } } };
}

function canarySpec(name: string) {
  return {
    provider: 'kubernetes',
    targetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name },
    service: { port: 80 },
    analysis: { interval: '3s', threshold: 2, iterations: 3 },
  };
}
