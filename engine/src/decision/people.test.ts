import { aCanary } from '../testing/aSituation';
import { World, type WorldOptions } from '../testing/World';

const SUCCESS = { name: 'request-success-rate', thresholdRange: { min: 99 }, interval: '1m' };
const gates = (...types: string[]) => types.map((type) => ({ name: type, type, url: 'http://gate.test/' }));

function world(analysis: Record<string, unknown> = {}, options: WorldOptions = {}, spec: Record<string, unknown> = {}): World {
  const canary = aCanary({
    analysis: { interval: '10s', threshold: 3, stepWeight: 10, maxWeight: 30, metrics: [SUCCESS], ...analysis },
    ...spec,
  });
  return new World({ canary, ...options }).initialise();
}

/** Gates that are closed until their type is in `open`. */
function gated(open: Set<string>, asked: string[] = []): WorldOptions['answer'] {
  return (question) => {
    if (question.kind !== 'webhook') {
      return { kind: 'number', value: 99.9 };
    }
    asked.push(question.type);
    const isGate = question.type.startsWith('confirm') || question.type === 'rollback';
    return { kind: 'http', status: !isGate || open.has(question.type) ? 200 : 403, excerpt: '' };
  };
}

const succeeded = ({ phase, stage }: World) => phase === 'Succeeded' && stage === 'idle';
const answersOf = (w: World) => w.history.flatMap(({ decision }) => decision.answers);
const alertsOf = (w: World) => w.history.flatMap(({ decision }) => decision.alerts.map(({ message }) => message));

describe('the gate before a rollout', () => {
  test('holds in Waiting, told once, polled every interval without a word in the ledger, and opens by itself', () => {
    const open = new Set<string>();
    const asked: string[] = [];
    const w = world({ webhooks: gates('confirm-rollout') }, { answer: gated(open, asked) });
    w.deploy('6.0.1');
    w.runFor(35_000);
    expect([w.phase, w.target.replicas]).toEqual(['Waiting', 0]);
    expect(w.events().filter((text) => text === 'Halt podinfo.test advancement waiting for approval confirm-rollout')).toHaveLength(1);
    expect(alertsOf(w).filter((text) => text === 'Canary is waiting for approval.')).toHaveLength(1);
    expect(asked).toHaveLength(4);
    expect(w.history.filter(({ decision }) => decision.kind === 'wait')).toHaveLength(1);
    open.add('confirm-rollout');
    w.runUntil(succeeded);
    expect(w.events()).toContain('Confirm-rollout check confirm-rollout passed');
  });

  test('a revert while waiting cancels, and the phase is what it was', () => {
    const w = world({ webhooks: gates('confirm-rollout') }, { answer: gated(new Set()) });
    w.deploy('6.0.1');
    w.runFor(15_000);
    w.deploy('6.0.0');
    w.runFor(60_000);
    expect([w.phase, w.target.replicas]).toEqual(['Initialized', 0]);
    expect(w.history.at(-1)!.decision.kind).toBe('cancel');
  });

  test('an approval starts it at once; a rejection ends it, and it does not start again', () => {
    const w = world({ webhooks: gates('confirm-rollout') }, { answer: gated(new Set()) });
    w.deploy('6.0.1');
    w.runFor(12_000);
    w.command('approve', { gate: 'confirm-rollout' });
    w.settle();
    expect(w.phase).toBe('Progressing');
    w.runUntil(succeeded);

    w.deploy('6.0.2');
    w.runFor(12_000);
    w.command('reject', { why: 'not today' });
    w.runFor(120_000);
    expect(w.phase).toBe('Failed');
    expect(w.history.at(-1)!.decision.reason).toBe('Rejected at 0\u00a0% by payments: "not today": all traffic goes to 6.0.1.');
    expect(w.target.replicas).toBe(0);
  });

  test('another revision while waiting takes its place', () => {
    const w = world({ webhooks: gates('confirm-rollout') }, { answer: gated(new Set()) });
    w.deploy('6.0.1');
    w.runFor(12_000);
    const first = w.state!.rollout!.id;
    w.deploy('6.0.2');
    w.runFor(12_000);
    expect(w.state!.rollout).toMatchObject({ toVersion: '6.0.2' });
    expect(w.state!.rollout!.id).not.toBe(first);
  });
});

