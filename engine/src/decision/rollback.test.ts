import { aCanary, MESH } from '../testing/aSituation';
import { World, type WorldOptions } from '../testing/World';
import type { RawAnswer } from './Question';

const SUCCESS = { name: 'request-success-rate', thresholdRange: { min: 99 }, interval: '1m' };
const DURATION = { name: 'request-duration', thresholdRange: { max: 500 }, interval: '30s' };

function world(analysis: Record<string, unknown> = {}, options: WorldOptions = {}, spec: Record<string, unknown> = {}): World {
  const canary = aCanary({
    analysis: { interval: '10s', threshold: 3, stepWeight: 10, maxWeight: 50, metrics: [SUCCESS, DURATION], ...analysis },
    ...spec,
  });
  return new World({ canary, ...options }).initialise();
}

/** Answers metrics with these values, webhooks with these statuses by type. */
function answers(metrics: (RawAnswer | number)[], hooks: Record<string, number> = {}): WorldOptions['answer'] {
  return (question) => {
    if (question.kind === 'webhook') {
      return { kind: 'http', status: hooks[question.type] ?? (question.type === 'rollback' ? 403 : 200), excerpt: 'no' };
    }
    const given = question.kind === 'metric' ? metrics[question.index] : 1;
    return typeof given === 'number' ? { kind: 'number', value: given } : given;
  };
}

const closed = ({ phase, stage }: World) => phase === 'Failed' && stage === 'idle';

function expectHome(w: World): void {
  expect(w.routes).toEqual({ primary: 100, canary: 0, mirror: false });
  expect(w.target.replicas).toBe(0);
  expect(w.primary.version).toBe('6.0.0');
  expect(w.violations).toEqual([]);
}

describe('a failing look', () => {
  test('holds, and with the last of the allowed failures goes back at once', () => {
    const w = world({}, { answer: answers([98.69, 1515]) });
    const from = w.history.length;
    w.deploy('6.0.1');
    w.runUntil(closed);
    expectHome(w);
    const halt = 'Halt podinfo.test advancement success rate 98.69% < 99%';
    expect(w.events(from).slice(2)).toEqual([
      'Starting canary analysis for podinfo.test',
      'Advance podinfo.test canary weight 10',
      halt,
      halt,
      halt,
      'Rolling back podinfo.test failed checks threshold reached 3',
      'Canary failed! Scaling down podinfo.test',
    ]);
    const looks = w.history.slice(from).filter(({ decision }) => decision.verdict !== null);
    expect(looks.map(({ decision }) => decision.reason)).toEqual([
      'Holding at 10\u00a0%: request success rate 98.69\u00a0% is below 99\u00a0% (1 of 3 failures used).',
      'Holding at 10\u00a0%: request success rate 98.69\u00a0% is below 99\u00a0% (2 of 3 failures used).',
      'Rolling back from 10\u00a0%: request success rate 98.69\u00a0% is below 99\u00a0% (3 of 3 failures used).',
    ]);
    expect(w.history.at(-1)!.decision.reason).toBe(
      'Rolled back from 10\u00a0%: request success rate 98.69\u00a0% is below 99\u00a0% (3 of 3 failures used).',
    );
    expect(w.history.flatMap(({ decision }) => decision.alerts).at(-1)).toEqual({
      severity: 'error',
      message: 'Failed checks threshold reached 3',
      withMetadata: false,
    });
  });

  test('records every metric and the event of the first that fails', () => {
    const w = world({ threshold: 1 }, { answer: answers([99.9, 1515]) });
    const from = w.history.length;
    w.deploy('6.0.1');
    w.runUntil(closed);
    expect(w.events(from)).toContain('Halt podinfo.test advancement request duration 1.515s > 500ms');
    const look = w.history.find(({ decision }) => decision.verdict === 'fail')!;
    expect(look.decision.checks.map(({ name, verdict, value }) => [name, verdict, value])).toEqual([
      ['request-success-rate', 'pass', 99.9],
      ['request-duration', 'fail', 1515],
    ]);
  });

  test.each([
    ['rollout', 'Halt podinfo.test advancement external check hook failed no', 10],
    ['pre-rollout', 'Halt podinfo.test advancement pre-rollout check hook failed no', 0],
  ])('%s webhook that says no counts as one failure', (type, text, weight) => {
    const w = world(
      {
        webhooks: [
          { name: 'hook', type, url: 'http://hook.test/' },
          { name: 'next', type, url: 'http://hook.test/' },
        ],
      },
      { answer: answers([99.9, 100], { [type]: 403 }) },
    );
    w.deploy('6.0.1');
    w.runUntil(({ state }) => state?.rollout?.failedChecks === 2);
    expect(w.events().filter((event) => event === text)).toHaveLength(2);
    expect(w.state?.rollout?.weight).toBe(weight);
    expect(
      w.history
        .at(-1)!
        .decision.checks.slice(0, 2)
        .map(({ verdict }) => verdict),
    ).toEqual(['fail', 'notAsked']);
    w.runUntil(closed);
    expectHome(w);
  });

  test.each([
    [204, true],
    [200, true],
    [202, true],
    [300, false],
    [500, false],
  ])('a webhook that answers %i passes: %s', (status, passes) => {
    const w = world(
      { webhooks: [{ name: 'hook', url: 'http://hook.test/', retries: 2 }] },
      { answer: answers([99.9, 100], { rollout: status }) },
    );
    w.deploy('6.0.1');
    w.runUntil(({ state }) => (state?.rollout?.looks ?? 0) > 0);
    expect(w.state?.rollout?.failedChecks).toBe(passes ? 0 : 1);
    if (status === 500) {
      expect(w.events()).toContain(
        'Halt podinfo.test advancement external check hook failed POST http://hook.test/ giving up after 3 attempt(s)',
      );
    }
  });
});

