import type { Decision } from '../../decision/Decision';
import type { RolloutProgress, RolloutState } from '../../decision/RolloutState';
import type { Situation } from '../../decision/Situation';
import type { CanaryKey, DecisionToRecord } from '../RolloutStore';

/** What a test says of a decision; the rest is plausible. */
export interface SampleEntry {
  key: CanaryKey;
  uid?: string;
  /** Milliseconds since the epoch. */
  at?: number;
  /** The state before; null for the first decision. */
  previous?: RolloutState | null;
  state?: Partial<RolloutState>;
  /** Null: no rollout. Undefined: as before, or a new one at 10 %. */
  rollout?: Partial<RolloutProgress> | null;
  decision?: Partial<Omit<Decision, 'state'>>;
  deliveries?: DecisionToRecord['deliveries'];
  promotedTemplate?: DecisionToRecord['promotedTemplate'];
}

/** A time in the middle of a month. */
export const sampleTime = Date.UTC(2026, 10, 14, 12);

/** A decision as the engine records it, for tests of the store and of what stands on it. */
export function sampleEntry(sample: SampleEntry): DecisionToRecord {
  const { key, previous = null, at = sampleTime } = sample;
  const uid = sample.uid ?? `uid-${key.cluster}-${key.namespace}-${key.name}`;
  const rollout = sample.rollout === null ? null : { ...(previous?.rollout ?? sampleRollout(at)), ...sample.rollout };
  const weight = rollout?.weight ?? 0;
  const state: RolloutState = {
    ...(previous ?? sampleState(at)),
    sequence: (previous?.sequence ?? 0) + 1,
    rollout,
    ...sample.state,
  };
  state.desired = { ...state.desired, routes: { primary: 100 - weight, canary: weight, mirror: false } };
  return {
    key,
    uid,
    at,
    situation: {
      problems: [],
      now: at,
      state: previous,
      canary: { namespace: key.namespace, name: key.name, uid },
    } as unknown as Situation,
    answers: [{ id: 'metric/0', result: { kind: 'number', value: 98.69 }, at, took: 12 }],
    decision: {
      kind: 'advance',
      verdict: 'pass',
      checks: [],
      events: [],
      alerts: [],
      reason: `At ${weight} %: all checks passed.`,
      answers: [],
      ...sample.decision,
      state,
    },
    summary: {
      strategy: 'canary',
      provider: 'linkerd',
      target: `Deployment/${key.name}`,
      plan: [{ kind: 'weight', weight: 10 }, { kind: 'promotion' }],
      interval: 30_000,
      threshold: 5,
      checks: [{ name: 'request-success-rate', unit: '%', min: 99, max: null, source: 'Prometheus' }],
    },
    deliveries: sample.deliveries ?? [],
    promotedTemplate: sample.promotedTemplate,
  };
}

function sampleState(at: number): RolloutState {
  return {
    version: 1,
    phase: 'Progressing',
    stage: 'analysing',
    sequence: 0,
    desired: {
      routes: { primary: 100, canary: 0, mirror: false },
      primary: null,
      target: 'running',
      targetScaler: 'running',
      objects: 'managed',
      finalizer: false,
    },
    rollout: null,
    promoted: { revision: 'r1', version: '6.0.0' },
    trackedConfigs: {},
    lastAppliedSpec: '1',
    lastPromotedSpec: '1',
    appliedRevision: 'r2',
    configChange: null,
    lastTransitionAt: at,
    notices: {},
    noticedAt: {},
    adoptedFences: [],
    notReadySince: { target: null, primary: null, routes: null },
    notBefore: null,
    conditionSince: { status: at, reason: at },
  };
}

function sampleRollout(at: number): RolloutProgress {
  return {
    id: 'rollout-1',
    revision: 'r2',
    fromVersion: '6.0.0',
    toVersion: '6.0.1',
    strategy: 'canary',
    startedAt: at,
    endedAt: null,
    weight: 10,
    iterations: 0,
    failedChecks: 0,
    looks: 1,
    noData: {},
    errors: {},
    firstTrafficAt: null,
    paused: null,
    opened: [],
    gate: null,
    rollback: null,
    failedPromotion: false,
    skipped: false,
    previousPhase: 'Succeeded',
  };
}
