import { decided } from '../harness/decided';
import type { Routes } from '../harness/Routes';
import { INTERVAL, NAMESPACE, release, waitForPhase, type Faults, waitForWeight } from '../harness/service';
import { setStage, type SandboxStage } from '../harness/Stage';
import { startWithService } from '../harness/startWithService';
import { until } from '../harness/until';

jest.setTimeout(120_000);

const STEPS = [15, 30, 45];

describe('watches that drop, stall, lag and expire', () => {
  const name = 'orders';
  let stage: SandboxStage;
  let routes: Routes;
  /** What is decided about a good and a bad release while nothing is wrong. */
  const usual: Record<string, string[]> = {};
  let releases = 0;

  beforeAll(async () => {
    stage = await setStage({ speed: 30 });
    ({ routes } = await startWithService(stage, name, { analysis: { stepWeight: undefined, maxWeight: undefined, stepWeights: STEPS } }));
    usual.good = await decisionsAbout('Succeeded', async () => {});
    usual.bad = await decisionsAbout('Failed', async () => {}, { errors: '60%' });
  });
  afterAll(() => stage.close());

  /** Releases a new version, lets `trouble` happen once it has traffic, and tells what was decided. */
  async function decisionsAbout(end: string, trouble: () => Promise<void>, faults: Faults = {}): Promise<string[]> {
    const tag = `1.${++releases}.0`;
    routes.changes.length = 0;
    await release(stage, name, tag, faults);
    await waitForWeight(stage, name, STEPS[0]);
    await trouble();
    const { rolloutId } = await waitForPhase(stage, name, end, tag, 30);
    await stage.waitFor(NAMESPACE, name, 'closed', ({ stage: at }) => at === 'idle');
    expect(routes.lost()).toBe(0);
    return decided(stage, NAMESPACE, name, rolloutId!);
  }

  const faults = () => stage.sandbox.apiServer.faults;
  const weightChanges = () => routes.changes.map(({ canary }) => canary);
  /** Does something every second of the engine's clock until the canary has `weight`. */
  const untilWeight = async (weight: number, something: () => void = () => {}) => {
    let next = 0;
    await until(async () => {
      if (stage.sandbox.clock.now() >= next) {
        something();
        next = stage.sandbox.clock.now() + 1_000;
      }
      return routes.canary() >= weight;
    }, 30_000);
  };

  it('compares with a rollout that is worth it', () => {
    expect(usual.good).toEqual([
      'start 0 -',
      'ready 0 -',
      'advance 15 -',
      'advance 30 pass',
      'advance 45 pass',
      'promote 45 pass',
      'finalise 0 -',
      'succeed 0 -',
      'closed 0 -',
    ]);
    expect(usual.bad).toContain('hold 15 fail');
    expect(usual.bad).toContain('rollback 0 fail');
  });

  it('decides the same while every watch is cut again and again', async () => {
    const decisions = await decisionsAbout('Succeeded', () => untilWeight(45, () => faults().dropWatches()));
    expect(decisions).toEqual(usual.good);
  });

  it('decides the same after watches that say nothing for half of the rollout', async () => {
    const decisions = await decisionsAbout('Succeeded', async () => {
      faults().stallWatches(true);
      await untilWeight(45);
      faults().stallWatches(false);
    });
    expect(decisions).toEqual(usual.good);
  });

  it.each([
    ['good', 'Succeeded', undefined],
    ['bad', 'Failed', '60%'],
  ])('decides the same about a %s release with every event 5 s late', async (kind, end, errors) => {
    faults().delayWatchEvents(5_000);
    const decisions = await decisionsAbout(end, async () => {}, { errors }).finally(() => faults().delayWatchEvents(0));
    expect(decisions).toEqual(usual[kind]);
    const steps = routes.changes.slice(1).map(({ at }, index) => at - routes.changes[index].at);
    for (const step of steps) expect(step).toBeGreaterThanOrEqual(INTERVAL);
  });

  it('decides the same when the history of changes is gone (410)', async () => {
    const decisions = await decisionsAbout('Succeeded', () =>
      untilWeight(30, () => {
        faults().expireHistory();
        faults().dropWatches();
      }),
    );
    expect(decisions).toEqual(usual.good);
  });

  it('only waits while the API server answers nothing for 30 s', async () => {
    const decisions = await decisionsAbout('Succeeded', async () => {
      const before = routes.canary();
      faults().freeze(true);
      const since = stage.sandbox.clock.now();
      await until(() => stage.sandbox.clock.now() > since + 30_000, 30_000);
      expect(routes.canary()).toBe(before);
      faults().freeze(false);
    });
    // Prometheus is reached through the API server: what could not be measured holds, and is no failure.
    expect(decisions.filter((decision) => !/^hold \d+ error$/.test(decision))).toEqual(usual.good);
    expect(weightChanges()).toEqual([...STEPS, 0]);
    expect((await stage.rollout(NAMESPACE, name))!.failedChecks).toBe(0);
  });
});
