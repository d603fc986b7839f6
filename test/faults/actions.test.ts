import type { DecisionRow } from '@aviary/engine/store';
import type { Routes } from '../harness/Routes';
import { eventsOf, INTERVAL, NAMESPACE, release, statusOf, waitForPhase, waitForWeight } from '../harness/service';
import { setStage, type SandboxStage } from '../harness/Stage';
import { startWithService } from '../harness/startWithService';
import { until } from '../harness/until';

jest.setTimeout(120_000);

const STEPS = [10, 20, 30];

describe('changes that the cluster does not accept', () => {
  const name = 'orders';
  let stage: SandboxStage;
  let routes: Routes;
  let releases = 0;

  beforeAll(async () => {
    stage = await setStage({ speed: 30 });
    ({ routes } = await startWithService(stage, name, { analysis: { stepWeight: undefined, maxWeight: undefined, stepWeights: STEPS } }));
  });
  afterAll(() => stage.close());
  beforeEach(() => {
    routes.changes.length = 0;
  });

  /** The next writes of the routes are answered like this. */
  const failWrites = (status: number, times: number) =>
    stage.sandbox.apiServer.faults.failNext({ method: 'PUT', pathPattern: /\/trafficsplits\//, status, times });
  const writes = (since: number) =>
    stage.sandbox.apiServer.requests.entries
      .filter(({ at, method, path }) => at >= since && method === 'PUT' && path.includes('/trafficsplits/'))
      .map(({ at }) => at);

  async function releaseUpTo(weight: number, faults = {}): Promise<{ tag: string; since: number }> {
    const tag = `1.${++releases}.0`;
    await release(stage, name, tag, faults);
    await waitForWeight(stage, name, weight);
    return { tag, since: stage.sandbox.clock.now() };
  }

  async function noticesOf(rolloutId: string | null): Promise<DecisionRow[]> {
    return (await stage.decisions(NAMESPACE, name, rolloutId ?? undefined)).filter(({ reason }) => reason.includes('a fault was injected'));
  }

  function expectWholeSteps(): void {
    expect(routes.changes.map(({ canary }) => canary)).toEqual([...STEPS, 0]);
    const steps = routes.changes.slice(1).map(({ at }, index) => at - routes.changes[index].at);
    for (const step of steps) expect(step).toBeGreaterThanOrEqual(INTERVAL);
    expect(routes.lost()).toBe(0);
  }

  it.each([
    // Status, times, milliseconds at least before each further try, how often people are told.
    ['a server error three times', 500, 3, [1_000, 2_000, 4_000], 1],
    ['a conflict', 409, 1, [0], 0],
    ['a missing permission', 403, 1, [60_000], 1],
    ['a refusal', 422, 1, [10_000], 1],
  ])('are tried again after %s, and the rollout ends well', async (_, status, times, delays, told) => {
    const { tag, since } = await releaseUpTo(10);
    failWrites(status, times);
    await waitForWeight(stage, name, 20);
    const tries = writes(since).slice(0, times + 1);
    delays.forEach((delay, index) => expect(tries[index + 1] - tries[index]).toBeGreaterThanOrEqual(delay));
    const { rolloutId, failedChecks } = await waitForPhase(stage, name, 'Succeeded', tag);
    expect(failedChecks).toBe(0);
    expectWholeSteps();
    const notices = await noticesOf(rolloutId);
    expect(notices).toHaveLength(told);
    for (const { reason, weight } of notices) {
      expect(reason).toMatch(/^Held: update trafficsplits\.split\.smi-spec\.io demo\/orders: \d{3} /);
      expect(weight).toBe(20);
      expect(await eventsOf(stage, name)).toContain(reason.slice('Held: '.length));
    }
  });

  it('show the weights that are in force while they are not accepted', async () => {
    const { tag } = await releaseUpTo(10);
    failWrites(403, 1);
    await stage.waitFor(NAMESPACE, name, 'told', ({ reason }) => reason.startsWith('Held: update trafficsplits'));
    await until(() => statusOf(stage, name).canaryWeight === 10, 5_000);
    expect(await stage.rollout(NAMESPACE, name)).toMatchObject({ phase: 'Progressing', weight: 20, confirmed: false });
    expect(statusOf(stage, name)).toMatchObject({ phase: 'Progressing', canaryWeight: 10 });
    await waitForPhase(stage, name, 'Succeeded', tag);
    expectWholeSteps();
  });

  it('send the rollout back when it cannot go forward for longer than its deadline', async () => {
    const { tag, since } = await releaseUpTo(10);
    failWrites(500, Infinity);
    await stage.waitFor(NAMESPACE, name, 'rolling back', ({ stage: at }) => at === 'rollingBack');
    expect(stage.sandbox.clock.now() - since).toBeGreaterThanOrEqual(120_000);
    stage.sandbox.apiServer.faults.endFailures();
    const { reason } = await waitForPhase(stage, name, 'Failed', tag);
    expect(reason).toMatch(/^Rolled back from 20\s%: the cluster did not accept a change in 2\smin: .*a fault was injected/);
    expect(routes.changes.map(({ canary }) => canary)).toEqual([10, 0]);
    expect(routes.lost()).toBe(0);
  });

  it('are tried for ever on the way back, which says so and scales nothing down', async () => {
    const { tag } = await releaseUpTo(10, { errors: '60%' });
    failWrites(403, 1);
    await stage.waitFor(NAMESPACE, name, 'stuck', ({ reason }) => reason.startsWith('Cannot roll back: '));
    const condition = () => statusOf(stage, name).conditions?.find(({ type }: { type: string }) => type === 'Stalled');
    await until(() => condition() !== undefined, 5_000);
    expect(condition()).toMatchObject({ status: 'True', reason: 'CannotRollBack', message: expect.stringContaining('trafficsplits') });
    expect(routes.canary()).toBe(10);
    expect(stage.sandbox.store.get('apps/deployments', NAMESPACE, name)?.spec.replicas).toBe(2);
    await waitForPhase(stage, name, 'Failed', tag);
    await until(() => condition() === undefined, 5_000);
    expect(condition()).toBeUndefined();
    expect(routes.changes.map(({ canary }) => canary)).toEqual([10, 0]);
    expect(routes.lost()).toBe(0);
  });
});