describe('the gate before promotion', () => {
  test('holds the weight where it is, goes on looking, and an approval promotes after a fresh look', () => {
    const asked: string[] = [];
    const w = world({ webhooks: gates('confirm-promotion') }, { answer: gated(new Set(), asked) });
    w.deploy('6.0.1');
    w.runUntil(({ phase }) => phase === 'WaitingPromotion');
    const looks = w.state!.rollout!.looks;
    w.runFor(32_000);
    expect(w.routes?.canary).toBe(30);
    expect(asked).toHaveLength(4);
    expect(w.state!.rollout!.looks).toBe(looks);
    expect(w.events().filter((text) => text.includes('waiting for promotion approval'))).toHaveLength(1);
    expect(alertsOf(w).filter((text) => text.includes('promotion is waiting'))).toHaveLength(1);
    w.command('approve');
    w.settle();
    expect(w.phase).toBe('Promoting');
    expect(w.state!.rollout!.looks).toBe(looks + 1);
    w.runUntil(succeeded);
    expect(w.violations).toEqual([]);
  });

  test('leaves fresh numbers in the ledger every five minutes, however long it waits', () => {
    const w = world({ webhooks: gates('confirm-promotion') }, { answer: gated(new Set()) });
    w.deploy('6.0.1');
    w.runUntil(({ phase }) => phase === 'WaitingPromotion');
    const before = w.history.length;
    w.runFor(3_600_000);
    expect(w.history.slice(before).map(({ decision }) => [decision.kind, decision.verdict, decision.events.length])).toEqual(
      Array(12).fill(['wait', 'pass', 0]),
    );
  });

  test('a failing look while waiting still rolls back', () => {
    let value = 99.9;
    const w = world(
      { webhooks: gates('confirm-promotion'), threshold: 2 },
      {
        answer: (question) => (question.kind === 'webhook' ? { kind: 'http', status: 403, excerpt: '' } : { kind: 'number', value }),
      },
    );
    w.deploy('6.0.1');
    w.runUntil(({ phase }) => phase === 'WaitingPromotion');
    value = 12;
    w.runUntil(({ phase, stage }) => phase === 'Failed' && stage === 'idle');
    expect(w.routes?.canary).toBe(0);
  });
});

test('the gate before more traffic holds each step, and an approval opens one of them', () => {
  const w = world({ webhooks: gates('confirm-traffic-increase') }, { answer: gated(new Set()) });
  w.deploy('6.0.1');
  w.runFor(40_000);
  expect([w.phase, w.routes?.canary]).toEqual(['Progressing', 0]);
  w.command('approve');
  w.settle();
  expect(w.routes?.canary).toBe(10);
  w.runFor(40_000);
  expect(w.routes?.canary).toBe(10);
  expect(w.events().filter((text) => text.includes('waiting for traffic increase approval'))).toHaveLength(2);
});

