import type { PlanStep, Rollout } from '@aviary/plugin-rollouts-common';
import { idleRollout } from '../dev/fixtures';
import { readSteps } from './readSteps';

const plan: PlanStep[] = [
  { kind: 'gate', type: 'confirm-rollout', name: 'confirm-rollout' },
  { kind: 'weight', weight: 10 },
  { kind: 'weight', weight: 20 },
  { kind: 'weight', weight: 30 },
  { kind: 'gate', type: 'confirm-promotion', name: 'ask-payments' },
  { kind: 'promotion' },
];
const steps = (changes: Partial<Rollout>) => readSteps(idleRollout(0, { plan, ...changes })).join(' ');

describe('readSteps', () => {
  it.each<[string, Partial<Rollout>, string]>([
    ['nothing started', { phase: 'Initialized' }, 'ahead ahead ahead ahead ahead ahead'],
    ['waiting to start', { phase: 'Waiting' }, 'waiting ahead ahead ahead ahead ahead'],
    ['before the first traffic', { phase: 'Progressing', weight: 0 }, 'ahead ahead ahead ahead ahead ahead'],
    ['moving', { phase: 'Progressing', weight: 20, verdict: 'pass' }, 'passed done current ahead ahead ahead'],
    ['holding', { phase: 'Progressing', weight: 20, verdict: 'noData' }, 'passed done holding ahead ahead ahead'],
    ['paused', { phase: 'Progressing', weight: 20, paused: { by: '', why: '', at: 0 } }, 'passed done holding ahead ahead ahead'],
    [
      'held by a gate that the plan does not name',
      { phase: 'Progressing', weight: 20, gate: { type: 'confirm-traffic-increase', name: 'x', since: 0 } },
      'passed done holding ahead ahead ahead',
    ],
    [
      'waiting to promote',
      { phase: 'WaitingPromotion', weight: 30, gate: { type: 'confirm-promotion', name: 'ask-payments', since: 0 } },
      'passed done done done waiting ahead',
    ],
    ['promoting', { phase: 'Promoting', weight: 30 }, 'passed done done done passed current'],
    ['promoted', { phase: 'Succeeded', weight: 0 }, 'passed done done done passed done'],
    ['fallen', { phase: 'Failed', weight: 0, maxWeight: 20 }, 'passed done fell ahead ahead ahead'],
    ['fallen before any traffic', { phase: 'Failed', weight: 0, maxWeight: 0 }, 'ahead ahead ahead ahead ahead ahead'],
  ])('%s', (_name, changes, expected) => {
    expect(steps(changes)).toBe(expected);
  });

  it('counts iterations from the one that is being looked at', () => {
    const looks: PlanStep[] = [1, 2, 3].map((iteration) => ({ kind: 'iteration', iteration }));
    expect(steps({ plan: looks, phase: 'Progressing', strategy: 'ab-testing', iterations: 1, verdict: 'pass' })).toBe('done current ahead');
  });
});
