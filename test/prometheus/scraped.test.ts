import { execFileSync } from 'node:child_process';
import { type MetricProvider, isProviderError } from '@aviary/provider-contract';
import { loopbackContext } from '@aviary/provider-contract-tests';
import { judgeCheck } from '../../engine/src/analysis/judgeCheck';
import { findPrometheus } from '../harness/findPrometheus';
import { type Prometheus, startPrometheus } from '../harness/startPrometheus';
import { until } from '../harness/until';
import { type BuiltInCheck, builtInChecks, builtInRegistry } from './builtInChecks';
import { SCRAPE_INTERVAL, startMeshAtWallClock, type WallClockMesh } from './meshAtWallClock';
import { NAMESPACE } from './meshObjects';

jest.setTimeout(60_000);

const INTERVAL = '5s';
const PATIENCE = 20_000;
/** Far less than the five minutes for which a series that nobody ended is still seen. */
const SOON = 10_000;
/** How many times two agreeing sources are asked again. */
const LOOKS = 6;
const SERVICES = ['failing', 'slow', 'fine', 'idle'];
/** Of success rate and duration. */
type Verdicts = readonly [string, string];
const PASS: Verdicts = ['pass', 'pass'];
const NO_DATA: Verdicts = ['noData', 'noData'];

const registry = builtInRegistry();
const routers = registry.list('router').filter(({ queries }) => queries !== undefined);
const binaries = findPrometheus();

('missing' in binaries ? describe.skip : describe)('a real Prometheus that scrapes the simulator', () => {
  let mesh: WallClockMesh;
  let prometheus: Prometheus;
  let context: ReturnType<typeof loopbackContext>;
  let sources: { sandbox: MetricProvider; real: MetricProvider };

  beforeAll(async () => {
    mesh = await startMeshAtWallClock();
    mesh.addCanary('failing', { 'sandbox.aviary.dev/errors': '30%' });
    mesh.addCanary('slow', { 'sandbox.aviary.dev/latency': '700ms' });
    mesh.addCanary('fine');
    mesh.addCanary('idle');
    mesh.setTraffic({ failing: 20, slow: 20, fine: 20 });
    prometheus = await startPrometheus({ targets: [`${mesh.url}/metrics`], scrapeInterval: `${SCRAPE_INTERVAL}ms` });
    context = loopbackContext();
    const source = (address: string) => registry.metric('prometheus').create({ address, secrets: {} }, context);
    sources = { sandbox: source(mesh.url), real: source(prometheus.url) };
  });

  afterAll(async () => {
    await prometheus?.stop();
    await mesh?.close();
    context?.close();
  });

  /** `router service check`: the verdict of the engine on what this source says now. */
  async function verdicts(source: MetricProvider): Promise<Record<string, string>> {
    const checks = routers.flatMap((router) =>
      SERVICES.flatMap((name) =>
        builtInChecks(router, { namespace: NAMESPACE, name }, INTERVAL).map((check) => ({ name: `${router.id} ${name}`, check })),
      ),
    );
    const entries = checks.map(async ({ name, check }) => [`${name} ${check.metric.name}`, await verdict(source, check)] as const);
    return Object.fromEntries(await Promise.all(entries));
  }

  /** Waits until both say what is expected, for every router, then sees that they go on doing so. */
  async function expectOfBoth(expected: Record<string, Verdicts>): Promise<void> {
    const ofOne = Object.fromEntries(
      routers.flatMap(({ id }) =>
        SERVICES.flatMap((name) => [
          [`${id} ${name} request-success-rate`, expected[name][0]],
          [`${id} ${name} request-duration`, expected[name][1]],
        ]),
      ),
    );
    const wanted = { real: ofOne, sandbox: ofOne };
    const both = async () => ({ real: await verdicts(sources.real), sandbox: await verdicts(sources.sandbox) });
    let last = await both();
    await until(async () => {
      last = await both();
      return JSON.stringify(last) === JSON.stringify(wanted);
    }, PATIENCE);
    for (let look = 0; look < LOOKS; look++) {
      expect(last).toEqual(wanted);
      await nextScrape();
      last = await both();
    }
  }

  /** Waits until both have that many series of responses from the canaries' pods. */
  async function expectCounts(expected: Record<string, number>): Promise<void> {
    const counts = async (source: MetricProvider) => {
      const asked = Object.keys(expected).map(async (name) => {
        const query = `count(response_total{deployment="${name}", direction="inbound"}) or vector(0)`;
        return [name, await source.query({ query, interval: 0 })] as const;
      });
      return Object.fromEntries(await Promise.all(asked));
    };
    let last = {};
    const wanted = { real: expected, sandbox: expected };
    await until(async () => {
      last = { real: await counts(sources.real), sandbox: await counts(sources.sandbox) };
      return JSON.stringify(last) === JSON.stringify(wanted);
    }, SOON);
    expect(last).toEqual(wanted);
  }

  async function nextScrape(): Promise<void> {
    const newest = () => sources.real.query({ query: 'max(timestamp(up))', interval: 0 });
    const before = await newest();
    expect(await until(async () => (await newest()) > before, PATIENCE)).toBe(true);
  }

  it('gives the verdicts that the sandbox gives', async () => {
    await expectOfBoth({ failing: ['fail', 'pass'], slow: ['pass', 'fail'], fine: PASS, idle: NO_DATA });
  });

  it('ends a series as soon as its pod is gone, as the sandbox does', async () => {
    await expectCounts({ failing: 4, fine: 2 });
    mesh.removeCanary('failing');
    await expectCounts({ failing: 0, fine: 2 });
  });

  it('has no data once the pods have been gone for longer than the range', async () => {
    await expectOfBoth({ failing: NO_DATA, slow: ['pass', 'fail'], fine: PASS, idle: NO_DATA });
  });

  it('has no data when the clients have fallen silent', async () => {
    mesh.setTraffic({});
    await expectOfBoth({ failing: NO_DATA, slow: NO_DATA, fine: NO_DATA, idle: NO_DATA });
  });

  it('finds nothing wrong with what the simulator exposes', async () => {
    const text = await (await fetch(`${mesh.url}/metrics`)).text();
    expect(lint(text)).toEqual([
      // Linkerd's own name.
      'response_latency_ms metric names should not contain abbreviated units',
    ]);
    const samples = text.split('\n').filter((line) => line !== '' && !line.startsWith('#')).length;
    const scraped = () => sources.real.query({ query: 'scrape_samples_scraped', interval: 0 });
    // A scrape may come too late on a busy machine; the next one finds everything again.
    expect(await until(async () => (await scraped()) === samples, PATIENCE)).toBe(true);
  });

  function lint(text: string): string[] {
    if ('missing' in binaries) throw new Error(binaries.missing);
    try {
      execFileSync(binaries.promtool, ['check', 'metrics'], { input: text, stdio: 'pipe' });
      return [];
    } catch (error) {
      const { stdout, stderr } = error as { stdout: Buffer; stderr: Buffer };
      return `${stdout}${stderr}`.trim().split('\n');
    }
  }
});

async function verdict(source: MetricProvider, { check, metric }: BuiltInCheck): Promise<string> {
  if (!check.query) return String(check.error?.message);
  try {
    const value = await source.query({ query: check.query.canary, interval: metric.interval });
    return judgeCheck(value * check.scale, metric, check.unit).verdict;
  } catch (error) {
    if (isProviderError(error)) return error.kind;
    throw error;
  }
}