describe('commands', () => {
  test('pause keeps everything where it is, resume gives the step a whole interval', () => {
    const w = world();
    w.deploy('6.0.1');
    w.runUntil(({ routes }) => routes?.canary === 10);
    w.runFor(8_000);
    w.command('pause', { why: 'vendor is down' });
    w.runFor(60_000);
    expect(w.routes?.canary).toBe(10);
    expect(w.history.at(-1)!.decision.reason).toBe(
      'Paused at 10\u00a0% by payments: "vendor is down". Nothing moves until someone resumes.',
    );
    w.command('resume');
    const at = w.now;
    w.runUntil(({ routes }) => routes?.canary === 20);
    expect(w.now - at).toBe(10_000);
  });

  test('abort brings traffic home at once, also when the Canary is suspended', () => {
    const w = world();
    w.deploy('6.0.1');
    w.runUntil(({ routes }) => routes?.canary === 20);
    w.canary.spec.suspend = true;
    w.runFor(30_000);
    expect(w.routes?.canary).toBe(20);
    w.command('abort');
    w.settle();
    expect(w.routes?.canary).toBe(0);
  });

  test('promote leaves out the rest of the analysis', () => {
    const w = world();
    w.deploy('6.0.1');
    w.runUntil(({ routes }) => routes?.canary === 10);
    w.command('promote', { why: 'hotfix' });
    w.settle();
    expect(w.phase).toBe('Promoting');
    w.runUntil(succeeded);
    expect(w.primary.version).toBe('6.0.1');
    expect(w.violations).toEqual([]);
  });

  test('a command about another rollout or revision is superseded', () => {
    const w = world();
    w.deploy('6.0.1');
    w.runUntil(({ routes }) => routes?.canary === 10);
    w.command('abort', { rolloutId: 'long-gone' });
    w.command('abort', { revision: 'rev-5' });
    w.settle();
    expect(answersOf(w).map(({ outcome }) => outcome)).toEqual(['superseded', 'superseded']);
    expect(w.routes?.canary).toBe(10);
  });

  test.each([
    ['abort', /primary runs the new revision already/],
    ['pause', /no analysis is running/],
    ['resume', /not paused/],
    ['approve', /no gate is waiting/],
    ['promote', /no analysis is running/],
    ['retry', /only a failed rollout/],
  ] as const)('%s is refused in words when there is nothing to do', (type, message) => {
    const w = world();
    w.deploy('6.0.1');
    w.runUntil(({ phase }) => phase === 'Finalising');
    w.command(type);
    w.settle();
    expect(answersOf(w)[0]).toMatchObject({ outcome: 'refused', message: expect.stringMatching(message) });
    w.runUntil(succeeded);
  });
});

describe('a change during the analysis', () => {
  test('brings traffic home first and begins anew', () => {
    const w = world();
    w.deploy('6.0.1');
    w.runUntil(({ routes }) => routes?.canary === 20);
    const from = w.history.length;
    w.deploy('6.0.2');
    w.settle();
    expect(w.routes?.canary).toBe(0);
    expect(w.events(from)[0]).toBe('New revision detected! Restarting analysis for podinfo.test');
    expect(w.state!.rollout).toMatchObject({ toVersion: '6.0.2', failedChecks: 0, weight: 0, looks: 0 });
    w.runUntil(succeeded);
    expect(w.splits.map(({ routes }) => routes.canary)).toEqual([0, 10, 20, 0, 10, 20, 30, 0]);
    expect(w.primary.version).toBe('6.0.2');
  });

  test('back to the promoted revision ends it without a failure', () => {
    const w = world();
    w.deploy('6.0.1');
    w.runUntil(({ routes }) => routes?.canary === 20);
    w.deploy('6.0.0');
    w.runFor(120_000);
    expect([w.phase, w.stage, w.routes?.canary, w.target.replicas]).toEqual(['Initialized', 'idle', 0, 0]);
    expect(w.history.at(-1)!.decision.reason).toBe('Cancelled 6.0.1: the target was set back to 6.0.0.');
    expect(w.violations).toEqual([]);
  });

  test('of configs alone waits a moment, so that one apply is one rollout', () => {
    const w = world();
    w.configs = { 'configmap/a': { state: 'seen', checksum: '1' }, 'secret/b': { state: 'seen', checksum: '1' } };
    const at = w.now;
    w.settle();
    expect(w.phase).toBe('Initialized');
    w.runFor(1_500);
    w.configs['secret/b'] = { state: 'seen', checksum: '2' };
    w.runUntil(({ phase }) => phase === 'Progressing');
    expect(w.now - at).toBe(3_500);
    w.runUntil(succeeded);
    expect(w.state!.trackedConfigs).toEqual({ 'configmap/a': '1', 'secret/b': '2' });
    expect(w.primary.configs).toEqual({ 'configmap/a': '1', 'secret/b': '2' });
    w.configs['configmap/a'] = { state: 'unreadable', message: 'forbidden' };
    w.runFor(60_000);
    expect(w.phase).toBe('Succeeded');
  });

  test('a missing config holds, and says which', () => {
    const w = world();
    w.configs = { 'configmap/a': { state: 'missing' } };
    w.deploy('6.0.1');
    w.runFor(30_000);
    expect(w.phase).toBe('Initialized');
    expect(w.history.at(-1)!.decision.reason).toContain('configmap/a is named by the pod template and does not exist');
    w.configs = { 'configmap/a': { state: 'seen', checksum: '1' } };
    w.runUntil(succeeded);
  });
});

