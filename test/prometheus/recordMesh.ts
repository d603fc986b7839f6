import { ManualClock } from '@aviary/sandbox';
import { Mesh } from '../../packages/sandbox/src/mesh/Mesh';
import { SampleStore } from '../../packages/sandbox/src/prometheus/SampleStore';
import { startWorkloads } from '../../packages/sandbox/src/workloads/startWorkloads';
import { createMeshStore } from './createMeshStore';
import { deployment, NAMESPACE, services, split, traffic } from './meshObjects';
import type { PlainSeries } from './writeOpenMetrics';

const SPLITS = 'split.smi-spec.io/trafficsplits';
/** The recorded canary. */
const NAME = 'podinfo';

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
  const store = createMeshStore(clock);
  const samples = new SampleStore(Infinity);
  const workloads = startWorkloads(store, clock);
  store.update('/configmaps', traffic({ [NAME]: 20 }));
  const mesh = new Mesh({ cluster: store, clock, samples });
  const moments: number[] = [];
  const pass = (seconds: number) => {
    clock.advance(seconds * 1000);
    moments.push(clock.now());
  };

  store.create('apps/deployments', deployment(`${NAME}-primary`));
  for (const service of services(NAME)) store.create('/services', service);
  pass(90);
  const faults = { 'sandbox.aviary.dev/errors': '20%', 'sandbox.aviary.dev/latency': '300ms' };
  store.create('apps/deployments', deployment(NAME, faults));
  pass(10);
  store.create(SPLITS, split(NAME, 10));
  pass(61);
  store.update(SPLITS, split(NAME, 50));
  pass(64);
  const [pod] = store.list('/pods', NAMESPACE).filter(({ metadata }) => /^podinfo-(?!primary)/.test(metadata.name));
  store.delete('/pods', NAMESPACE, pod.metadata.name);
  pass(73);
  store.update('/configmaps', traffic({ [NAME]: 0 }));
  pass(75);
  store.delete(SPLITS, NAMESPACE, NAME);
  store.delete('apps/deployments', NAMESPACE, NAME);
  store.update('/configmaps', traffic({ [NAME]: 20 }));
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
