import type { Engine } from '@aviary/engine';
import { startReceiver, type Receiver } from '../harness/Receiver';
import type { Routes } from '../harness/Routes';
import { INTERVAL, LADDER, NAMESPACE, release, statusOf, waitForPhase, waitForWeight } from '../harness/service';
import { setStage, type SandboxStage } from '../harness/Stage';
import { startWithService } from '../harness/startWithService';
import { until } from '../harness/until';

jest.setTimeout(120_000);

describe('a database that is away in mid-rollout', () => {
  const name = 'orders';
  let stage: SandboxStage;
  let engine: Engine;
  let routes: Routes;
  let receiver: Receiver;

  beforeAll(async () => {
    [stage, receiver] = await Promise.all([setStage({ speed: 20 }), startReceiver()]);
    const webhooks = [{ name: 'load-test', type: 'rollout', url: receiver.url }];
    ({ engine, routes } = await startWithService(stage, name, { analysis: { webhooks } }));
  });
  afterAll(async () => {
    await stage.close();
    await receiver.close();
  });

  it.each([
    ['refuse', '1.1.0'],
    ['freeze', '1.2.0'],
  ] as const)('stays put while it does (%s), says so, and goes on where it was', async (how, tag) => {
    routes.changes.length = 0;
    receiver.received.length = 0;
    await release(stage, name, tag);
    await waitForWeight(stage, name, 20);
    await stage.postgres.suspend(how);
    // What was committed just before may still be carried out.
    const stopped = stage.sandbox.clock.now();
    const away = await until(() => !engine.health().ready && engine.health(), 30_000);
    expect(away?.problems).toEqual([expect.stringContaining('the database does not answer')]);
    // A minute at least, and so long that the lease has ended too.
    await until(() => stage.sandbox.clock.now() > stopped + 60_000, 30_000);
    const weight = routes.canary();
    const asked = receiver.received.length;
    const status = statusOf(stage, name);
    expect(LADDER).toContain(weight);
    expect(routes.changes.filter(({ at }) => at > stopped).length).toBeLessThanOrEqual(1);
    expect(routes.changes.filter(({ at }) => at > stopped + INTERVAL)).toEqual([]);

    await stage.postgres.resume();
    await waitForPhase(stage, name, 'Succeeded', tag);
    expect(engine.health()).toMatchObject({ ready: true, problems: [] });
    expect(routes.changes.map(({ canary }) => canary)).toEqual([...LADDER, 0]);
    const steps = routes.changes.slice(1).map(({ at }, index) => at - routes.changes[index].at);
    for (const step of steps) expect(step).toBeGreaterThanOrEqual(INTERVAL);
    expect(routes.lost()).toBe(0);
    expect(status).toMatchObject({ phase: 'Progressing', canaryWeight: weight, failedChecks: 0 });
    // Hooks have side effects: the look that could not be recorded is repeated, but not again and again meanwhile.
    expect(asked).toBeLessThanOrEqual(LADDER.indexOf(weight) + 2);
    const decisions = await stage.decisions(NAMESPACE, name);
    const sequences = decisions.map(({ sequence }) => sequence);
    expect(sequences).toEqual(sequences.map((_, index) => sequences[0] + index));
    expect(decisions.filter(({ kind }) => kind === 'advance').map(({ weight: decided }) => decided)).toEqual(LADDER);
  });
});
