import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type KubeObject, ManualClock, MemoryObjectStore } from '@aviary/sandbox';
import { parseAllDocuments } from 'yaml';
import { Mesh } from '../../packages/sandbox/src/mesh/Mesh';
import { SampleStore } from '../../packages/sandbox/src/prometheus/SampleStore';
import { startWorkloads } from '../../packages/sandbox/src/workloads/startWorkloads';
import type { PlainSeries } from './writeOpenMetrics';

const CRDS = join(__dirname, '../../deploy/crds/trafficsplit.yaml');
const SPLITS = 'split.smi-spec.io/trafficsplits';
/** Where the recorded canary lives. */
export const NAMESPACE = 'test';

/** What a recording shows: `moments` are those at which something happened, in milliseconds since the epoch. */
export interface Recording {
  series: PlainSeries[];
  moments: number[];
}

/**
 * The samples of a rollout of `podinfo` in the mesh simulator, scraped every 5 s: only the primary at first; then a slow canary with 20 %
 * errors gets 10 % and 50 %; one of its pods is replaced; the clients fall silent; the canary goes away.
 */
export function recordMesh(): Recording {
  const clock = new ManualClock();
  const store = new MemoryObjectStore({ clock });
  const samples = new SampleStore(Infinity);
  const workloads = startWorkloads(store, clock);
  for (const document of parseAllDocuments(readFileSync(CRDS, 'utf8'))) {
    store.create('apiextensions.k8s.io/customresourcedefinitions', document.toJS());
  }
  store.create('/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAMESPACE } });
  store.create('/configmaps', traffic(20));
  const mesh = new Mesh({ cluster: store, clock, samples });
  const moments: number[] = [];
  const pass = (seconds: number) => {
    clock.advance(seconds * 1000);
    moments.push(clock.now());
  };

  store.create('apps/deployments', deployment('podinfo-primary', {}));
  for (const [name, app] of Object.entries({
    podinfo: 'podinfo-primary',
    'podinfo-primary': 'podinfo-primary',
    'podinfo-canary': 'podinfo',
  })) {
    store.create('/services', service(name, app));
  }
  pass(90);
  const faults = { 'sandbox.aviary.dev/errors': '20%', 'sandbox.aviary.dev/latency': '300ms' };
  store.create('apps/deployments', deployment('podinfo', faults));
  pass(10);
  store.create(SPLITS, split(10));
  pass(61);
  store.update(SPLITS, { ...store.get(SPLITS, NAMESPACE, 'podinfo'), spec: split(50).spec } as KubeObject);
  pass(64);
  const [pod] = store.list('/pods', NAMESPACE).filter(({ metadata }) => /^podinfo-(?!primary)/.test(metadata.name));
  store.delete('/pods', NAMESPACE, pod.metadata.name);
  pass(73);
  store.update('/configmaps', traffic(0));
  pass(75);
  store.delete(SPLITS, NAMESPACE, 'podinfo');
  store.delete('apps/deployments', NAMESPACE, 'podinfo');
  store.update('/configmaps', traffic(20));
  pass(80);

  mesh.close();
  workloads.close();
  store.close();
  const series = samples.select([], -Infinity, Infinity).map((each) => ({
    labels: each.labels,
    samples: each.samples.filter(({ stale }) => !stale).map(({ time, value }) => [time, value] as const),
  }));
  return { series, moments };
}

function traffic(perSecond: number): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'sandbox-traffic', namespace: 'kube-system' },
    data: { services: `${NAMESPACE}/podinfo: ${perSecond}\n` },
  };
}

function deployment(name: string, annotations: Record<string, string>): KubeObject {
  const template = { metadata: { labels: { app: name }, annotations }, spec: { containers: [{ name: 'podinfod', image: 'podinfo:1' }] } };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace: NAMESPACE },
    spec: { replicas: 2, selector: { matchLabels: { app: name } }, template },
  };
}

function service(name: string, app: string): KubeObject {
  const spec = { selector: { app }, ports: [{ port: 9898 }] };
  return { apiVersion: 'v1', kind: 'Service', metadata: { name, namespace: NAMESPACE }, spec };
}

function split(canary: number): KubeObject {
  const backends = [
    { service: 'podinfo-canary', weight: canary },
    { service: 'podinfo-primary', weight: 100 - canary },
  ];
  return {
    apiVersion: 'split.smi-spec.io/v1alpha2',
    kind: 'TrafficSplit',
    metadata: { name: 'podinfo', namespace: NAMESPACE },
    spec: { service: 'podinfo', backends },
  };
}
