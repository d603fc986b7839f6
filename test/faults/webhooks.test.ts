import { startReceiver, type Receiver } from '../harness/Receiver';
import type { Routes } from '../harness/Routes';
import { applyCanary, eventsOf, INTERVAL, LADDER, NAMESPACE, release, waitForPhase, waitForWeight } from '../harness/service';
import { setStage, type SandboxStage } from '../harness/Stage';
import { startWithService } from '../harness/startWithService';
import { until } from '../harness/until';

jest.setTimeout(120_000);

describe('webhooks that say no', () => {
  const name = 'orders';
  const canary = `${name}.${NAMESPACE}`;
  let stage: SandboxStage;
  let receiver: Receiver;
  let routes: Routes;

  beforeAll(async () => {
    [stage, receiver] = await Promise.all([setStage({ speed: 30 }), startReceiver()]);
    ({ routes } = await startWithService(stage, name));
  });
  afterAll(async () => {
    await stage.close();
    await receiver.close();
  });
  beforeEach(() => {
    routes.changes.length = 0;
    receiver.received.length = 0;
    receiver.answer = () => 200;
  });

  it('halt the rollout while a rollout hook fails, each time a failed check', async () => {
    await applyCanary(stage, name, { analysis: { webhooks: [{ name: 'load-test', type: 'rollout', url: `${receiver.url}/load` }] } });
    await release(stage, name, '1.1.0');
    await waitForWeight(stage, name, 20);
    receiver.answer = () => 500;
    const halted = await stage.waitFor(NAMESPACE, name, 'a failed check', ({ failedChecks }) => failedChecks === 1);
    receiver.answer = () => 200;
    expect(halted.reason).toMatch(
      /^Holding at 20\s%: load-test failed: POST .*\/load giving up after 1 attempt\(s\) \(1 of 3 failures used\)\.$/,
    );
    await waitForPhase(stage, name, 'Succeeded', '1.1.0');
    expect(await eventsOf(stage, name)).toContainEqual(
      `Halt ${canary} advancement external check load-test failed POST ${receiver.url}/load giving up after 1 attempt(s)`,
    );
    expect(routes.changes.map(({ canary: weight }) => weight)).toEqual([...LADDER, 0]);
    expect(routes.changes[2].at - routes.changes[1].at).toBeGreaterThanOrEqual(2 * INTERVAL);
    // One call for each look: five that passed, and the one that failed.
    expect(receiver.received).toHaveLength(LADDER.length + 1);
    expect(receiver.received[0].body).toMatchObject({ name, namespace: NAMESPACE, phase: 'Progressing' });
    const keys = receiver.received.map(({ headers }) => headers['idempotency-key']);
    expect(new Set(keys).size).toBe(keys.length);
  });

  it('keep a release waiting while the confirm-rollout gate is closed, and let it go when it opens', async () => {
    const gate = { name: 'start-gate', type: 'confirm-rollout', url: 'http://flagger-loadtester.test/gate/check' };
    await applyCanary(stage, name, { analysis: { webhooks: [gate] } });
    await release(stage, name, '1.2.0');
    const { reason } = await waitForPhase(stage, name, 'Waiting', '1.2.0');
    expect(reason).toBe('Waiting to start 1.2.0: gate start-gate is closed.');
    expect(await eventsOf(stage, name)).toContain(`Halt ${canary} advancement waiting for approval start-gate`);
    const since = stage.sandbox.clock.now();
    await until(() => stage.sandbox.clock.now() > since + 3 * INTERVAL, 30_000);
    expect(routes.changes).toEqual([]);
    expect(stage.sandbox.store.get('apps/deployments', NAMESPACE, name)?.spec.replicas).toBe(0);
    const open = `${stage.sandbox.url}/api/v1/namespaces/test/services/flagger-loadtester:80/proxy/gate/open`;
    expect((await fetch(open, { method: 'POST', body: JSON.stringify({ name, namespace: NAMESPACE }) })).status).toBe(202);
    await waitForPhase(stage, name, 'Succeeded', '1.2.0');
    expect(routes.changes.map(({ canary: weight }) => weight)).toEqual([...LADDER, 0]);
  });

  it('send nobody to a version that its pre-rollout hook refuses', async () => {
    receiver.answer = () => 500;
    await applyCanary(stage, name, { analysis: { webhooks: [{ name: 'smoke', type: 'pre-rollout', url: `${receiver.url}/smoke` }] } });
    await release(stage, name, '1.3.0');
    const { reason } = await waitForPhase(stage, name, 'Failed', '1.3.0');
    expect(reason).toMatch(/^Rolled back from 0\s%: smoke failed: POST .* giving up after 1 attempt\(s\) \(3 of 3 failures used\)\.$/);
    const events = await eventsOf(stage, name);
    expect(events).toContain(
      `Halt ${canary} advancement pre-rollout check smoke failed POST ${receiver.url}/smoke giving up after 1 attempt(s)`,
    );
    expect(events).toContain(`Rolling back ${canary} failed checks threshold reached 3`);
    expect(routes.changes).toEqual([]);
    expect(receiver.received).toHaveLength(3);
    expect(routes.lost()).toBe(0);
  });
});
