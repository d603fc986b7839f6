import { loadavg } from 'node:os';
import { percentile } from '../percentile';
import { pause } from '../setting/pause';
import { imagePatch } from '../setting/serviceObjects';
import { eachAtOnce } from './eachAtOnce';
import type { MeasuredSystem, SystemKind } from './MeasuredSystem';
import { startMetricServer, type MetricServer } from './MetricServer';
import { ratesBetween } from './readRequestCounts';
import { DEPLOYMENTS, setGround, type Ground } from './setGround';
import type { SystemFigures, Times, WindowFigures } from './SystemFigures';

/** Real milliseconds that are measured, at rest and with rollouts under way; six intervals of the Canaries. */
const WINDOW = 60_000;
const INTERVAL = 10_000;
/** For what a step before has left to do. */
const SETTLE = 15_000;
/** How many releases and rollbacks are timed, at most. They begin over so many milliseconds, each at another point of the systems' rhythm. */
const SAMPLE = 20;
const SPREAD = 2 * INTERVAL;
/** Its multiples, without their whole parts, lie evenly between 0 and 1, and apart from every other regular pattern. */
const GOLDEN_RATIO = 0.618_033_988_75;
const WRITERS = 8;

/** Measures one system with `count` Canaries on a control plane of its own; leaves nothing running, whatever happened. */
export async function measureSystem(kind: SystemKind, count: number, progress: (line: string) => void): Promise<SystemFigures> {
  const ground = await setGround(count);
  let metrics: MetricServer | undefined;
  let system: MeasuredSystem | undefined;
  try {
    metrics = await startMetricServer();
    system = await kind.start({ kubeconfig: ground.kubeconfig, metrics: metrics.url });
    const figures = await observe({ ground, metrics, system, count, progress });
    return { system: kind.name, canaries: count, ...figures };
  } catch (error) {
    throw new Error(`${(error as Error).message}\n${kind.name}:\n${system?.tail() ?? 'not at work'}`, { cause: error });
  } finally {
    await system?.stop();
    await metrics?.close();
    await ground.close();
  }
}

interface Setting {
  ground: Ground;
  metrics: MetricServer;
  system: MeasuredSystem;
  count: number;
  progress: (line: string) => void;
}

async function observe(setting: Setting): Promise<Omit<SystemFigures, 'system' | 'canaries'>> {
  const { ground, metrics, system, count, progress } = setting;
  const { names, watch } = ground;
  // A throttled system takes a while for a thousand.
  const patience = 120 + 1.5 * count;
  const sample = names.slice(0, SAMPLE);

  const begun = performance.now();
  await watch.waitFor(names, 'initialised', ({ phase }) => phase === 'Initialized', patience);
  const initialised = (performance.now() - begun) / 1_000;
  progress(`${count} Canaries initialised after ${initialised.toFixed(1)} s; at rest for ${(SETTLE + WINDOW) / 1_000} s`);
  await pause(SETTLE);
  const idle = await measureWindow(setting);

  progress(`${sample.length} releases, then those of all others`);
  const noticed = await timed(
    sample,
    (index) => index / sample.length,
    async (name) => {
      const answeredAt = await release(ground, name);
      await watch.waitFor([name], 'noticed', ({ noticedAt }) => noticedAt !== undefined, patience);
      return watch.of(name).noticedAt! - answeredAt;
    },
  );
  await eachAtOnce(names.slice(sample.length), WRITERS, async (name) => void (await release(ground, name)));
  await watch.waitFor(names, 'under analysis', ({ weight }) => weight > 0, patience);
  progress(`all rollouts are under way; watching them for ${(SETTLE + WINDOW) / 1_000} s`);
  await pause(SETTLE);
  const stepsBefore = watch.steps;
  const window = await measureWindow(setting);
  const steps = watch.steps - stepsBefore;
  const progressing = { ...window, steps, stepsDue: Math.round((count * window.seconds * 1_000) / INTERVAL) };

  progress(`bad metrics for ${sample.length} of them`);
  // A rollout keeps the rhythm in which it was begun: the metrics turn bad in another one.
  const rolledBack = await timed(
    sample,
    (index) => (index * GOLDEN_RATIO) % 1,
    async (name) => {
      const badAt = performance.now();
      metrics.turnBad(name);
      await watch.waitFor([name], 'back at the primary', ({ primaryAloneAt = 0 }) => primaryAloneAt > badAt, patience);
      return watch.of(name).primaryAloneAt! - badAt;
    },
  );
  return { initialised, idle, noticed, progressing, rolledBack, memoryPeak: system.usage().residentPeak, load: loadavg()[0] };
}

async function measureWindow({ ground, metrics, system }: Setting): Promise<WindowFigures> {
  const look = async () => {
    const requests = await ground.requests();
    const [own, database, apiServer] = [system.usage(), system.database(), ground.apiServer()];
    return { at: performance.now(), requests, own, database, apiServer, queries: metrics.queries() };
  };
  const before = await look();
  await pause(WINDOW);
  const after = await look();
  const seconds = (after.at - before.at) / 1_000;
  return {
    seconds,
    requests: ratesBetween(before.requests, after.requests, seconds),
    cpu: (after.own.cpu - before.own.cpu) / 1_000,
    memory: after.own.resident,
    database: after.database && {
      cpu: (after.database.cpu - (before.database?.cpu ?? 0)) / 1_000,
      memory: after.database.resident,
    },
    apiServer: (after.apiServer.cpu - before.apiServer.cpu) / 1_000,
    queries: (after.queries - before.queries) / seconds,
  };
}

/** Releases another version; resolves with the moment at which the API server had answered. */
async function release({ api }: Ground, name: string): Promise<number> {
  await api.patch(`${DEPLOYMENTS}/${name}?fieldManager=kubectl-set`, imagePatch('6.0.1'));
  return performance.now();
}

/** Does something with each name, begun within `SPREAD` at `begin` (0 to 1) of its number, and says how long it took. */
async function timed(names: readonly string[], begin: (index: number) => number, act: (name: string) => Promise<number>): Promise<Times> {
  const took = await Promise.all(
    names.map(async (name, index) => {
      await pause(begin(index) * SPREAD);
      return (await act(name)) / 1_000;
    }),
  );
  return { median: percentile(took, 0.5), most: percentile(took, 1), runs: took.length };
}
