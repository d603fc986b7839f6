import { aCanary, MESH } from '../testing/aSituation';
import { World, type WorldOptions } from '../testing/World';

const SUCCESS = { name: 'request-success-rate', thresholdRange: { min: 99 }, interval: '1m' };

function world(analysis: Record<string, unknown>, options: WorldOptions = {}, spec: Record<string, unknown> = {}): World {
  const canary = aCanary({ analysis: { interval: '10s', threshold: 3, metrics: [SUCCESS], ...analysis }, ...spec });
  return new World({ canary, ...options }).initialise();
}

function release(w: World, version = '6.0.1'): World {
  w.deploy(version);
  w.runUntil(({ phase, stage }) => phase === 'Succeeded' && stage === 'idle');
  expect(w.violations).toEqual([]);
  return w;
}

describe('a promotion', () => {
  // facts §3.2, "Sequences".
  test.each([
    [{ stepWeight: 10, maxWeight: 50 }, [0, 10, 20, 30, 40, 50, 0]],
    [{ stepWeight: 20, maxWeight: 50 }, [0, 20, 40, 60, 0]],
    [{ stepWeight: 30, maxWeight: 50 }, [0, 30, 60, 0]],
    [{ stepWeight: 40 }, [0, 40, 80, 100, 0]],
    [{ stepWeight: 100, stepWeightPromotion: 50 }, [0, 100, 50, 0]],
    [{ stepWeight: 20, maxWeight: 40, stepWeightPromotion: 25 }, [0, 20, 40, 15, 0]],
    [{ stepWeights: [1, 2, 10, 80] }, [0, 1, 2, 10, 80, 0]],
    [{ stepWeights: [10, 50, 120] }, [0, 10, 50, 100, 0]],
    [{ stepWeights: [10, 20, 30, 40, 50, 60], maxWeight: 50 }, [0, 10, 20, 30, 40, 50, 60, 0]],
  ])('with %j walks through the weights %j', (analysis, weights) => {
    const w = world(analysis);
    expect(release(w).splits.map(({ routes }) => routes.canary)).toEqual(weights);
    expect(w.routes).toEqual({ primary: 100, canary: 0, mirror: false });
    expect(w.target.replicas).toBe(0);
    expect(w.primary.version).toBe('6.0.1');
  });

  test('tells its way in the events of Flagger, in its order', () => {
    const w = world({
      stepWeight: 25,
      maxWeight: 50,
      webhooks: [
        { name: 'gate', type: 'confirm-rollout', url: 'http://gate.test/' },
        { name: 'smoke', type: 'pre-rollout', url: 'http://smoke.test/' },
        { name: 'load', url: 'http://load.test/' },
        { name: 'more', type: 'confirm-traffic-increase', url: 'http://gate.test/' },
        { name: 'go', type: 'confirm-promotion', url: 'http://gate.test/' },
        { name: 'off', type: 'rollback', url: 'http://gate.test/' },
        { name: 'tell', type: 'post-rollout', url: 'http://tell.test/' },
      ],
    });
    expect(w.events()).toEqual([
      'all the metrics providers are available!',
      'podinfo-primary.test not ready: waiting for rollout to finish: 0 of 1 (readyThreshold 100%) updated replicas are available',
      'Initialization done! podinfo.test',
    ]);
    const from = w.history.length;
    expect(release(w).events(from)).toEqual([
      'Confirm-rollout check gate passed',
      'New revision detected! Scaling up podinfo.test',
      'canary deployment podinfo.test not ready: waiting for rollout to finish: 0 of 1 (readyThreshold 100%) updated replicas are available',
      'Rollback hook off not signaling a rollback',
      'Starting canary analysis for podinfo.test',
      'Pre-rollout check smoke passed',
      'Confirm-traffic-increase check more passed',
      'Advance podinfo.test canary weight 25',
      'Confirm-traffic-increase check more passed',
      'Advance podinfo.test canary weight 50',
      'Confirm-traffic-increase check more passed',
      'Confirm-promotion check go passed',
      'Copying podinfo.test template spec to podinfo-primary.test',
      'podinfo-primary.test not ready: waiting for rollout to finish: 0 of 1 (readyThreshold 100%) updated replicas are available',
      'Routing all traffic to primary',
      'Post-rollout check tell passed',
      'Promotion completed! Scaling down podinfo.test',
    ]);
  });

  test('goes through the phases of Flagger and sends its alerts', () => {
    const w = release(world({ stepWeight: 50, maxWeight: 50 }));
    const phases = w.history.map(({ decision }) => decision.state.phase);
    expect(phases.filter((phase, i) => phase !== phases[i - 1])).toEqual([
      'Initializing',
      'Initialized',
      'Progressing',
      'Promoting',
      'Finalising',
      'Succeeded',
    ]);
    expect(w.history.flatMap(({ decision }) => decision.alerts)).toEqual([
      { severity: 'info', message: 'New Deployment detected, initialization completed.', withMetadata: true },
      { severity: 'info', message: 'New revision detected, progressing canary analysis.', withMetadata: true },
      { severity: 'info', message: 'Canary analysis completed successfully, promotion finished.', withMetadata: false },
    ]);
  });

  test('leaves exactly one interval between two weights, whatever else happens in it', () => {
    const w = world({ stepWeight: 10, maxWeight: 50 });
    w.deploy('6.0.1');
    w.runUntil(() => w.routes?.canary === 20);
    w.runFor(4_000);
    w.command('approve', { gate: 'confirm-promotion' });
    w.target.readyAt = w.now + 1_000;
    w.runUntil(({ phase }) => phase === 'Promoting');
    const times = w.splits.filter(({ routes }) => routes.canary > 0).map(({ at }) => at);
    expect(times.slice(1).map((at, i) => at - times[i])).toEqual([10_000, 10_000, 10_000, 10_000]);
  });

  test('measures for the first time one interval after the first traffic', () => {
    const w = release(world({ stepWeight: 50, maxWeight: 50 }));
    const first = w.history.find(({ decision }) => decision.checks.some(({ kind }) => kind === 'metric'))!;
    expect(first.situation.now - w.splits.find(({ routes }) => routes.canary > 0)!.at).toBe(10_000);
  });

  test('shows the value of the primary and does not judge it', () => {
    const answer: WorldOptions['answer'] = (question) =>
      question.kind === 'metric'
        ? { kind: 'number', value: question.subject === 'primary' ? 12 : 99.5 }
        : { kind: 'http', status: 200, excerpt: '' };
    const w = release(world({ stepWeight: 50, maxWeight: 50 }, { answer }));
    const check = w.history.flatMap(({ decision }) => decision.checks)[0];
    expect(check).toMatchObject({ value: 99.5, primaryValue: 12, verdict: 'pass', min: 99, unit: '%' });
  });

  test('does not bring traffic back before the primary is ready', () => {
    const w = world({ stepWeight: 50, maxWeight: 50 });
    w.deploy('6.0.1');
    w.runUntil(({ phase }) => phase === 'Promoting');
    w.primary = { ...w.primary, broken: true, serves: false };
    w.runFor(30_000);
    expect(w.phase).toBe('Promoting');
    expect(w.routes?.canary).toBe(50);
    w.primary = { ...w.primary, broken: false };
    w.runUntil(({ phase, stage }) => phase === 'Succeeded' && stage === 'idle');
    expect(w.violations).toEqual([]);
  });

  test('that fails leaves the traffic on the healthy canary, and ends well when the primary comes after all', () => {
    const w = world({ stepWeight: 50, maxWeight: 50 });
    w.deploy('6.0.1');
    w.runUntil(({ phase }) => phase === 'Promoting');
    const from = w.history.length;
    w.primary = { ...w.primary, broken: true, serves: false };
    w.runUntil(({ phase }) => phase === 'Failed');
    w.settle();
    expect(w.routes).toEqual({ primary: 0, canary: 100, mirror: false });
    expect(w.target.replicas).toBe(1);
    expect(w.events(from)).toContain(
      'Promotion of podinfo.test failed, primary not ready: waiting for rollout to finish: 0 of 1 (readyThreshold 100%) updated replicas are available',
    );
    w.primary = { ...w.primary, broken: false };
    w.runUntil(({ phase, stage }) => phase === 'Succeeded' && stage === 'idle');
    expect(w.routes?.canary).toBe(0);
    expect(w.violations).toEqual([]);
  });

  test('does not promote a revision that was not analysed', () => {
    const w = world({ stepWeight: 50, maxWeight: 50 });
    w.refused = ['promote'];
    w.deploy('6.0.1');
    w.runUntil(({ phase }) => phase === 'Promoting');
    w.deploy('6.0.2');
    w.refused = [];
    w.settle();
    expect(w.phase).toBe('Progressing');
    expect(w.primary.version).toBe('6.0.0');
    w.runUntil(({ phase, stage }) => phase === 'Succeeded' && stage === 'idle');
    expect(w.primary.version).toBe('6.0.2');
  });

  test('without analysis promotes as soon as the canary is ready', () => {
    const w = world({ stepWeight: 50 }, {}, { skipAnalysis: true });
    const from = w.history.length;
    release(w);
    expect(w.events(from).filter((text) => !text.includes('not ready'))).toEqual([
      'New revision detected! Scaling up podinfo.test',
      'Copying podinfo.test template spec to podinfo-primary.test',
      'Promotion completed! Canary analysis was skipped for podinfo.test',
    ]);
    expect(w.weights(from)).toEqual([0]);
  });
});

