import { addServices } from '../setting/addServices';
import { setBenchStage, type BenchStage } from '../setting/BenchStage';
import { countWrites, type Writes } from '../setting/countWrites';
import { summariseRequests } from '../setting/summariseRequests';
import type { Bench, Figure } from '../Figure';
import { pause } from '../setting/pause';

const COUNTS = [50, 500];
const WINDOW = 60_000;
const SECONDS = 300;
/** So long without a request counts as rest. */
const REST = 5_000;
/** Postgres' sessions tell their counts within ten seconds of being idle (PGSTAT_IDLE_INTERVAL). */
const STATISTICS_LAG = 12_000;
/** Heartbeat and shards: shared by all Canaries, and written however many there are. */
const SHARED = ['engines', 'engine_shards'];

/** What Canaries cost while nothing happens to them. */
export const idle: Bench = {
  name: 'idle',
  about: `API requests and database writes per minute of ${COUNTS.join(' and ')} Canaries at rest, in real time`,
  async measure(progress) {
    const figures: Figure[] = [];
    for (const count of COUNTS) figures.push(...(await measureIdle(count, progress)));
    return figures;
  },
};

async function measureIdle(count: number, progress: (line: string) => void): Promise<Figure[]> {
  let names: string[] = [];
  const stage = await setBenchStage({
    speed: 1,
    prepare: ({ sandbox }) => {
      names = addServices(sandbox, { count, analysis: { stepWeight: 10, maxWeight: 50 } });
    },
  });
  try {
    const begun = performance.now();
    await stage.waitFor(names, 'Initialized', ({ status }) => status?.phase === 'Initialized', SECONDS);
    const took = (performance.now() - begun) / 1_000;
    progress(`${count} Canaries initialised after ${took.toFixed(1)} s; waiting for rest`);
    await rest(stage);
    progress(`watching ${WINDOW / 1_000} s`);
    return await watch(stage, count);
  } finally {
    await stage.close();
  }
}

/** Waits until the engine has asked for nothing for a while, and the database has counted everything before. */
async function rest(stage: BenchStage): Promise<void> {
  do {
    stage.forgetRequests();
    await pause(REST);
  } while (stage.requests().length > 0);
  await pause(STATISTICS_LAG);
}

async function watch(stage: BenchStage, count: number): Promise<Figure[]> {
  const begun = performance.now();
  const before = await countWrites(stage.postgres.connectionString);
  const { cpu } = stage.engine.usage();
  stage.forgetRequests();
  stage.tap.forget();
  await pause(WINDOW);
  const requests = stage.requests();
  const probes = stage.probes();
  const statements = stage.tap.units().flatMap((unit) => unit.statements).length;
  const used = stage.engine.usage();
  await pause(STATISTICS_LAG);
  const after = await countWrites(stage.postgres.connectionString);
  // The statistics cover the lag too.
  const perMinute = 60_000 / (performance.now() - begun);
  const own = difference(before, after, (table) => !SHARED.includes(table));
  const shared = difference(before, after, (table) => SHARED.includes(table));
  const of = (what: string) => `${what}, ${count} idle Canaries`;
  const window = `over ${WINDOW / 1_000} s of real time`;
  return [
    {
      name: of('API requests'),
      unit: '/min',
      value: requests.length,
      target: { atMost: 0 },
      runs: 1,
      note: `${window}, watches aside${requests.length === 0 ? '' : `: ${summariseRequests(requests)}`}`,
    },
    {
      name: of('shared questions whether the API server is ready'),
      unit: '/min',
      value: probes,
      target: null,
      runs: 1,
      note: 'one engine asks every 10 s',
    },
    {
      name: of('database writes'),
      unit: 'rows/min',
      value: own.rows * perMinute,
      target: { atMost: 0 },
      runs: 1,
      note: `${window}${own.tables}`,
    },
    {
      name: of('shared heartbeat writes'),
      unit: 'rows/min',
      value: Math.round(shared.rows * perMinute),
      target: null,
      runs: 1,
      note: `one engine's lease, every 3 s${shared.tables}`,
    },
    {
      name: of('database statements'),
      unit: '/min',
      value: statements,
      target: null,
      runs: 1,
      note: 'heartbeat with its transaction, and one question each for commands and deliveries every 5 s; the same for any number of Canaries',
    },
    { name: of('engine CPU'), unit: 'ms/min', value: Math.round(used.cpu - cpu), target: null, runs: 1, note: `in ticks of 10 ms` },
    { name: of('engine memory'), unit: 'MiB', value: Math.round(used.resident), target: null, runs: 1, note: 'resident' },
  ];
}

function difference(before: Writes, after: Writes, counts: (table: string) => boolean): { rows: number; tables: string } {
  const tables = Object.keys(after)
    .filter(counts)
    .map((table) => ({ table, rows: after[table] - (before[table] ?? 0) }))
    .filter(({ rows }) => rows > 0);
  const rows = tables.reduce((sum, each) => sum + each.rows, 0);
  return { rows, tables: rows === 0 ? '' : `: ${tables.map((each) => `${each.table} ${each.rows}`).join(', ')}` };
}