describe('holding', () => {
  test('suspend is told once and ends by itself', () => {
    const w = world();
    w.canary.spec.suspend = true;
    w.deploy('6.0.1');
    w.runFor(60_000);
    expect(w.phase).toBe('Initialized');
    expect(w.events().filter((text) => text === 'skipping canary run as object is suspended')).toHaveLength(1);
    w.canary.spec.suspend = false;
    w.runUntil(succeeded);
  });

  test('an invalid Canary is told once per text, names the field, and a running rollout stays', () => {
    const w = world();
    w.deploy('6.0.1');
    w.runUntil(({ routes }) => routes?.canary === 10);
    const valid = w.canary;
    w.canary = { ...valid, spec: { ...valid.spec, analysis: { ...valid.spec.analysis, maxWeight: 500 } } };
    w.runFor(60_000);
    expect(w.routes?.canary).toBe(10);
    expect(w.history.filter(({ decision }) => decision.kind === 'invalid')).toHaveLength(1);
    expect(w.history.at(-1)!.decision.reason).toBe(
      'Invalid: maxWeight is 500; it must be a percentage from 1 to 100, or left out for 100.',
    );
    w.canary = valid;
    w.runUntil(succeeded);
  });

  test('a fault in the spec never rewrites what is there from the part that could be read', () => {
    const w = world();
    w.canary.spec.service = { port: 'http' };
    w.objects.apexService = { state: 'differs', by: null };
    w.runFor(60_000);
    expect(w.objects.apexService.state).toBe('differs');
    w.canary.spec.service = { port: 9898 };
    w.runFor(1_000);
    expect(w.objects.apexService.state).toBe('matching');
  });

  test.each([
    ['suspended', (w: World) => (w.canary.spec.suspend = true)],
    ['driven by another engine', (w: World) => (w.drivenByAnother = 'flagger')],
  ])('a Canary that is %s is not even repaired', (_, hold) => {
    const w = world();
    hold(w);
    w.routes = { primary: 50, canary: 50, mirror: false };
    w.objects.apexService = { state: 'differs', by: null };
    w.runFor(60_000);
    expect([w.routes.canary, w.objects.apexService.state]).toEqual([50, 'differs']);
  });

  test('a Canary that another engine drives is not touched', () => {
    const w = world();
    w.drivenByAnother = 'status was written by flagger at 12:00:05';
    w.deploy('6.0.1');
    w.runFor(60_000);
    expect([w.phase, w.target.replicas]).toEqual(['Initialized', 0]);
    expect(w.history.at(-1)!.decision.reason).toContain('status was written by flagger');
    w.drivenByAnother = null;
    w.runUntil(succeeded);
  });

  test('an idle Canary decides nothing, and its idle target may be scaled by hand', () => {
    const w = world();
    const length = w.history.length;
    w.target.replicas = 2;
    w.runFor(86_400_000);
    expect(w.history).toHaveLength(length);
    expect(w.target.replicas).toBe(2);
    expect(w.nextEvent()).toBeNull();
  });
});

describe('deletion', () => {
  test('with revertOnDeletion hands everything back before the finalizer goes', () => {
    const w = world({}, {}, { revertOnDeletion: true });
    expect(w.objects.finalizer).toEqual({ state: 'matching' });
    w.canary = { ...w.canary, metadata: { ...w.canary.metadata, deletionTimestamp: '2024-01-01T00:00:00Z' } };
    w.settle();
    expect([w.phase, w.target.replicas, w.objects.finalizer.state]).toEqual(['Terminating', 1, 'matching']);
    w.runUntil(({ phase }) => phase === 'Terminated');
    expect(w.objects.apexService).toEqual({ state: 'unwanted' });
    expect(w.objects.finalizer).toEqual({ state: 'absent' });
    expect(w.events().slice(-2)).toEqual(['Terminating canary podinfo.test', 'Terminated canary podinfo.test']);
  });

  test('the finalizer follows revertOnDeletion', () => {
    const w = world();
    w.canary.spec.revertOnDeletion = true;
    w.settle();
    expect(w.objects.finalizer.state).toBe('matching');
    w.canary.spec.revertOnDeletion = false;
    w.settle();
    expect(w.objects.finalizer.state).toBe('absent');
  });
});