describe('a look that could not be measured', () => {
  const noData: RawAnswer = { kind: 'noData', message: 'no values found' };
  const error: RawAnswer = { kind: 'failed', error: 'unavailable', message: 'Prometheus answered 503' };

  test('holds without using a failure, and goes back after the limit of looks in a row', () => {
    const w = world({}, { answer: answers([noData, 100]) });
    w.deploy('6.0.1');
    w.runUntil(({ state }) => state?.rollout?.looks === 2);
    expect(w.state?.rollout).toMatchObject({ weight: 10, failedChecks: 0, noData: { 'request-success-rate': 2, 'request-duration': 0 } });
    expect(w.history.at(-1)!.decision.reason).toBe(
      'Holding at 10\u00a0%: no requests measured for request success rate in 1\u00a0min, 2 looks in a row. Not a failure.',
    );
    expect(w.events()).toContain(
      'Halt advancement no values found for linkerd metric request-success-rate probably podinfo.test is not receiving traffic: running query failed: no values found',
    );
    w.runUntil(closed);
    expectHome(w);
    expect(w.state?.rollout?.rollback?.cause).toBe('noData');
    expect(w.history.filter(({ decision }) => decision.verdict === 'noData')).toHaveLength(3);
  });

  test('starts counting anew when it was measured in between', () => {
    let look = 0;
    const w = world(
      {},
      {
        answer: (question, at) => {
          look = at.state?.rollout?.looks ?? 0;
          return question.kind === 'metric' && question.index === 0 && look % 3 !== 2
            ? noData
            : { kind: 'number', value: question.kind === 'metric' && question.index === 1 ? 100 : 99.9 };
        },
      },
    );
    w.deploy('6.0.1');
    w.runUntil(({ phase, stage }) => phase === 'Succeeded' && stage === 'idle');
    expect(w.state?.rollout?.failedChecks).toBe(0);
  });

  test('errors hold for longer: ten looks in a row by default', () => {
    const w = world({}, { answer: answers([99.9, error]) });
    w.deploy('6.0.1');
    w.runUntil(closed);
    expect(w.history.filter(({ decision }) => decision.verdict === 'error')).toHaveLength(10);
    expect(w.events()).toContain('Prometheus query failed: Prometheus answered 503');
    expect(w.state?.rollout?.rollback?.cause).toBe('errors');
    expectHome(w);
  });

  test.each([
    ['hold', { action: 'hold' }, 10, 'Progressing'],
    ['continue', { action: 'continue' }, 0, 'Succeeded'],
    ['rollback with its own limit', { action: 'rollback', limit: 1 }, 0, 'Failed'],
  ])('does what onNoData says: %s', (_, onNoData, weight, phase) => {
    const w = world({ metrics: [{ ...SUCCESS, onNoData }] }, { answer: answers([noData]) });
    w.deploy('6.0.1');
    w.runFor(600_000);
    expect([w.state?.rollout?.weight, w.phase]).toEqual([weight, phase]);
  });

  test('a value that is not a number is no data', () => {
    const w = world({}, { answer: answers([Number.NaN, 100]) });
    w.deploy('6.0.1');
    w.runUntil(({ state }) => state?.rollout?.looks === 1);
    expect(w.history.at(-1)!.decision.verdict).toBe('noData');
  });
});