describe('other strategies', () => {
  test('blue/green looks N times, routes everything to the canary for one more look, and promotes', () => {
    const w = world({ iterations: 3 });
    const from = w.history.length;
    release(w);
    expect(w.events(from).filter((text) => !text.includes('not ready'))).toEqual([
      'New revision detected! Scaling up podinfo.test',
      'Starting canary analysis for podinfo.test',
      'Advance podinfo.test canary iteration 1/3',
      'Advance podinfo.test canary iteration 2/3',
      'Advance podinfo.test canary iteration 3/3',
      'Routing all traffic to canary',
      'Copying podinfo.test template spec to podinfo-primary.test',
      'Routing all traffic to primary',
      'Promotion completed! Scaling down podinfo.test',
    ]);
    expect(w.splits.map(({ routes }) => routes.canary)).toEqual([0, 100, 0]);
    // facts §3.3: N+1 evaluations.
    expect(w.history.filter(({ decision }) => decision.checks.some(({ kind }) => kind === 'metric'))).toHaveLength(4);
  });

  test('without a mesh ten iterations run, with the warnings of Flagger and no route', () => {
    const w = world({ stepWeight: 10 }, { abilities: { ...MESH, weights: false } });
    const from = w.history.length;
    release(w);
    const events = w.events(from).filter((text) => !text.includes('not ready'));
    expect(events.slice(1, 5)).toEqual([
      'Progressive traffic is not supported when using the kubernetes provider',
      'Setting canaryAnalysis.iterations: 10',
      'Starting canary analysis for podinfo.test',
      'Advance podinfo.test canary iteration 1/10',
    ]);
    expect(events).not.toContain('Routing all traffic to primary');
    expect(w.splits).toEqual([]);
  });

  test('A/B sends matching requests for N looks, also when N is lowered meanwhile', () => {
    const abilities = { ...MESH, headerMatch: true };
    const w = world({ iterations: 5, match: [{ headers: { 'x-canary': { exact: 'insider' } } }] }, { abilities });
    const from = w.history.length;
    w.deploy('6.0.1');
    w.runUntil(({ state }) => state?.rollout?.iterations === 3);
    w.canary.spec.analysis.iterations = 2;
    w.runUntil(({ phase, stage }) => phase === 'Succeeded' && stage === 'idle');
    expect(w.events(from)).toContain('Advance podinfo.test canary iteration 3/5');
    expect(w.splits.map(({ routes }) => routes.canary)).toEqual([0, 100, 0]);
  });

  test('a mirroring canary mirrors for one look before its first weight', () => {
    const w = world({ stepWeight: 25, maxWeight: 50, mirror: true }, { abilities: { ...MESH, mirror: true } });
    release(w);
    expect(w.splits.map(({ routes }) => (routes.mirror ? 'mirror' : routes.canary))).toEqual([0, 'mirror', 25, 50, 0]);
  });
});
