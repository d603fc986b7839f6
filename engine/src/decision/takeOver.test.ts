import { aCanary, aSituation, aWorkload } from '../testing/aSituation';
import { World } from '../testing/World';
import { converge } from './converge';
import { judge } from './judge';
import type { ImportedStatus } from '../canary/parseCanary';
import type { Situation } from './Situation';

const METRICS = [{ name: 'request-success-rate', thresholdRange: { min: 99 }, interval: '1m' }];

/** A world in the middle of something, whose state was lost: only the status remembers. */
function found(at: (w: World) => boolean, analysis: Record<string, unknown> = {}): World {
  const w = new World({
    canary: aCanary({ analysis: { interval: '10s', threshold: 3, stepWeight: 20, maxWeight: 60, metrics: METRICS, ...analysis } }),
  });
  w.initialise();
  w.deploy('6.0.1');
  w.runUntil(at);
  return w;
}

function forget(w: World, status: ImportedStatus): World {
  w.canary = { ...w.canary, status };
  w.state = null;
  w.confirmedAt = null;
  return w;
}

const succeeded = ({ phase, stage }: World) => phase === 'Succeeded' && stage === 'idle';

test.each([
  ['Progressing', ({ routes }: World) => routes?.canary === 40, [60, 0]],
  ['WaitingPromotion', ({ routes }: World) => routes?.canary === 60, [0]],
  ['Promoting', ({ phase }: World) => phase === 'Promoting', [0]],
  ['Finalising', ({ phase, routes }: World) => phase === 'Finalising' && routes?.canary === 0, []],
] as const)('a rollout found in %s goes on from there', (phase, at, splits) => {
  const w = forget(found(at), { phase, canaryWeight: 1, failedChecks: 1, lastAppliedSpec: '85d557f47b', lastPromotedSpec: '799bbb5d5' });
  const before = w.splits.length;
  const start = w.now;
  w.settle();
  expect(w.splits).toHaveLength(before);
  expect(w.history.map(({ decision }) => decision.kind)).toContain('import');
  w.runUntil(succeeded);
  expect(w.splits.slice(before).map(({ routes }) => routes.canary)).toEqual(splits);
  if (phase === 'Progressing') {
    expect(w.splits[before].at - start).toBe(10_000);
    expect(w.state!.rollout!.failedChecks).toBe(1);
  }
  expect(w.primary.version).toBe('6.0.1');
  expect(w.violations).toEqual([]);
});

test.each(['Initialized', 'Succeeded', 'Failed'] as const)('a Canary found in %s starts no rollout because of foreign hashes', (phase) => {
  const w = forget(found(succeeded), { phase, lastAppliedSpec: '85d557f47b', lastPromotedSpec: '85d557f47b', trackedConfigs: {} });
  w.primary = { ...w.primary, revision: null };
  w.runFor(600_000);
  expect([w.phase, w.stage, w.target.replicas]).toEqual([phase, 'idle', 0]);
  expect(w.state).toMatchObject({ lastAppliedSpec: '85d557f47b', lastPromotedSpec: '85d557f47b' });
  w.deploy('6.0.2');
  w.runUntil(succeeded);
  expect(w.state).toMatchObject({ lastAppliedSpec: 'rev-6.0.2', lastPromotedSpec: 'rev-6.0.2' });
});

test('a change that nobody watched is rolled out, when the revision of the primary is known', () => {
  const w = forget(found(succeeded), { phase: 'Succeeded', lastAppliedSpec: 'x', lastPromotedSpec: 'x' });
  w.deploy('6.0.2');
  w.runUntil(({ phase }) => phase === 'Progressing');
  w.runUntil(succeeded);
  expect(w.primary.version).toBe('6.0.2');
});

test('a new database keeps our own hashes comparable: a failed revision does not start again', () => {
  const w = forget(found(succeeded), { phase: 'Failed', lastAppliedSpec: 'rev-bad', lastPromotedSpec: 'rev-6.0.1' });
  w.target = { ...w.target, revision: 'rev-bad' };
  w.runFor(60_000);
  expect(w.phase).toBe('Failed');
});

test('a rollout found waiting at its gate waits on', () => {
  const w = forget(found(succeeded), { phase: 'Waiting', lastAppliedSpec: 'x', lastPromotedSpec: 'x' });
  w.deploy('6.0.2');
  w.settle();
  expect(w.phase).toBe('Waiting');
  w.runUntil(succeeded);
  expect(w.primary.version).toBe('6.0.2');
});

test('a failed promotion found with all traffic on the canary is watched until the primary is ready', () => {
  const w = found(({ phase }) => phase === 'Promoting');
  w.primary = { ...w.primary, broken: true, serves: false };
  w.runUntil(({ phase }) => phase === 'Failed');
  w.settle();
  forget(w, { phase: 'Failed', canaryWeight: 100 });
  w.runFor(60_000);
  expect([w.stage, w.routes?.canary, w.target.replicas]).toEqual(['unhealthyPrimary', 100, 1]);
  w.primary = { ...w.primary, broken: false };
  w.runUntil(succeeded);
  expect(w.violations).toEqual([]);
});

test('as long as the routes cannot be read nothing is said, or the status would be lost', () => {
  const situation: Situation = aSituation({ primary: aWorkload(), routes: { state: 'unreadable', reason: 'forbidden' } });
  situation.canary.importedStatus = { phase: 'Progressing' };
  expect(judge(situation, [])).toEqual({ kind: 'idle', wakeAt: null });
});

describe('drift', () => {
  test('of the routes is set back to what was decided, without another step, and says who it was', () => {
    const w = found(({ routes }) => routes?.canary === 40);
    w.runFor(3_000);
    const situation: Situation = {
      ...w.observe(),
      routes: { state: 'seen', routes: { primary: 100, canary: 0, mirror: false }, intact: true, fence: null, by: 'kubectl-edit' },
    };
    const judgement = judge(situation, []);
    expect(judgement).toMatchObject({
      kind: 'decide',
      decision: { kind: 'notice', events: [{ message: expect.stringContaining('changed by kubectl-edit') }] },
    });
    expect(converge(w.state!.desired, situation).actions).toEqual([
      { key: 'setRoutes:40', direction: 'forward', type: 'setRoutes', routes: { primary: 60, canary: 40, mirror: false } },
    ]);
  });

  test('a primary that was deleted comes back from the promoted template, never from the target', () => {
    const w = found(({ routes }) => routes?.canary === 40);
    w.primary = { ...w.primary, present: false };
    const { actions } = converge(w.state!.desired, w.observe());
    expect(actions).toMatchObject([{ type: 'createPrimary', revision: 'rev-1', direction: 'backward' }]);
  });

  test('a service that belongs to somebody else is named, and nothing goes on', () => {
    const w = new World();
    w.objects.primaryService = { state: 'foreign', owner: 'Service podinfo-primary of shop' };
    w.runFor(60_000);
    expect(w.phase).toBe('Initializing');
    expect(w.events()).toContain(
      "the primary service exists and belongs to Service podinfo-primary of shop; remove it, or rename the Canary's service",
    );
    w.objects.primaryService = { state: 'absent' };
    w.initialise();
  });
});
