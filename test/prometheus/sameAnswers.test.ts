import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { findPrometheus } from '../harness/findPrometheus';
import { builtInChecks, builtInRegistry } from './builtInChecks';
import { type Comparison, differences } from './differences';
import { NAMESPACE } from './meshObjects';
import { type Pair, startPair } from './Pair';
import { QUERIES } from './queries';
import { randomQuery } from './randomQueries';
import { randomSeries } from './randomSeries';
import { recordMesh } from './recordMesh';
import { START, tableSeries } from './tableSeries';

jest.setTimeout(60_000);

const SEED = Number(process.env.SEED ?? Date.now() % 2 ** 31);
const INTERVALS = ['10s', '15s', '30s', '1m', '90s', '5m'];
const routers = builtInRegistry()
  .list('router')
  .filter(({ queries }) => queries !== undefined);
const without = reasonToSkip();

(without ? describe.skip : describe)(`the sandbox and a real Prometheus, on the same samples${without ? ` (${without})` : ''}`, () => {
  const recording = recordMesh();
  let pair: Pair;

  beforeAll(async () => {
    pair = await startPair([...recording.series, ...tableSeries(), ...randomSeries(SEED)]);
  });

  afterAll(() => pair?.close());

  async function instant(query: string, time: number, comparison?: Comparison): Promise<string[]> {
    const { real, sandbox } = await pair.ask('/api/v1/query', { query, time: String(time / 1000) });
    return differences(real, sandbox, comparison).map((what) => `${query} at ${time / 1000}: ${what}`);
  }

  async function ranged(query: string, start: number, end: number, step: string): Promise<string[]> {
    const { real, sandbox } = await pair.ask('/api/v1/query_range', { query, start: String(start / 1000), end: String(end / 1000), step });
    return differences(real, sandbox).map((what) => `${query} from ${start / 1000} to ${end / 1000} by ${step}: ${what}`);
  }

  describe.each(routers.map((router) => [router.id, router] as const))('the built-in checks of %s', (_, router) => {
    it.each(['request-success-rate', 'request-duration'])('%s has the same value at every moment of a rollout', async (name) => {
      const found: string[] = [];
      let values = 0;
      for (const query of INTERVALS.flatMap((interval) => renderedQueries(router, name, interval))) {
        for (const moment of recording.moments) {
          // At the moment of a scrape, just after, and between two.
          for (const time of [moment, moment + 1, moment + 2_345]) {
            const { real, sandbox } = await pair.ask('/api/v1/query', { query, time: String(time / 1000) });
            found.push(...differences(real, sandbox).map((what) => `${query} at ${time}: ${what}`));
            values += real.body.data.result.length;
          }
        }
        found.push(...(await ranged(query, recording.moments[0] - 60_000, recording.moments.at(-1)! + 400_000, '3.7')));
      }
      expect(found).toEqual([]);
      expect(values).toBeGreaterThan(INTERVALS.length);
    });
  });

  it(`gives the same answers to ${QUERIES.length} queries of a table`, async () => {
    const found: string[] = [];
    for (const query of QUERIES) {
      const comparison = { ordered: /^(sort|sort_desc|topk|bottomk)\(/.test(query) };
      const asked = [
        instant(query, START + 600_000, comparison),
        instant(query, START + 612_345, comparison),
        ranged(query, START - 20_000, START + 1_900_000, '37'),
      ];
      found.push(...(await Promise.all(asked)).flat());
    }
    expect(found).toEqual([]);
  });

  it(`gives the same answers to generated queries (SEED=${SEED})`, async () => {
    const time = fc.integer({ min: 0, max: 25 * 60_000 }).map((ms) => START + ms);
    await fc.assert(
      fc.asyncProperty(randomQuery, time, fc.constantFrom('15', '41.5', '2m'), async (query, moment, step) => {
        const asked = [instant(query, moment), ranged(query, moment, moment + 400_000, step)];
        expect((await Promise.all(asked)).flat()).toEqual([]);
      }),
      { seed: SEED, numRuns: 300, interruptAfterTimeLimit: 20_000, markInterruptAsFailure: false },
    );
  });

  it.each<[string, Record<string, string>]>([
    ['/api/v1/query', {}],
    ['/api/v1/query', { query: 'temp', time: '2024-01-01T02:00:00Z' }],
    ['/api/v1/query', { query: 'temp', time: '2024-01-01T04:00:00.25+02:00' }],
    ['/api/v1/query', { query: 'temp', time: '1.7040744e9' }],
    ['/api/v1/query', { query: 'temp', time: '1704074400.1234' }],
    ['/api/v1/query', { query: 'temp', time: '2024-01-01' }],
    ['/api/v1/query', { query: 'temp', time: 'yesterday' }],
    ['/api/v1/query_range', { query: 'temp', start: '1704074400', end: '1704074460' }],
    ['/api/v1/query_range', { query: 'temp', start: '1704074400', step: '15' }],
    ['/api/v1/query_range', { query: 'temp', end: '1704074400', step: '15' }],
    ['/api/v1/query_range', { query: 'temp', start: '1704074400', end: '1704074460', step: '15s' }],
    ['/api/v1/query_range', { query: 'temp', start: '1704074400', end: '1704074460', step: '1m30s' }],
    ['/api/v1/query_range', { query: 'temp', start: '1704074400', end: '1704074460', step: '0.25' }],
    ['/api/v1/query_range', { query: 'temp', start: '1704074400', end: '1704074400', step: '1' }],
    ['/api/v1/query_range', { query: 'temp', start: '1704074460', end: '1704074400', step: '15' }],
    ['/api/v1/query_range', { query: 'temp', start: '1704074400', end: '1704074460', step: '0' }],
    ['/api/v1/query_range', { query: 'temp', start: '1704074400', end: '1704074460', step: '-1' }],
    ['/api/v1/query_range', { query: 'temp', start: '1704074400', end: '1704074460', step: 'often' }],
    ['/api/v1/query_range', { query: 'temp', start: '1704074400', end: '1704085401', step: '1' }],
    ['/api/v1/query_range', { query: 'temp', start: '1704074400', end: '1704085400', step: '1' }],
    ['/api/v1/query_range', { query: '"text"', start: '1704074400', end: '1704074460', step: '15' }],
    ['/api/v1/query_range', { query: 'temp[1m]', start: '1704074400', end: '1704074460', step: '15' }],
    ['/api/v1/query_range', { query: 'temp @ end() - temp @ start()', start: '1704074000', end: '1704074460', step: '15' }],
  ])('answers %s with %j alike', async (path, parameters) => {
    const { real, sandbox } = await pair.ask(path, parameters);
    expect(differences(real, sandbox)).toEqual([]);
  });

  it('lists the same labels', async () => {
    const { real, sandbox } = await pair.ask('/api/v1/labels', {});
    expect(sandbox).toEqual(real);
  });
});

/** For the canary and for the primary. */
function renderedQueries(router: (typeof routers)[number], name: string, interval: string): string[] {
  const checks = builtInChecks(router, { namespace: NAMESPACE, name: 'podinfo' }, interval).filter(({ metric }) => metric.name === name);
  return checks.flatMap(({ check }) => [check.query?.canary, check.query?.primary].filter((text) => text !== null && text !== undefined));
}

function reasonToSkip(): string | undefined {
  const binaries = findPrometheus();
  if ('missing' in binaries) return binaries.missing;
  const version = /version (\S+)/.exec(execFileSync(binaries.prometheus, ['--version'], { encoding: 'utf8' }))?.[1];
  return version?.startsWith('2.') ? undefined : `the sandbox answers as Prometheus 2.42, and the one here is ${version}`;
}
