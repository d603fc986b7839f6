import { aCanary } from '../testing/aSituation';
import { World } from '../testing/World';
import { converge } from './converge';
import { statusOf } from './statusOf';

/**
 * A database that was restored from a backup: it remembers a rollout at 10 %, while in the cluster that rollout has
 * got to 40 % by decision 9.40.
 */
function restored(): World {
  const w = new World({ canary: aCanary() }).initialise();
  w.deploy('6.0.1');
  w.runUntil(({ routes }) => routes?.canary === 10);
  w.routes = { primary: 60, canary: 40, mirror: false };
  w.canary = {
    ...w.canary,
    status: { phase: 'Progressing', canaryWeight: 40, failedChecks: 1, lastAppliedSpec: 'rev-6.0.1', lastPromotedSpec: 'rev-1' },
  };
  w.fencesAhead = ['9.40'];
  return w;
}

const succeeded = ({ phase, stage }: World) => phase === 'Succeeded' && stage === 'idle';

test('holds: nothing is written, not even a repair, and people are told once', () => {
  const w = restored();
  const before = w.history.length;
  const splits = w.splits.length;
  w.runFor(600_000);
  expect(w.splits).toHaveLength(splits);
  const told = w.history.slice(before).map(({ decision }) => decision);
  expect(told.map(({ kind, alerts, events }) => [kind, alerts.length, events.length])).toEqual([['notice', 1, 1]]);
  expect(told[0].reason).toMatch(/^Held: StateBehindCluster: .*9\.40.* adopt this Canary/);
  const situation = w.observe();
  const status = statusOf(w.state!, situation, converge(w.state!.desired, situation));
  expect(status.conditions).toContainEqual(expect.objectContaining({ type: 'Stalled', reason: 'StateBehindCluster' }));
});

test('goes on from what the cluster has when a person adopts it', () => {
  const w = restored();
  w.runFor(30_000);
  const splits = w.splits.length;
  w.command('adopt', { why: 'restored the database' });
  w.runUntil(succeeded);
  expect(w.state!.adoptedFences).toEqual(['9.40']);
  expect(w.splits.slice(splits).map(({ routes }) => routes.canary)).toEqual([50, 0]);
  expect(w.history.flatMap(({ decision }) => decision.answers)).toEqual([expect.objectContaining({ outcome: 'done' })]);
  expect(w.primary.version).toBe('6.0.1');
  expect(w.violations).toEqual([]);
});

test('holds again when something even newer comes to light', () => {
  const w = restored();
  w.command('adopt');
  w.settle();
  w.fencesAhead = ['9.40', '9.41'];
  w.runFor(60_000);
  expect(w.state!.notices.behind).toContain('9.41');
});

test('goes on by itself when the fences are gone', () => {
  const w = restored();
  w.runFor(30_000);
  w.fencesAhead = [];
  w.runUntil(succeeded);
  expect(w.state!.notices.behind).toBeUndefined();
});

test('a Canary that the database has never seen takes what is there for its own', () => {
  const w = new World({ canary: aCanary() });
  w.fencesAhead = ['9.40', '9.41'];
  w.initialise();
  expect(w.state!.adoptedFences).toEqual(['9.40', '9.41']);
});
