import fc from 'fast-check';
import { aCanary, aSituation, aWorkload, MESH } from '../testing/aSituation';
import { World } from '../testing/World';
import { converge } from './converge';
import { mayPromote, mayRoute, mayScaleDown, mayScaleUp } from './guards';
import { judge } from './judge';
import { HOME } from './Pass';
import type { Answer, RawAnswer } from './Question';
import type { Desired } from './RolloutState';
import type { Situation } from './Situation';

const metrics = [
  { name: 'request-success-rate', thresholdRange: { min: 99 }, interval: '1m' },
  { name: 'request-duration', thresholdRange: { max: 500 }, interval: '1m' },
];
const hookTypes = [
  'confirm-rollout',
  'pre-rollout',
  'rollout',
  'confirm-traffic-increase',
  'confirm-promotion',
  'post-rollout',
  'rollback',
];

const rawAnswer: fc.Arbitrary<RawAnswer> = fc.oneof(
  { weight: 20, arbitrary: fc.constant<RawAnswer>({ kind: 'number', value: 99.5 }) },
  { weight: 1, arbitrary: fc.double({ noNaN: false }).map((value): RawAnswer => ({ kind: 'number', value })) },
  { weight: 1, arbitrary: fc.constant<RawAnswer>({ kind: 'noData', message: 'no values found' }) },
  { weight: 1, arbitrary: fc.constant<RawAnswer>({ kind: 'failed', error: 'unavailable', message: 'connection refused' }) },
);
const hookAnswer: fc.Arbitrary<RawAnswer> = fc.oneof(
  { weight: 20, arbitrary: fc.constant<RawAnswer>({ kind: 'http', status: 200, excerpt: '' }) },
  { weight: 1, arbitrary: fc.constantFrom(204, 403, 500).map((status): RawAnswer => ({ kind: 'http', status, excerpt: 'x' })) },
);

/** One thing that may happen to a running world. */
type Happening = {
  after: number;
  what: 'deploy' | 'revert' | 'break' | 'mend' | 'slow' | 'takeover' | 'drift' | 'command' | 'primary' | 'configs';
  pick: number;
};
const happening: fc.Arbitrary<Happening> = fc.record({
  after: fc.integer({ min: 0, max: 40_000 }),
  what: fc.constantFrom<Happening['what']>(
    ...(['deploy', 'revert', 'break', 'primary', 'configs', 'command'] as const),
    ...(['mend', 'mend', 'mend', 'slow', 'slow', 'slow', 'takeover', 'takeover', 'drift'] as const),
  ),
  pick: fc.nat(1000),
});
const COMMANDS = ['pause', 'resume', 'approve', 'reject', 'abort', 'promote', 'retry'] as const;

function happen(w: World, { what, pick }: Happening): void {
  switch (what) {
    case 'deploy':
      w.deploy(`6.0.${1 + (pick % 4)}`);
      break;
    case 'revert':
      w.deploy('6.0.0');
      break;
    case 'break':
      w.target.broken = true;
      break;
    case 'mend':
      w.target.broken = false;
      w.primary.broken = false;
      w.refused = [];
      break;
    case 'slow':
      w.target.readyAt = w.now + pick * 8;
      break;
    case 'takeover':
      w.confirmedAt = null;
      w.outcomes = [];
      break;
    case 'drift':
      // Somebody edits the route object to another split that the guards would allow.
      if (w.routes !== null) {
        w.routes = { ...HOME };
      }
      break;
    case 'command':
      w.command(COMMANDS[pick % COMMANDS.length]);
      break;
    case 'primary':
      w.primary.broken = pick % 2 === 0;
      break;
    default:
      w.configs = { 'configmap/a': { state: 'seen', checksum: `${pick % 3}` } };
  }
}

const analysis = fc.oneof(
  fc.record({
    stepWeight: fc.integer({ min: 5, max: 40 }),
    maxWeight: fc.integer({ min: 30, max: 100 }),
    stepWeightPromotion: fc.constantFrom(0, 30),
  }),
  fc.record({ iterations: fc.integer({ min: 1, max: 4 }) }),
);
const story = fc.record({
  analysis,
  hooks: fc.subarray(hookTypes, { maxLength: 3 }),
  weights: fc.boolean(),
  happenings: fc.array(happening, { maxLength: 12 }),
  answers: fc.infiniteStream(rawAnswer),
  hookAnswers: fc.infiniteStream(hookAnswer),
});

