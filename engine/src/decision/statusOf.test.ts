import { aCanary, MESH } from '../testing/aSituation';
import { World } from '../testing/World';
import { alertFields } from './alertFields';
import { converge } from './converge';
import { statusOf } from './statusOf';
import { eventPayload, webhookPayload } from './webhookPayload';

const METRICS = [{ name: 'request-success-rate', thresholdRange: { min: 99 }, interval: '1m' }];
const hook = (type: string) => ({ name: type, type, url: 'http://gate.test/', metadata: { type: 'bash' } });
const statusNow = (w: World) => statusOf(w.state!, w.observe(), converge(w.state!.desired, w.observe()));

function world(analysis: Record<string, unknown> = {}, value = 99.9): World {
  const canary = aCanary({ analysis: { interval: '10s', threshold: 2, stepWeight: 20, maxWeight: 40, metrics: METRICS, ...analysis } });
  return new World({
    canary,
    answer: (question) => (question.kind === 'webhook' ? { kind: 'http', status: 403, excerpt: '' } : { kind: 'number', value }),
  }).initialise();
}

test('an initialised Canary', () => {
  expect(statusNow(world())).toEqual({
    phase: 'Initialized',
    failedChecks: 0,
    canaryWeight: 0,
    iterations: 0,
    trackedConfigs: {},
    lastAppliedSpec: 'rev-1',
    lastPromotedSpec: 'rev-1',
    lastTransitionTime: '2024-01-01T12:00:13Z',
    conditions: [
      {
        type: 'Promoted',
        status: 'True',
        reason: 'Initialized',
        message: 'Deployment initialization completed.',
        lastUpdateTime: '2024-01-01T12:00:13Z',
        lastTransitionTime: '2024-01-01T12:00:13Z',
      },
    ],
  });
});

test('while it waits for promotion it shows the weight that the canary really has', () => {
  const w = world({ webhooks: [hook('confirm-promotion')] });
  w.deploy('6.0.1');
  w.runUntil(({ phase }) => phase === 'WaitingPromotion');
  expect(statusNow(w)).toMatchObject({
    phase: 'WaitingPromotion',
    canaryWeight: 40,
    conditions: [{ status: 'Unknown', reason: 'WaitingPromotion', message: 'Waiting for approval.' }],
  });
});

test('it shows confirmed weights, not decided ones', () => {
  const w = world();
  w.deploy('6.0.1');
  w.runUntil(({ routes }) => routes?.canary === 20);
  w.refused = ['setRoutes'];
  w.runFor(15_000);
  expect(w.state!.rollout!.weight).toBe(40);
  expect(statusNow(w).canaryWeight).toBe(20);
});

test('a failed rollout and a failed promotion', () => {
  const w = world({}, 5);
  w.deploy('6.0.1');
  w.runUntil(({ phase, stage }) => phase === 'Failed' && stage === 'idle');
  expect(statusNow(w)).toMatchObject({
    failedChecks: 0,
    canaryWeight: 0,
    lastAppliedSpec: 'rev-6.0.1',
    lastPromotedSpec: 'rev-1',
    conditions: [{ status: 'False', reason: 'Failed', message: 'Canary analysis failed, Deployment scaled to zero.' }],
  });
  const promoted = world();
  promoted.deploy('6.0.1');
  promoted.runUntil(({ phase }) => phase === 'Promoting');
  promoted.primary = { ...promoted.primary, broken: true, serves: false };
  promoted.runUntil(({ phase }) => phase === 'Failed');
  promoted.settle();
  expect(statusNow(promoted)).toMatchObject({ canaryWeight: 100, conditions: [{ status: 'False', reason: 'PrimaryUnhealthy' }] });
});

