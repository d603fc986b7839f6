import type { PlanStep, Rollout } from '@aviary/plugin-rollouts-common';
import { idleRollout, MINUTE, PLAN, progressing, SECOND } from './fixtures';

/** The rows of the page of all rollouts: one of every kind. */
export function manyRollouts(now: number): Rollout[] {
  const row = (
    [name, cluster, namespace, owner]: [name: string, cluster: string, namespace: string, owner: string],
    age: number,
    changes: Partial<Rollout>,
  ): Rollout =>
    idleRollout(now, {
      key: { cluster, namespace, name },
      rolloutId: `r-${name}`,
      owner: `group:default/${owner}`,
      entityRef: `component:default/${name}`,
      changedAt: now - age,
      startedAt: now - age - 5 * MINUTE,
      target: `Deployment/${name}`,
      ...changes,
    });
  const weights = (...steps: number[]): PlanStep[] => [
    ...steps.map((weight): PlanStep => ({ kind: 'weight', weight })),
    { kind: 'promotion' },
  ];
  const gated = (...steps: number[]): PlanStep[] => [
    ...weights(...steps).slice(0, -1),
    { kind: 'gate', type: 'confirm-promotion', name: 'confirm-promotion' },
    { kind: 'promotion' },
  ];
  const looks: PlanStep[] = [
    ...Array.from({ length: 10 }, (_, index): PlanStep => ({ kind: 'iteration', iteration: index + 1 })),
    { kind: 'promotion' },
  ];
  const fives = PLAN.slice(1, 11).concat({ kind: 'promotion' });
  return [
    { ...progressing(now).rollout, changedAt: now - 12 * SECOND },
    row(['inventory', 'prod-us', 'shop', 'checkout'], 19 * SECOND, {
      phase: 'Progressing',
      verdict: 'pass',
      weight: 50,
      fromVersion: '3.4.1',
      toVersion: '3.5.0',
      plan: gated(10, 20, 30, 40, 50),
    }),
    row(['search-index', 'prod-us', 'search', 'search'], 31 * SECOND, {
      phase: 'Promoting',
      weight: 100,
      failedChecks: 1,
      fromVersion: '1.19.3',
      toVersion: '1.20.0',
      plan: fives,
    }),
    row(['catalog-web', 'prod-eu', 'web', 'storefront'], 44 * SECOND, {
      phase: 'Progressing',
      strategy: 'ab-testing',
      iterations: 2,
      threshold: 3,
      fromVersion: '8.0.4',
      toVersion: '8.1.0',
      plan: looks,
    }),
    row(['recommend', 'staging-eu', 'ml', 'data'], MINUTE, {
      phase: 'Progressing',
      weight: 30,
      fromVersion: '0.14.2',
      toVersion: '0.15.0',
      plan: weights(10, 20, 30, 40, 50, 60),
    }),
    row(['gateway', 'prod-eu', 'edge', 'platform'], 2 * MINUTE, {
      phase: 'Finalising',
      weight: 100,
      threshold: 10,
      fromVersion: '2.30.0',
      toVersion: '2.30.1',
      plan: fives,
    }),
    row(['mailer', 'prod-us', 'messaging', 'messaging'], 3 * MINUTE, {
      phase: 'Initializing',
      fromVersion: null,
      toVersion: '1.0.0',
      rolloutId: null,
    }),
    row(['checkout-api', 'prod-eu', 'shop', 'checkout'], 6 * MINUTE, {
      phase: 'WaitingPromotion',
      weight: 50,
      failedChecks: 1,
      fromVersion: '3.14.2',
      toVersion: '3.15.0',
      plan: PLAN.slice(1),
      gate: { type: 'confirm-promotion', name: 'confirm-promotion', since: now - 6 * MINUTE },
    }),
    row(['notifications', 'prod-eu', 'messaging', 'messaging'], 9 * MINUTE, {
      phase: 'Progressing',
      weight: 15,
      failedChecks: 1,
      fromVersion: '4.8.0',
      toVersion: '4.8.2',
      plan: fives,
      paused: { by: 'user:default/ada', why: 'vendor is down', at: now - 9 * MINUTE },
    }),
    row(['identity', 'prod-us', 'auth', 'identity'], 22 * MINUTE, {
      phase: 'Waiting',
      threshold: 2,
      fromVersion: '12.2.7',
      toVersion: '12.3.0',
      plan: [{ kind: 'gate', type: 'confirm-rollout', name: 'confirm-rollout' }, ...weights(25, 50, 75, 100)],
      gate: { type: 'confirm-rollout', name: 'confirm-rollout', since: now - 22 * MINUTE },
    }),
    row(['media-resize', 'prod-us', 'media', 'media'], 38 * MINUTE, {
      phase: 'Succeeded',
      fromVersion: '7.1.0',
      toVersion: '7.1.1',
      plan: fives,
      endedAt: now - 38 * MINUTE,
    }),
    row(['billing-worker', 'prod-eu', 'billing', 'payments'], 52 * MINUTE, {
      phase: 'Failed',
      maxWeight: 25,
      failedChecks: 5,
      fromVersion: '2.8.0',
      toVersion: '2.8.1',
      plan: fives,
      endedAt: now - 52 * MINUTE,
    }),
    row(['ledger', 'prod-eu', 'billing', 'payments'], 3 * 60 * MINUTE, {
      phase: 'Failed',
      maxWeight: 10,
      fromVersion: '5.0.3',
      toVersion: '5.1.0',
      plan: weights(10, 25, 50),
      endedAt: now - 3 * 60 * MINUTE,
    }),
    row(['session-cache', 'prod-us', 'auth', 'identity'], 7 * 60 * MINUTE, {
      phase: 'Failed',
      maxWeight: 50,
      failedChecks: 1,
      threshold: 3,
      fromVersion: '1.9.9',
      toVersion: '2.0.0',
      plan: weights(10, 20, 30, 50),
      endedAt: now - 7 * 60 * MINUTE,
    }),
  ];
}