function tell(told: typeof story extends fc.Arbitrary<infer T> ? T : never): World {
  const webhooks = told.hooks.map((type) => ({ name: type, type, url: 'http://hook.test/' }));
  const w = new World({
    canary: aCanary({ analysis: { interval: '10s', threshold: 2, metrics, webhooks, ...told.analysis } }),
    abilities: { ...MESH, weights: told.weights },
    answer: (question) => {
      if (question.kind === 'probe') {
        return { kind: 'number', value: 1 };
      }
      if (question.kind === 'metric') {
        return question.index === 0 ? told.answers.next().value! : { kind: 'number', value: 100 };
      }
      return question.type === 'rollback' ? { kind: 'http', status: 403, excerpt: '' } : told.hookAnswers.next().value!;
    },
  });
  w.initialise();
  w.deploy('6.0.1');
  for (const next of told.happenings) {
    w.runFor(next.after);
    happen(w, next);
    w.settle();
  }
  w.runFor(120_000);
  return w;
}

describe('whatever happens', () => {
  test('no action goes against a guard, no question is asked twice, and the world comes to rest', () => {
    fc.assert(
      fc.property(story, (told) => {
        expect(tell(told).violations).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });

  test('a weight goes forward only after a whole interval that was measured and passed', () => {
    fc.assert(
      fc.property(story, (told) => {
        const { history } = tell(told);
        for (const [i, { situation, decision }] of history.entries()) {
          const before = situation.state?.rollout;
          const after = decision.state.rollout;
          const isForward = before && after && before.id === after.id && after.weight > before.weight && decision.kind === 'advance';
          if (!isForward || before.weight === 0) {
            continue;
          }
          expect(decision.checks.filter(({ kind }) => kind === 'metric').map(({ verdict }) => verdict)).toEqual(['pass', 'pass']);
          const start = history.findLastIndex((step, j) => j < i && ['advance', 'hold', 'resume', 'wait'].includes(step.decision.kind));
          const approved = history.slice(start + 1, i).some((step) => step.decision.answers.length > 0);
          expect(approved || situation.now - history[start].situation.now >= 10_000).toBe(true);
        }
      }),
      { numRuns: 40 },
    );
  });

  test('weights never exceed the last step of the ladder, except for a canary that keeps all traffic after a failed promotion', () => {
    fc.assert(
      fc.property(story, (told) => {
        for (const { situation, decision } of tell(told).history) {
          const { steps } = situation.canary.spec.analysis;
          const { rollout, desired } = decision.state;
          const max = rollout?.strategy === 'canary' ? Math.max(...steps) : 100;
          expect(rollout?.failedPromotion || desired.routes.canary <= max).toBe(true);
          expect(desired.routes.primary + desired.routes.canary).toBe(100);
        }
      }),
      { numRuns: 40 },
    );
  });

  test('every Failed ends with the primary at 100 and the target at zero, except a failed promotion', () => {
    fc.assert(
      fc.property(story, (told) => {
        for (const { situation, decision } of tell(told).history) {
          if (decision.state.phase === 'Failed' && situation.state?.phase !== 'Failed' && !decision.state.rollout!.failedPromotion) {
            expect(decision.state.desired).toMatchObject({ routes: HOME, target: 'zero' });
          }
        }
      }),
      { numRuns: 40 },
    );
  });

  test('what was decided is decided again from the record', () => {
    fc.assert(
      fc.property(story, (told) => {
        for (const { situation, answers, decision } of tell(told).history) {
          expect(judge(JSON.parse(JSON.stringify(situation)), answers)).toEqual({ kind: 'decide', decision });
        }
      }),
      { numRuns: 15 },
    );
  });
});

test('a takeover at any moment never shortens a step', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 80_000 }), fc.integer({ min: 0, max: 30_000 }), (at, away) => {
      const w = new World({ canary: aCanary({ analysis: { interval: '10s', threshold: 2, stepWeight: 20, maxWeight: 60, metrics } }) });
      w.initialise();
      w.deploy('6.0.1');
      w.runFor(at);
      // The engine is gone for a while; the next one knows the state and not since when it is confirmed.
      w.now += away;
      w.confirmedAt = null;
      w.cause = 'takeover';
      w.runUntil(({ phase, stage }) => phase === 'Succeeded' && stage === 'idle');
      const times = w.splits.map((split) => split.at).slice(1);
      for (const [i, time] of times.entries()) {
        expect(i === 0 || time - times[i - 1] >= 10_000).toBe(true);
      }
      expect(w.violations).toEqual([]);
      expect(w.splits.map(({ routes }) => routes.canary)).toEqual([0, 20, 40, 60, 0]);
    }),
    { numRuns: 100 },
  );
});

