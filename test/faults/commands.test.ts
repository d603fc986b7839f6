import { randomUUID } from 'node:crypto';
import type { RolloutReader } from '@aviary/engine/store';
import { INTERVAL, LADDER, NAMESPACE, release, waitForPhase, waitForStatus, waitForWeight } from '../harness/service';
import type { Routes } from '../harness/Routes';
import { setStage, type SandboxStage } from '../harness/Stage';
import { startWithService } from '../harness/startWithService';
import { until } from '../harness/until';

type CommandType = Parameters<RolloutReader['addCommand']>[1]['type'];

jest.setTimeout(120_000);

describe('commands of people', () => {
  const name = 'orders';
  let stage: SandboxStage;
  let routes: Routes;

  beforeAll(async () => {
    stage = await setStage({ speed: 30 });
    ({ routes } = await startWithService(stage, name, {
      analysis: {
        webhooks: [{ name: 'four-eyes', type: 'confirm-promotion', url: 'http://flagger-loadtester.test/gate/halt', timeout: '5s' }],
      },
    }));
  });
  afterAll(() => stage.close());

  /** What the portal does: writes a row, and waits for its answer. */
  async function command(type: CommandType, more: { rolloutId?: string; gate?: string; why?: string } = {}) {
    const reader = await stage.reader();
    const row = await stage.rollout(NAMESPACE, name);
    const id = randomUUID();
    await reader.addCommand(
      { cluster: 'stage', namespace: NAMESPACE, name },
      {
        id,
        type,
        rolloutId: row!.rolloutId,
        revision: null,
        gate: null,
        by: 'user:default/ada',
        why: '',
        at: stage.sandbox.clock.now(),
        ...more,
      },
    );
    const answered = await until(async () => {
      const found = await reader.command(id);
      return found?.outcome ? found : null;
    }, 20_000);
    if (!answered) throw new Error(`nobody answered the command ${type}\n${stage.log.slice(-20).join('\n')}`);
    return answered;
  }

  it('pauses: nothing moves for as long as it lasts, and the reason says who did it', async () => {
    await release(stage, name, '1.1.0');
    await waitForWeight(stage, name, 20);
    expect(await command('pause', { why: 'looking at the logs' })).toMatchObject({ outcome: 'done' });
    const { weight, reason, paused } = (await stage.rollout(NAMESPACE, name))!;
    expect(reason).toMatch(/^Paused at \d+\s% by user:default\/ada: "looking at the logs"\./);
    expect(paused).toMatchObject({ by: 'user:default/ada', why: 'looking at the logs' });
    const before = (await stage.decisions(NAMESPACE, name)).length;
    const since = stage.sandbox.clock.now();
    await until(() => stage.sandbox.clock.now() > since + 3 * INTERVAL, 30_000);
    expect(routes.canary()).toBe(weight);
    expect(await stage.decisions(NAMESPACE, name)).toHaveLength(before);
    expect(await command('pause')).toMatchObject({ outcome: 'refused', message: expect.stringContaining('paused it already') });
  });

  it('resumes with a whole interval before the next step', async () => {
    const changes = routes.changes.length;
    const before = stage.sandbox.clock.now();
    expect(await command('resume')).toMatchObject({ outcome: 'done' });
    await until(() => routes.changes.length > changes, 30_000);
    expect(routes.changes[changes].at - before).toBeGreaterThanOrEqual(INTERVAL);
    expect(LADDER).toContain(routes.changes[changes].canary);
  });

  it('approves the gate that holds, at once', async () => {
    await waitForPhase(stage, name, 'WaitingPromotion');
    expect(await command('approve', { gate: 'confirm-promotion', why: 'numbers look good' })).toMatchObject({ outcome: 'done' });
    await waitForPhase(stage, name, 'Succeeded', '1.1.0');
    expect(routes.changes.map(({ canary }) => canary).slice(0, LADDER.length)).toEqual(LADDER);
  });

  it('aborts: all traffic goes home and the release has failed', async () => {
    await release(stage, name, '1.2.0');
    await waitForWeight(stage, name, 10);
    expect(await command('abort', { why: 'wrong branch' })).toMatchObject({ outcome: 'done' });
    const { reason } = await waitForPhase(stage, name, 'Failed', '1.2.0');
    expect(reason).toMatch(/^Aborted at \d+\s% by user:default\/ada: "wrong branch": all traffic goes to 1\.1\.0\.$/);
    expect(routes.canary()).toBe(0);
    expect(await command('abort')).toMatchObject({ outcome: 'refused', message: expect.stringContaining('no rollout is running') });
  });

  it('promotes without the rest of the analysis, on a person’s word', async () => {
    await release(stage, name, '1.3.0');
    const { rolloutId } = await waitForWeight(stage, name, 10);
    expect(await command('promote', { why: 'urgent' })).toMatchObject({ outcome: 'done' });
    await waitForPhase(stage, name, 'Succeeded', '1.3.0');
    const weights = (await stage.decisions(NAMESPACE, name, rolloutId!))
      .filter(({ kind }) => kind === 'advance')
      .map(({ weight }) => weight);
    expect(Math.max(...weights)).toBeLessThan(50);
    await waitForStatus(stage, name, { phase: 'Succeeded', canaryWeight: 0 });
  });

  it('does nothing for a command that meant another rollout', async () => {
    const { sequence } = (await stage.decisions(NAMESPACE, name)).at(-1)!;
    expect(await command('abort', { rolloutId: 'long-gone' })).toMatchObject({ outcome: 'superseded' });
    const after = (await stage.decisions(NAMESPACE, name)).filter((decision) => decision.sequence > sequence);
    // Each command is answered by one decision, not by one per look until it is read again.
    expect(after).toHaveLength(1);
    expect((await stage.rollout(NAMESPACE, name))!.phase).toBe('Succeeded');
  });
});
