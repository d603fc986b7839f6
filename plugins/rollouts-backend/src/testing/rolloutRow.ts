import type { RolloutRow } from '@aviary/engine/store';

/** A Canary in the middle of its analysis. */
export function rolloutRow(ref: string, changes: Partial<RolloutRow> = {}): RolloutRow {
  const [cluster, namespace, name] = ref.split('/');
  return {
    key: { cluster, namespace, name },
    rolloutId: 'r1',
    phase: 'Progressing',
    stage: 'analysing',
    valid: true,
    verdict: 'pass',
    paused: null,
    gate: null,
    reason: 'At 20 %: all 2 checks passed.',
    fromVersion: '6.0.0',
    toVersion: '6.0.1',
    revision: 'abc',
    strategy: 'canary',
    provider: 'linkerd',
    target: `Deployment/${name}`,
    weight: 20,
    maxWeight: 20,
    iterations: 0,
    confirmed: true,
    failedChecks: 0,
    threshold: 5,
    interval: 30_000,
    plan: [{ kind: 'weight', weight: 10 }, { kind: 'gate', type: 'confirm-promotion', name: 'gate' }, { kind: 'promotion' }],
    checks: [{ name: 'request-success-rate', unit: '%', min: 99, max: null, source: 'Prometheus' }],
    looks: 2,
    startedAt: 1_000,
    endedAt: null,
    dueAt: 31_000,
    changedAt: 2_000,
    ...changes,
  };
}
