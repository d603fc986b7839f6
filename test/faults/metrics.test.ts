import type { Routes } from '../harness/Routes';
import { eventsOf, INTERVAL, LADDER, NAMESPACE, release, statusOf, waitForPhase, waitForWeight } from '../harness/service';
import { setStage, type SandboxStage } from '../harness/Stage';
import { startWithService } from '../harness/startWithService';

jest.setTimeout(120_000);

describe('a Prometheus that cannot be reached', () => {
  const name = 'orders';
  let stage: SandboxStage;
  let routes: Routes;

  beforeAll(async () => {
    stage = await setStage({ speed: 30 });
    ({ routes } = await startWithService(stage, name));
  });
  afterAll(() => stage.close());

  const scalePrometheus = (replicas: number) =>
    stage.kubectl('-n', 'linkerd-viz', 'scale', 'deploy', 'prometheus', `--replicas=${replicas}`);

  it('holds the rollout, says why, costs no failure, and lets it go on afterwards', async () => {
    await release(stage, name, '1.1.0');
    await waitForWeight(stage, name, 20);
    await scalePrometheus(0);
    const held = await stage.waitFor(NAMESPACE, name, 'three looks that could not be measured', ({ reason }) =>
      reason.includes('3 looks in a row'),
    );
    expect(held.reason).toMatch(
      /^Holding at \d+\s%: request success rate could not be measured, 3 looks in a row: prometheus.*Not a failure\.$/,
    );
    expect(held).toMatchObject({ phase: 'Progressing', verdict: 'error', failedChecks: 0, weight: routes.canary() });
    expect(statusOf(stage, name)).toMatchObject({ phase: 'Progressing', failedChecks: 0, canaryWeight: held.weight });
    await scalePrometheus(1);
    await waitForPhase(stage, name, 'Succeeded', '1.1.0');
    expect(routes.changes.map(({ canary }) => canary)).toEqual([...LADDER, 0]);
    const decisions = await stage.decisions(NAMESPACE, name);
    const errors = decisions.filter(({ verdict }) => verdict === 'error');
    expect(errors.length).toBeGreaterThanOrEqual(3);
    for (const decision of errors)
      expect(decision).toMatchObject({ kind: 'hold', weight: held.weight, weightBefore: held.weight, failedChecks: 0 });
    expect(decisions.at(-1)!.failedChecks).toBe(0);
    expect(routes.lost()).toBe(0);
  });

  it('rolls back what cannot be measured for too long', async () => {
    routes.changes.length = 0;
    await release(stage, name, '1.2.0');
    await waitForWeight(stage, name, 10);
    await scalePrometheus(0);
    const { reason } = await waitForPhase(stage, name, 'Failed', '1.2.0');
    // Three times the threshold of 3, but 10 at least.
    expect(reason).toMatch(
      /^Rolled back from \d+\s%: request success rate could not be measured, 10 looks in a row: prometheus.* \(limit 10\)\.$/,
    );
    expect(routes.canary()).toBe(0);
    const { at } = routes.changes.at(-1)!;
    expect(at - routes.changes.at(-2)!.at).toBeGreaterThanOrEqual(10 * INTERVAL);
    expect(await eventsOf(stage, name)).toContain(
      `Rolling back ${name}.${NAMESPACE} request-success-rate cannot be measured for 10 intervals`,
    );
    expect((await stage.decisions(NAMESPACE, name)).at(-1)!.failedChecks).toBe(0);
    expect(routes.lost()).toBe(0);
  });
});
