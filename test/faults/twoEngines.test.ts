import type { EngineProcess } from '../harness/EngineProcess';
import { recordRoutes, type Routes } from '../harness/Routes';
import { addService, addTools, INTERVAL, LADDER, NAMESPACE, release, waitForPhase, waitForWeight } from '../harness/service';
import { setStage, type SandboxStage } from '../harness/Stage';
import { until } from '../harness/until';

jest.setTimeout(180_000);

/** More than are needed: their shards are drawn by lot, and each engine must get one. */
const NAMES = ['orders', 'stock', 'billing', 'search', 'mail', 'users', 'carts', 'pages'];

describe('two engines on one cluster and one database', () => {
  const engines: EngineProcess[] = [];
  const services: string[] = [];
  const routes = new Map<string, Routes>();
  let stage: SandboxStage;

  beforeAll(async () => {
    stage = await setStage({ speed: 15 });
    await addTools(stage, NAMES);
    engines.push(await stage.startEngineProcess(), await stage.startEngineProcess());
    await becomes('the shards are split', async () => (await shares()).every(({ shards }) => shards === 256));
    for (const name of NAMES) {
      await addService(stage, name);
      services.push(name);
      await waitForPhase(stage, name, 'Initialized');
      if (services.length >= 3 && (await shares()).every(({ canaries }) => canaries > 0)) break;
    }
    for (const name of services) routes.set(name, recordRoutes(stage, NAMESPACE, name));
  });
  afterAll(() => stage.close());
  beforeEach(() => {
    for (const { changes } of routes.values()) changes.length = 0;
  });

  async function shares() {
    const answers = await Promise.all(engines.map((engine) => engine.health()));
    return answers.map((health) => ({ shards: health?.shards ?? 0, canaries: health?.canaries ?? 0 }));
  }

  /** The decisions that an engine logged since line `from`, as `canary#sequence`. */
  function decidedBy(engine: EngineProcess, from = 0): string[] {
    return engine.log
      .slice(from)
      .filter(({ decision }) => decision !== undefined)
      .map(({ canary, sequence }) => `${canary}#${sequence}`);
  }

  function decidedCanaries(engine: EngineProcess): string[] {
    return [...new Set(decidedBy(engine).map((each) => each.split('#')[0]))];
  }

  /** Every decision that stands in the ledger was made by exactly one of the engines, and none is missing. */
  async function expectOneDeciderEach(): Promise<void> {
    const all = () => engines.flatMap((engine) => decidedBy(engine));
    for (const name of services) {
      const sequencesOf = () =>
        all()
          .filter((each) => each.startsWith(`${NAMESPACE}/${name}#`))
          .map((each) => Number(each.split('#')[1]));
      const last = (await stage.decisions(NAMESPACE, name)).at(-1)!.sequence;
      // An engine logs a decision after it has recorded it.
      await becomes(`decision ${last} about ${name} is logged`, async () => sequencesOf().includes(last));
      expect(
        sequencesOf()
          .filter((each) => each <= last)
          .sort((one, other) => one - other),
      ).toEqual(Array.from({ length: last }, (_, index) => index + 1));
    }
    expect(new Set(all()).size).toBe(all().length);
  }

  function expectOneLadder(name: string): void {
    const { changes, lost } = routes.get(name)!;
    expect(changes.map(({ canary }) => canary)).toEqual([...LADDER, 0]);
    // Who takes over in the middle of a step waits for the rest of it.
    changes.slice(1).forEach(({ at }, index) => expect(at - changes[index].at).toBeGreaterThanOrEqual(INTERVAL));
    expect(lost()).toBe(0);
  }

  it('split the work, and each Canary is decided by one of them', async () => {
    const before = engines.map(({ log }) => log.length);
    for (const name of services) await release(stage, name, '1.1.0');
    for (const name of services) await waitForPhase(stage, name, 'Succeeded', '1.1.0');
    const owners = engines.map((engine, index) => new Set(decidedBy(engine, before[index]).map((each) => each.split('#')[0])));
    for (const owned of owners) expect(owned.size).toBeGreaterThan(0);
    expect([...owners[0]].filter((canary) => owners[1].has(canary))).toEqual([]);
    await expectOneDeciderEach();
    services.forEach(expectOneLadder);
  });

  it('take each other’s place: a frozen one cannot win when it wakes up late', async () => {
    for (const name of services) await release(stage, name, '1.2.0');
    for (const name of services) await waitForWeight(stage, name, 20);
    const [frozen, other] = engines;
    const owned = decidedCanaries(frozen);
    // It has decided on a step and waits to write it: once it wakes up, that write is long overdue.
    const late = owned[0].split('/')[1];
    const written = new RegExp(`/${NAMESPACE}/trafficsplits/${late}`);
    const since = stage.sandbox.clock.now();
    const { faults, requests } = stage.sandbox.apiServer;
    faults.failNext({ method: 'PUT', pathPattern: written, status: 429, retryAfter: 60 });
    await becomes('a write was put off', async () =>
      requests.entries.some(({ method, path, at }) => method === 'PUT' && written.test(path) && at >= since),
    );
    frozen.kill('SIGSTOP');
    const before = other.log.length;
    // Longer than its lease: by then the other one decides about everything, the overdue step first.
    await becomes('the other has taken over', async () => (await other.health())?.shards === 512);
    for (const canary of owned) {
      await becomes(`${canary} goes on`, async () => decidedBy(other, before).some((each) => each.startsWith(`${canary}#`)));
    }
    frozen.kill('SIGCONT');
    for (const name of services) await waitForPhase(stage, name, 'Succeeded', '1.2.0');
    services.forEach(expectOneLadder);
    await becomes('the one that woke up has its share again', async () => (await shares()).every(({ shards }) => shards === 256));
    await expectOneDeciderEach();
  });

  it('hand over at once when one is stopped', async () => {
    for (const name of services) await release(stage, name, '1.3.0');
    for (const name of services) await waitForWeight(stage, name, 10);
    const [stopped, other] = engines;
    stopped.kill('SIGTERM');
    expect(await stopped.ended).toBe(0);
    const since = performance.now();
    await becomes('the other has everything', async () => (await other.health())?.shards === 512);
    // No lease had to run out (10 s), nor was the next renewal waited for (3 s).
    expect(performance.now() - since).toBeLessThan(2_000);
    for (const name of services) await waitForPhase(stage, name, 'Succeeded', '1.3.0');
    services.forEach(expectOneLadder);
    await expectOneDeciderEach();
  });
});

async function becomes(what: string, condition: () => Promise<boolean>): Promise<void> {
  if (await until(condition, 30_000)) return;
  throw new Error(`it did not come to this: ${what}`);
}