describe('readiness', () => {
  test('a canary that does not get ready in time is rolled back, with an alert', () => {
    const w = world();
    w.deploy('6.0.1');
    w.target.broken = true;
    const start = w.now;
    const from = w.history.length;
    w.runUntil(closed);
    expectHome(w);
    expect(w.now - start).toBe(60_000);
    expect(w.events(from).slice(-3)).toEqual([
      'canary deployment podinfo.test not ready: deployment "podinfo" exceeded its progress deadline',
      'Rolling back podinfo.test progress deadline exceeded deployment "podinfo" exceeded its progress deadline',
      'Canary failed! Scaling down podinfo.test',
    ]);
    expect(w.history.at(-1)!.decision.reason).toMatch(
      /^Rolled back from 0\u00a0%: the canary was not ready after 1\u00a0min: .* No check had failed\.$/,
    );
    expect(w.history.flatMap(({ decision }) => decision.alerts).at(-1)?.severity).toBe('error');
  });

  test("the Deployment's own deadline counts too", () => {
    const w = world();
    w.deploy('6.0.1');
    w.target.broken = true;
    w.runFor(5_000);
    w.target.deadlineExceeded = true;
    w.runFor(0);
    w.runUntil(closed);
    expectHome(w);
  });

  test('a due look waits while a version is not ready, and comes after it has settled', () => {
    const w = world();
    w.deploy('6.0.1');
    w.runUntil(({ routes }) => routes?.canary === 20);
    const at = w.now;
    w.target.readyAt = at + 14_000;
    w.runUntil(({ routes }) => routes?.canary === 30);
    expect(w.now - at).toBe(19_000);
    expect(w.events().filter((event) => event.startsWith('canary deployment'))).toHaveLength(2);
  });

  test('a broken primary without endpoints is never rolled back to', () => {
    const w = world();
    w.deploy('6.0.1');
    w.runUntil(({ routes }) => routes?.canary === 20);
    w.primary = { ...w.primary, broken: true };
    w.runFor(300_000);
    expect(w.phase).toBe('Progressing');
    expect(w.routes?.canary).toBe(20);
    expect(w.violations).toEqual([]);
  });

  test('no rollout begins while the primary cannot serve', () => {
    const w = world();
    w.primary = { ...w.primary, broken: true };
    w.deploy('6.0.1');
    w.runFor(120_000);
    expect(w.phase).toBe('Initialized');
    expect(w.history.at(-1)!.decision.reason).toContain('6.0.1 cannot start: the primary is not ready');
    w.primary = { ...w.primary, broken: false };
    w.runUntil(({ phase, stage }) => phase === 'Succeeded' && stage === 'idle');
  });
});

