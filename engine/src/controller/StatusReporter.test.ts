import type { KubeObject } from '@aviary/provider-contract';
import { StatusReporter } from './StatusReporter';
import { CanaryStage } from './testing/CanaryStage';

const OWN = { mayWrite: true, driven: false };
const condition = { type: 'Promoted', status: 'Unknown', reason: 'Progressing', message: 'New revision detected, progressing.' };

let stage: CanaryStage;
let reporter: StatusReporter;

beforeEach(async () => {
  stage = await CanaryStage.set();
  reporter = new StatusReporter(stage.cluster.view);
});

afterEach(() => stage.close());

/** The Canary as the engine's cache has it. */
const canary = (): KubeObject => stage.cluster.view.get('canaries', 'test', 'podinfo')!;
const stored = () => stage.get('flagger.app/canaries', 'podinfo')!.status;
const patches = () => stage.cluster.writes().filter((line) => line.endsWith('/canaries/podinfo/status'));

function status(more: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    phase: 'Progressing',
    canaryWeight: 10,
    failedChecks: 0,
    iterations: 0,
    trackedConfigs: {},
    lastAppliedSpec: 'abc',
    lastPromotedSpec: 'abc',
    lastTransitionTime: '2024-01-01T12:00:00Z',
    conditions: [{ ...condition, lastUpdateTime: '2024-01-01T12:00:00Z', lastTransitionTime: '2024-01-01T12:00:00Z' }],
    ...more,
  };
}

/** As another engine, or a person, would. */
async function writeElsewhere(fields: Record<string, unknown>): Promise<void> {
  const now = stage.get('flagger.app/canaries', 'podinfo')!;
  stage.cluster.store.update('flagger.app/canaries', { ...now, status: { ...now.status, ...fields } }, { subresource: 'status' });
  await stage.cluster.seen('flagger.app/canaries', 'test', 'podinfo');
}

it('writes what differs, once, and leaves fields of others alone', async () => {
  await writeElsewhere({ conditions: [], lastPromotedSpec: 'abc' });
  await reporter.report(canary(), status(), OWN);
  expect(stored()).toEqual(status());
  await reporter.report(canary(), status(), OWN);
  expect(patches()).toHaveLength(1);
  await reporter.report(canary(), status({ canaryWeight: 20, lastTransitionTime: '2024-01-01T12:00:10Z' }), OWN);
  expect(stored()).toMatchObject({ canaryWeight: 20, lastTransitionTime: '2024-01-01T12:00:10Z', phase: 'Progressing' });
  expect(patches()).toHaveLength(2);
});

it('does not write a time that moved alone', async () => {
  await reporter.report(canary(), status(), OWN);
  await reporter.report(canary(), status({ lastTransitionTime: '2024-01-01T13:00:00Z' }), OWN);
  expect(patches()).toHaveLength(1);
});

it('notices that somebody else writes it, whoever it is', async () => {
  await reporter.report(canary(), status(), OWN);
  expect(reporter.drivenByAnother(canary())).toBeNull();
  await writeElsewhere({ canaryWeight: 50, phase: 'Promoting' });
  expect(reporter.drivenByAnother(canary())).toBe('status.phase, status.canaryWeight was changed by somebody else');
});

it('knows its own write that arrived although it was never answered', async () => {
  await reporter.report(canary(), status(), OWN);
  stage.cluster.server.faults.freeze(true);
  for (const iterations of [1, 2])
    await expect(reporter.report(canary(), status({ iterations }), OWN)).rejects.toMatchObject({ kind: 'unavailable' });
  stage.cluster.server.faults.freeze(false);
  await stage.cluster.until(() => canary().status!.iterations !== 0);
  // Which of the two came first is not known; the other was too late.
  expect([1, 2]).toContain(canary().status!.iterations);
  expect(reporter.drivenByAnother(canary())).toBeNull();
  await reporter.report(canary(), status({ iterations: 3 }), OWN);
  await writeElsewhere({ iterations: 2 });
  expect(reporter.drivenByAnother(canary())).toBe('status.iterations was changed by somebody else');
});

it('does not write over what it has not seen', async () => {
  const before = canary();
  await writeElsewhere({ conditions: [] });
  await expect(reporter.report(before, status(), OWN)).rejects.toMatchObject({ kind: 'conflict' });
  await reporter.report(canary(), status(), OWN);
  expect(stored()).toMatchObject({ phase: 'Progressing' });
});

it('is not alarmed by conditions, which other controllers may add', async () => {
  await reporter.report(canary(), status(), OWN);
  await writeElsewhere({ conditions: [] });
  expect(reporter.drivenByAnother(canary())).toBeNull();
});

it('leaves the status to the other engine, but for the condition that says so', async () => {
  await reporter.report(canary(), status(), OWN);
  await writeElsewhere({ canaryWeight: 50 });
  const stalled = { ...condition, type: 'Stalled', status: 'True', reason: 'DrivenByAnother' };
  await reporter.report(canary(), status({ conditions: [stalled] }), { mayWrite: true, driven: true });
  expect(stored()).toMatchObject({ canaryWeight: 50, conditions: [{ type: 'Stalled' }] });
  expect(reporter.drivenByAnother(canary())).not.toBeNull();
});

it('takes what it finds for its own after a restart, a takeover or an adoption', async () => {
  await reporter.report(canary(), status(), OWN);
  await writeElsewhere({ canaryWeight: 50 });
  reporter.forget();
  expect(reporter.drivenByAnother(canary())).toBeNull();
  const restarted = new StatusReporter(stage.cluster.view);
  await restarted.report(canary(), status({ canaryWeight: 50 }), OWN);
  expect(patches()).toHaveLength(1);
  await writeElsewhere({ canaryWeight: 60 });
  expect(restarted.drivenByAnother(canary())).toBe('status.canaryWeight was changed by somebody else');
});

it('compares with what the server kept, not with what was sent', async () => {
  stage.cluster.server.faults.stallWatches(true);
  await reporter.report(canary(), status({ unknownToTheSchema: 'dropped' }), OWN);
  expect(reporter.drivenByAnother(canary())).toBeNull();
  stage.cluster.server.faults.stallWatches(false);
});

it('writes nothing without a lease that covers the write, and says so, because nothing else would bring it back', async () => {
  const before = { mayWrite: false, driven: false };
  await expect(reporter.report(canary(), status(), before)).rejects.toMatchObject({ result: 'failed', kind: 'conflict' });
  expect(patches()).toEqual([]);
  await reporter.report(canary(), status(), OWN);
  await reporter.report(canary(), status(), before);
});

it('tells when it could not write, but not about a Canary that is gone', async () => {
  stage.cluster.server.faults.failNext({ method: 'PATCH', status: 403 });
  await expect(reporter.report(canary(), status(), OWN)).rejects.toMatchObject({ kind: 'forbidden' });
  const gone = canary();
  stage.cluster.store.delete('flagger.app/canaries', 'test', 'podinfo');
  await reporter.report(gone, status(), OWN);
});