describe('from any world', () => {
  const workload = fc
    .record({
      present: fc.boolean(),
      revision: fc.constantFrom('rev-1', 'rev-2', null),
      replicas: fc.nat(2),
      ready: fc.boolean(),
      podId: fc.constantFrom('pod-1', null),
    })
    .map((seen) => aWorkload({ ...seen, notReadyReason: seen.ready ? '' : 'slow' }));
  const routes = fc.integer({ min: 0, max: 100 }).map((canary) => ({ primary: 100 - canary, canary, mirror: false }));
  const seenObject = fc.constantFrom<Situation['objects']['apexService']>(
    { state: 'absent' },
    { state: 'matching' },
    { state: 'differs', by: 'kubectl' },
    { state: 'foreign', owner: 'x' },
  );
  const anyWorld: fc.Arbitrary<{ situation: Situation; desired: Desired }> = fc
    .record({
      target: workload,
      primary: workload,
      endpoints: fc.record({ primary: fc.nat(1), canary: fc.nat(1) }),
      routes: fc.oneof(
        routes.map((split) => ({ state: 'seen' as const, routes: split, intact: true, fence: null, by: null })),
        fc.constant({ state: 'absent' as const }),
        fc.constant({ state: 'unreadable' as const, reason: 'forbidden' }),
        routes.map((split) => ({ state: 'notAccepted' as const, reason: 'not accepted', routes: split, fence: null })),
      ),
      objects: fc.record({
        apexService: seenObject,
        primaryService: seenObject,
        canaryService: seenObject,
        primaryScaler: seenObject,
        finalizer: fc.constantFrom({ state: 'absent' as const }, { state: 'matching' as const }),
      }),
      weights: fc.boolean(),
      wanted: routes,
      desired: fc.record({
        primary: fc.constantFrom(null, { revision: 'rev-2', configs: {}, podId: 'pod-2' }),
        target: fc.constantFrom('zero' as const, 'running' as const, 'untouched' as const),
        objects: fc.constantFrom('managed' as const, 'reverted' as const, 'untouched' as const),
        finalizer: fc.boolean(),
      }),
    })
    .map(({ target, primary, endpoints, routes: seen, objects, weights, wanted, desired }) => ({
      situation: aSituation({ target, primary, endpoints, routes: seen, objects, abilities: { ...MESH, weights } }),
      desired: { ...desired, routes: wanted, targetScaler: 'running' as const },
    }));

  test('every action that converge offers is allowed by the guards, and asking twice gives the same', () => {
    fc.assert(
      fc.property(anyWorld, ({ situation, desired }) => {
        const convergence = converge(desired, situation);
        expect(converge(desired, situation)).toEqual(convergence);
        expect(convergence.confirmed && (convergence.actions.length > 0 || convergence.waiting !== null)).toBe(false);
        for (const action of convergence.actions) {
          switch (action.type) {
            case 'setRoutes':
              expect(mayRoute(action.routes, situation)).toEqual({ allowed: true });
              break;
            case 'scaleToZero':
              expect(mayScaleDown(situation)).toEqual({ allowed: true });
              break;
            case 'scaleUp':
              expect(mayScaleUp(situation)).toEqual({ allowed: true });
              break;
            case 'promote':
              expect(mayPromote(desired.primary!, situation)).toEqual({ allowed: true });
              break;
            default:
          }
        }
      }),
      { numRuns: 2000 },
    );
  });

  test('judge ends within one round per question and asks nothing twice', () => {
    fc.assert(
      fc.property(
        anyWorld,
        fc.constantFrom('Progressing', 'Waiting', 'Promoting', 'Failed', 'Succeeded', 'Initialized', ''),
        (world, phase) => {
          const webhooks = hookTypes.map((type) => ({ name: type, type, url: 'http://hook.test/' }));
          const { canary } = new World({
            canary: aCanary({ analysis: { interval: '10s', threshold: 2, stepWeight: 10, metrics, webhooks } }),
          }).observe();
          const importedStatus = { phase: phase as '', failedChecks: 0 };
          const situation = { ...world.situation, confirmedAt: world.situation.now - 20_000, canary: { ...canary, importedStatus } };
          const imported = judge(situation, []);
          const running = imported.kind === 'decide' ? { ...situation, state: imported.decision.state } : situation;
          const answers: Answer[] = [];
          for (let round = 0; ; round += 1) {
            const judgement = judge(running, answers);
            if (judgement.kind !== 'ask') {
              break;
            }
            expect(round).toBeLessThanOrEqual(webhooks.length + 2 * metrics.length + 1);
            for (const { id } of judgement.questions) {
              expect(answers.map((answer) => answer.id)).not.toContain(id);
              answers.push({ id, result: { kind: 'http', status: 200, excerpt: '' }, at: running.now, took: 1 });
            }
          }
        },
      ),
      { numRuns: 500 },
    );
  });
});