describe('the cluster refuses', () => {
  test('a step forward for longer than the deadline: the rollout goes back', () => {
    const w = world();
    w.deploy('6.0.1');
    w.runUntil(({ routes }) => routes?.canary === 10);
    w.refused = ['setRoutes:20'];
    w.runUntil(closed);
    expectHome(w);
    expect(w.state?.rollout?.rollback?.cause).toBe('action');
    expect(w.events().filter((event) => event === 'admission webhook denied setRoutes:20')).toHaveLength(1);
  });

  test('the way back: one alert, nothing is scaled down, and it goes on when it can', () => {
    const w = world({}, { answer: answers([1, 100]) });
    w.deploy('6.0.1');
    w.refused = ['setRoutes:0'];
    const from = w.history.length;
    w.runUntil(({ stage }) => stage === 'rollingBack');
    w.runFor(600_000);
    expect(w.target.replicas).toBe(1);
    expect(w.history.slice(from).flatMap(({ decision }) => decision.alerts.map(({ message }) => message))).toEqual([
      'New revision detected, progressing canary analysis.',
      'Failed checks threshold reached 3',
      'cannot roll back: admission webhook denied setRoutes:0',
    ]);
    w.refused = [];
    w.runUntil(closed);
    expectHome(w);
  });
});

describe('after a failed rollout', () => {
  test('the same revision does not start again, a revert is silent, and the bad one counts as new after it', () => {
    const w = world({ threshold: 1 }, { answer: answers([1, 100]) });
    w.deploy('6.0.1');
    w.runUntil(closed);
    const looks = w.history.length;
    w.runFor(60_000);
    expect(w.history).toHaveLength(looks);
    w.deploy('6.0.0');
    w.runFor(60_000);
    expect(w.phase).toBe('Failed');
    expect(w.events(looks)).toEqual([]);
    w.deploy('6.0.1');
    w.settle();
    expect(w.phase).toBe('Progressing');
  });

  test('a retry starts it again', () => {
    const w = world({ threshold: 1 }, { answer: answers([1, 100]) });
    w.deploy('6.0.1');
    w.runUntil(closed);
    w.command('retry');
    w.settle();
    expect(w.phase).toBe('Progressing');
    expect(w.history.flatMap(({ decision }) => decision.answers)).toMatchObject([{ outcome: 'done' }]);
    w.runUntil(closed);
    expectHome(w);
  });
});

test.each([
  ['in mid-analysis', false, ({ routes }: World) => routes?.canary === 20],
  ['while the canary does not get ready', true, ({ stage }: World) => stage === 'scalingUp'],
])('a rollback hook cancels %s', (_, broken, when) => {
  let signal = false;
  const answer: WorldOptions['answer'] = (question) =>
    question.kind === 'webhook' ? { kind: 'http', status: signal ? 200 : 403, excerpt: '' } : { kind: 'number', value: 99.9 };
  const w = world({ webhooks: [{ name: 'stop', type: 'rollback', url: 'http://gate.test/' }], metrics: [SUCCESS] }, { answer });
  w.deploy('6.0.1');
  w.target.broken = broken;
  w.runUntil(when);
  w.runFor(15_000);
  expect(w.phase).toBe('Progressing');
  signal = true;
  const from = w.now;
  w.runUntil(({ state }) => state?.rollout?.rollback?.cause === 'webhook');
  expect(w.now - from).toBeLessThanOrEqual(10_000);
  w.runUntil(closed);
  expectHome(w);
  expect(w.events().slice(-3)).toEqual([
    'Rollback check stop passed',
    'Rolling back podinfo.test manual webhook invoked',
    'Canary failed! Scaling down podinfo.test',
  ]);
});

test('without a mesh a failed rollout scales the canary down without a route', () => {
  const w = world({ threshold: 1 }, { answer: answers([1, 100]), abilities: { ...MESH, weights: false } });
  w.deploy('6.0.1');
  w.runUntil(closed);
  expect(w.target.replicas).toBe(0);
  expect(w.splits).toEqual([]);
});