test('conditions of our own name the field, and a way back that is blocked', () => {
  const w = world({}, 5);
  w.deploy('6.0.1');
  w.refused = ['setRoutes:0'];
  w.runUntil(({ stage }) => stage === 'rollingBack');
  w.canary.spec.analysis.maxWeight = 500;
  w.runFor(1_000);
  expect(statusNow(w).conditions.slice(1)).toMatchObject([
    { type: 'Valid', status: 'False', reason: 'Misconfigured', message: expect.stringContaining('maxWeight is 500') },
    { type: 'Stalled', status: 'True', reason: 'CannotRollBack', message: 'cannot roll back: admission webhook denied setRoutes:0' },
  ]);
});

test('a way forward that is blocked for want of a permission is a condition, in the words of the refusal', () => {
  const w = world();
  w.deploy('6.0.1');
  w.runUntil(({ routes }) => routes?.canary === 20);
  const outcome = {
    key: 'setRoutes:40',
    result: 'failed',
    kind: 'unauthorized',
    message: 'cannot update',
    attempts: 1,
    since: w.observe().now,
  } as const;
  const convergence = { actions: [], confirmed: false, waiting: null };
  const conditionsWith = (kind: 'unauthorized' | 'refused') =>
    statusOf(w.state!, { ...w.observe(), outcomes: [{ ...outcome, kind, direction: 'forward' }] }, convergence).conditions.slice(1);
  expect(conditionsWith('unauthorized')).toMatchObject([
    { type: 'Stalled', status: 'True', reason: 'NotPermitted', message: 'cannot update' },
  ]);
  expect(conditionsWith('refused')).toEqual([]);
});

test('the same state and world give the same status, so that nothing is written', () => {
  const w = world();
  const before = statusNow(w);
  w.runFor(86_400_000);
  expect(statusNow(w)).toEqual(before);
});

test.each([
  [{ stepWeight: 10, maxWeight: 50 }, 'Weight step: 10 max: 50'],
  [{ stepWeights: [1, 2, 10] }, 'Weight steps: 1,2,10 max: 0'],
  [{ iterations: 3 }, 'Blue/Green'],
  [{ iterations: 3, match: [{ headers: {} }] }, 'A/B Testing'],
])('alerts tell the routing of %j as %s', (analysis, value) => {
  const { canary } = world().observe();
  expect(alertFields(canary.spec, 'test').slice(0, 3)).toEqual([
    { name: 'Target', value: 'Deployment/podinfo.test' },
    { name: 'Failed checks threshold', value: '2' },
    { name: 'Progress deadline', value: '60s' },
  ]);
  const other = new World({
    canary: aCanary({ analysis: { interval: '10s', ...analysis } }),
    abilities: MESH,
  }).observe();
  expect(alertFields(other.canary.spec, 'test').at(-1)).toEqual({ name: 'Traffic routing', value });
});

test('webhooks are told who and where, and a checksum that belongs to the revision', () => {
  const w = world({ webhooks: [hook('rollout')] });
  w.deploy('6.0.1');
  w.runUntil(({ routes }) => routes?.canary === 20);
  const question = { kind: 'webhook', id: 'rollout/0', index: 0, type: 'rollout', phase: 'Progressing' } as const;
  const payload = webhookPayload(w.observe(), question);
  expect(payload).toEqual({
    name: 'podinfo',
    namespace: 'test',
    phase: 'Progressing',
    checksum: expect.stringMatching(/^[456789bcdf]{1,10}$/),
    metadata: { type: 'bash' },
  });
  w.runFor(5_000);
  expect(webhookPayload(w.observe(), question).checksum).toBe(payload.checksum);
  w.deploy('6.0.2');
  w.settle();
  expect(webhookPayload(w.observe(), question).checksum).not.toBe(payload.checksum);
});

test('an event webhook is told the event; its own metadata yields to it', () => {
  const w = world();
  const { situation, decision } = w.history[0];
  const payload = eventPayload(situation, decision, { type: 'Normal', message: 'hello' }, { metadata: { eventType: 'mine', team: 'a' } });
  expect(payload).toMatchObject({
    phase: 'Initializing',
    metadata: { team: 'a', eventMessage: 'hello', eventType: 'Normal', timestamp: `${situation.now}` },
  });
});
