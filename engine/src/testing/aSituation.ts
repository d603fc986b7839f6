import type { KubeObject, RouterAbilities } from '@aviary/provider-contract';
import { parseCanary } from '../canary/parseCanary';
import type { ObservedWorkload, Settings, Situation } from '../decision/Situation';

/** When simulated time begins. */
export const START = Date.UTC(2024, 0, 1, 12, 0, 0);

/** A mesh router that can split traffic and nothing else, like Linkerd's. */
export const MESH: RouterAbilities = {
  weights: true,
  headerMatch: false,
  mirror: false,
  sessionAffinity: false,
  routesBeforeWorkload: false,
};

/** The engine's default settings. */
export const SETTINGS: Settings = { noDataLimit: 3, errorLimit: 10, configQuietTime: 2_000 };

/** A Canary object for `podinfo` in `test`, every 10 s by steps of 10 to 50; `spec` overrides fields of its spec. */
export function aCanary(spec: Record<string, unknown> = {}, more: Partial<KubeObject> = {}): KubeObject {
  return {
    apiVersion: 'flagger.app/v1beta1',
    kind: 'Canary',
    metadata: { name: 'podinfo', namespace: 'test', uid: 'uid-podinfo', generation: 1 },
    spec: {
      provider: 'linkerd',
      targetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'podinfo' },
      service: { port: 9898 },
      progressDeadlineSeconds: 60,
      analysis: { interval: '10s', threshold: 3, stepWeight: 10, maxWeight: 50 },
      ...spec,
    },
    ...more,
  };
}

/** A workload that runs and is ready. */
export function aWorkload(overrides: Partial<ObservedWorkload> = {}): ObservedWorkload {
  return {
    present: true,
    revision: 'rev-1',
    version: '6.0.0',
    generation: 1,
    replicas: 1,
    updated: 1,
    available: 1,
    ready: true,
    notReadyReason: '',
    deadlineExceeded: false,
    fence: null,
    podId: null,
    configs: {},
    ...overrides,
  };
}

/** A new Canary beside a running target: nothing of ours exists yet. Override any part. */
export function aSituation(overrides: Partial<Situation> = {}): Situation {
  const { canary, problems } = parseCanary(aCanary(), { minInterval: 10_000 });
  return {
    now: START,
    cause: 'changed',
    canary: { ...canary, drivenByAnother: null },
    problems,
    state: null,
    confirmedAt: null,
    polledAt: null,
    fencesAhead: [],
    target: aWorkload(),
    primary: aWorkload({ present: false, revision: null, version: '', replicas: 0, updated: 0, available: 0, ready: false }),
    endpoints: { primary: 0, canary: 1 },
    configs: {},
    objects: {
      canaryService: { state: 'absent' },
      primaryService: { state: 'absent' },
      apexService: { state: 'absent' },
      primaryScaler: { state: 'unwanted' },
      finalizer: { state: 'absent' },
    },
    targetScaler: null,
    routes: { state: 'absent' },
    abilities: MESH,
    checks: [],
    hooks: [],
    commands: [],
    outcomes: [],
    draws: { rolloutId: 'rollout-1', podId: 'pod-1' },
    settings: SETTINGS,
    ...overrides,
  };
}
