import { aCanary, MESH } from '../testing/aSituation';
import { checkAbilities } from './checkAbilities';
import { parseCanary } from './parseCanary';
import { planOf } from './planOf';
import { strategyOf } from './strategyOf';

const spec = (analysis: Record<string, unknown>, more = {}) =>
  parseCanary(aCanary({ analysis: { interval: '10s', threshold: 3, ...analysis }, ...more }), { minInterval: 10_000 }).canary.spec;
const match = [{ headers: { 'x-user': { exact: 'test' } } }];
const NO_MESH = { ...MESH, weights: false };

test.each([
  [{ iterations: 10, match }, MESH, 'spec.analysis.match', /would send all live traffic to the canary/],
  [{ stepWeight: 10, mirror: true }, MESH, 'spec.analysis.mirror', /cannot mirror/],
  [{ stepWeight: 10, sessionAffinity: { cookieName: 'a' } }, MESH, 'spec.analysis.sessionAffinity', /cannot keep a client/],
  [{}, MESH, 'spec.analysis.stepWeight', /has no stepWeight, stepWeights or iterations/],
])('%j is refused', (analysis, abilities, field, message) => {
  expect(checkAbilities(spec(analysis), abilities, 'linkerd')).toMatchObject([{ field, message: expect.stringMatching(message) }]);
});

test.each([
  [{ stepWeight: 10 }, MESH],
  [
    { iterations: 10, match },
    { ...MESH, headerMatch: true },
  ],
  [{ iterations: 10, match }, NO_MESH],
  [{}, NO_MESH],
])('%j is allowed', (analysis, abilities) => {
  expect(checkAbilities(spec(analysis), abilities, 'any')).toEqual([]);
});

test.each([
  [{ stepWeight: 10 }, MESH, 'canary'],
  [{ iterations: 3 }, MESH, 'blue-green'],
  [{ iterations: 3, match }, MESH, 'ab-testing'],
  [{ stepWeight: 10, match }, MESH, 'canary'],
  [{ stepWeight: 10 }, NO_MESH, 'blue-green'],
  [{ iterations: 3, match }, NO_MESH, 'blue-green'],
])('%j has its strategy', (analysis, abilities, strategy) => {
  expect(strategyOf(spec(analysis), abilities)).toBe(strategy);
});

describe('the plan', () => {
  const hook = (type: string) => ({ name: `${type}-hook`, type, url: 'http://a' });

  test('of a canary has its weights with the gates around them', () => {
    const webhooks = ['confirm-promotion', 'rollout', 'confirm-traffic-increase', 'pre-rollout', 'confirm-rollout'].map(hook);
    expect(planOf(spec({ stepWeight: 30, maxWeight: 50, stepWeightPromotion: 40, webhooks }))).toEqual([
      { kind: 'gate', type: 'confirm-rollout', name: 'confirm-rollout-hook' },
      { kind: 'gate', type: 'pre-rollout', name: 'pre-rollout-hook' },
      { kind: 'gate', type: 'confirm-traffic-increase', name: 'confirm-traffic-increase-hook' },
      { kind: 'weight', weight: 30 },
      { kind: 'gate', type: 'confirm-traffic-increase', name: 'confirm-traffic-increase-hook' },
      { kind: 'weight', weight: 60 },
      { kind: 'gate', type: 'confirm-promotion', name: 'confirm-promotion-hook' },
      { kind: 'promotion', weights: [20, 0] },
    ]);
  });

  test('without a mesh has ten iterations', () => {
    const plan = planOf(spec({ stepWeight: 10 }), NO_MESH);
    expect(plan).toHaveLength(11);
    expect(plan[9]).toEqual({ kind: 'iteration', iteration: 10, of: 10 });
  });

  test('without analysis is the promotion alone', () => {
    expect(planOf(spec({ stepWeight: 10 }, { skipAnalysis: true }))).toEqual([{ kind: 'promotion', weights: [0] }]);
  });
});
