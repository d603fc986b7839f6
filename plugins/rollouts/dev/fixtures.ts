import type { CheckLimit, CheckResult, Decision, PastRollout, PlanStep, Rollout, RolloutEvent } from '@aviary/plugin-rollouts-common';

/** One Canary with all that the portal asks about it. */
export interface CanaryFixture {
  rollout: Rollout;
  /** Newest first. */
  decisions: Decision[];
  events: RolloutEvent[];
  history: PastRollout[];
}

/** In milliseconds. */
export const SECOND = 1_000;
/** In milliseconds. */
export const MINUTE = 60 * SECOND;
const INTERVAL = 30 * SECOND;

const SUCCESS_RATE: CheckLimit = { name: 'request-success-rate', unit: '%', min: 99, max: null, source: 'Prometheus' };
const DURATION: CheckLimit = { name: 'request-duration-p99', unit: 'ms', min: null, max: 500, source: 'Prometheus' };

/** An acceptance test, ten steps of five percent, a gate, the promotion. */
export const PLAN: PlanStep[] = [
  { kind: 'gate', type: 'pre-rollout', name: 'acceptance-test' },
  ...[5, 10, 15, 20, 25, 30, 35, 40, 45, 50].map((weight): PlanStep => ({ kind: 'weight', weight })),
  { kind: 'gate', type: 'confirm-promotion', name: 'confirm-promotion' },
  { kind: 'promotion' },
];

/** Nothing known yet but the Canary itself; the base of the others. */
export function idleRollout(now: number, changes: Partial<Rollout> = {}): Rollout {
  return {
    key: { cluster: 'prod-eu', namespace: 'test', name: 'podinfo' },
    rolloutId: 'r1',
    phase: 'Initialized',
    stage: 'idle',
    valid: true,
    verdict: null,
    paused: null,
    gate: null,
    reason: 'podinfo 6.0.0 serves all traffic. A new version starts a rollout.',
    fromVersion: '6.0.0',
    toVersion: '6.0.1',
    revision: 'abc123',
    strategy: 'canary',
    provider: 'linkerd',
    target: 'Deployment/podinfo',
    weight: 0,
    maxWeight: 0,
    iterations: 0,
    confirmed: true,
    failedChecks: 0,
    threshold: 5,
    interval: INTERVAL,
    plan: PLAN,
    checks: [SUCCESS_RATE, DURATION],
    looks: 0,
    startedAt: null,
    endedAt: null,
    dueAt: null,
    changedAt: now,
    entityRef: 'component:default/podinfo',
    owner: 'group:default/payments',
    ...changes,
  };
}

/** Holding at 20 %: two failures used, one look without data, one that could not be asked. */
export function progressing(now: number): CanaryFixture {
  const first = now - 3 * MINUTE - 42 * SECOND;
  const at = (look: number) => first + look * INTERVAL;
  const decisions = [
    decide({ sequence: 11, at: first, kind: 'ready', weight: [0, 5], reason: 'Gate acceptance-test passed. First traffic goes to 6.0.1.' }),
    decide({ sequence: 12, at: at(1), kind: 'advance', verdict: 'pass', weight: [5, 10], checks: looked(99.86, 371, 99.74, 352) }),
    decide({ sequence: 13, at: at(2), kind: 'advance', verdict: 'pass', weight: [10, 15], checks: looked(99.81, 379, 99.71, 356) }),
    decide({
      sequence: 14,
      at: at(3),
      kind: 'hold',
      verdict: 'noData',
      weight: [15, 15],
      reason: 'No requests measured for request duration p99 in 1 min. Held at 15 %; not a failure.',
      checks: looked(99.84, null, 99.73, 351),
    }),
    decide({ sequence: 15, at: at(4), kind: 'advance', verdict: 'pass', weight: [15, 20], checks: looked(99.38, 393, 99.72, 349) }),
    decide({
      sequence: 16,
      at: at(5),
      kind: 'hold',
      verdict: 'fail',
      weight: [20, 20],
      failedChecks: 1,
      reason: 'Request success rate 98.84 % is below 99 %. Held at 20 %.',
      checks: looked(98.84, 402, 99.74, 350),
    }),
    decide({
      sequence: 17,
      at: at(6),
      kind: 'hold',
      verdict: 'error',
      weight: [20, 20],
      failedChecks: 1,
      reason: 'Prometheus answered 503 for request success rate. Held at 20 %; not a failure.',
      checks: looked(null, 408, null, 353).map((check) =>
        check.name === SUCCESS_RATE.name ? { ...check, verdict: 'error', reason: 'Prometheus answered 503' } : check,
      ),
    }),
    decide({
      sequence: 18,
      at: at(7),
      kind: 'hold',
      verdict: 'fail',
      weight: [20, 20],
      failedChecks: 2,
      reason: 'Request success rate 98.69 % is below 99 %. Held at 20 %.',
      checks: looked(98.69, 412, 99.71, 355),
    }),
  ].reverse();
  return {
    rollout: idleRollout(now, {
      phase: 'Progressing',
      stage: 'analysing',
      verdict: 'fail',
      reason: 'Holding at 20 %: request success rate 98.69 % is below 99 % (2 of 5 failures used).',
      weight: 20,
      maxWeight: 20,
      failedChecks: 2,
      looks: 7,
      startedAt: first - INTERVAL,
      dueAt: at(8),
      changedAt: at(7),
    }),
    decisions,
    events: [
      event(at(7), 'Warning', 'Halt podinfo.test advancement success rate 98.69% < 99%'),
      event(at(6), 'Warning', 'Prometheus query failed: 503 Service Unavailable'),
      event(at(5), 'Warning', 'Halt podinfo.test advancement success rate 98.84% < 99%'),
      ...[20, 15, 10, 5].map((weight, index) => event(at(4 - index), 'Normal', `Advance podinfo.test canary weight ${weight}`)),
      event(first, 'Normal', 'Starting canary analysis for podinfo.test'),
      event(first - INTERVAL, 'Normal', 'New revision detected! Scaling up podinfo.test'),
    ],
    history: history(now),
  };
}

/** At the gate before promotion, half of the traffic on the canary. */
export function waiting(now: number): CanaryFixture {
  const first = now - 18 * MINUTE;
  const at = (look: number) => first + look * INTERVAL;
  const decisions: Decision[] = [decide({ sequence: 1, at: first, kind: 'ready', weight: [0, 5], reason: 'First traffic goes to 6.0.1.' })];
  for (let look = 1; look <= 35; look++) {
    const weight = Math.min(50, 5 * (look < 9 ? look : look - 1));
    const next = Math.min(50, weight + (look === 8 ? 0 : 5));
    const isFailed = look === 8;
    decisions.push(
      decide({
        sequence: look + 1,
        at: at(look),
        kind: isFailed ? 'hold' : weight === 50 ? 'wait' : 'advance',
        verdict: isFailed ? 'fail' : 'pass',
        weight: [weight, next],
        failedChecks: look < 8 ? 0 : 1,
        reason: reasonAt(isFailed, weight),
        checks: looked(
          isFailed ? 98.93 : 99.62 + Math.sin(look) / 9,
          390 + Math.round(9 * Math.cos(look)),
          99.7 + Math.cos(look) / 20,
          350,
        ),
      }),
    );
  }
  return {
    rollout: idleRollout(now, {
      phase: 'WaitingPromotion',
      stage: 'analysing',
      verdict: 'pass',
      gate: { type: 'confirm-promotion', name: 'confirm-promotion', since: at(12) },
      reason: 'Waiting at gate confirm-promotion; payments or platform can open it. 50 % of traffic stays on 6.0.1 while it waits.',
      weight: 50,
      maxWeight: 50,
      failedChecks: 1,
      looks: 35,
      startedAt: first - INTERVAL,
      dueAt: at(36),
      changedAt: at(12),
    }),
    decisions: decisions.reverse(),
    events: [
      event(at(12), 'Normal', 'Confirm-promotion check confirm-promotion not approved'),
      event(first, 'Normal', 'Starting canary analysis for podinfo.test'),
    ],
    history: history(now),
  };
}

function reasonAt(isFailed: boolean, weight: number): string {
  if (isFailed) {
    return `Request success rate 98.93 % is below 99 %. Held at ${weight} %.`;
  }
  return weight === 50 ? 'All 3 checks passed. Waiting at gate confirm-promotion.' : 'All 3 checks passed.';
}

/** Rolled back from 25 % after five failed looks. */
export function failed(now: number): CanaryFixture {
  const ended = now - 12 * MINUTE;
  const first = ended - 9 * INTERVAL;
  const at = (look: number) => first + look * INTERVAL;
  const decisions: Decision[] = [decide({ sequence: 1, at: first, kind: 'ready', weight: [0, 5], reason: 'First traffic goes to 6.0.2.' })];
  for (let look = 1; look <= 4; look++) {
    const checks = looked(99.7 - look / 50, 380 + 12 * look, 99.74, 356);
    decisions.push(
      decide({ sequence: look + 1, at: at(look), kind: 'advance', verdict: 'pass', weight: [5 * look, 5 * look + 5], checks }),
    );
  }
  for (const [index, duration] of [612, 655, 701, 748, 812].entries()) {
    const isLast = index === 4;
    decisions.push(
      decide({
        sequence: 6 + index,
        at: at(5 + index),
        kind: isLast ? 'rollback' : 'hold',
        verdict: 'fail',
        weight: isLast ? [25, 0] : [25, 25],
        failedChecks: index + 1,
        reason: isLast
          ? 'Rolled back from 25 %: request duration p99 was 812 ms, above 500 ms (5 of 5 failures used).'
          : `Request duration p99 ${duration} ms is above 500 ms. Held at 25 %.`,
        checks: looked(99.6 - index / 20, duration, 99.74, 356),
      }),
    );
  }
  decisions.push(
    decide({
      sequence: 11,
      at: ended + 6 * SECOND,
      kind: 'fail',
      weight: [0, 0],
      failedChecks: 5,
      reason: 'The canary is scaled to zero.',
    }),
  );
  return {
    rollout: idleRollout(now, {
      phase: 'Failed',
      verdict: 'fail',
      reason: 'Rolled back from 25 %: request duration p99 was 812 ms, above 500 ms (5 of 5 failures used).',
      fromVersion: '6.0.1',
      toVersion: '6.0.2',
      maxWeight: 25,
      failedChecks: 5,
      looks: 9,
      startedAt: first - INTERVAL,
      endedAt: ended,
      changedAt: ended,
    }),
    decisions: decisions
      .map((decision) => ({ ...decision, phase: decision.sequence > 9 ? ('Failed' as const) : decision.phase }))
      .reverse(),
    events: [
      event(ended, 'Warning', 'Canary failed! Scaling down podinfo.test'),
      event(ended, 'Warning', 'Rolling back podinfo.test failed checks threshold reached 5'),
    ],
    history: history(now),
  };
}

function decide(look: {
  sequence: number;
  at: number;
  kind: string;
  verdict?: Decision['verdict'];
  weight: [before: number, after: number];
  failedChecks?: number;
  reason?: string;
  checks?: CheckResult[];
}): Decision {
  const { weight, verdict = null, failedChecks = 0, reason = 'All 3 checks passed.', checks = [], ...rest } = look;
  return {
    ...rest,
    rolloutId: 'r1',
    phase: 'Progressing',
    weightBefore: weight[0],
    weight: weight[1],
    iterations: 0,
    verdict,
    reason,
    failedChecks,
    checks,
  };
}

function looked(rate: number | null, duration: number | null, primaryRate: number | null, primaryDuration: number | null): CheckResult[] {
  return [
    {
      name: 'load-test',
      kind: 'webhook',
      type: 'rollout',
      value: null,
      primaryValue: null,
      min: null,
      max: null,
      unit: '',
      verdict: 'pass',
      reason: '200',
      took: 84,
    },
    metric(
      SUCCESS_RATE,
      rate,
      primaryRate,
      'sum(rate(response_total{classification="success", deployment="podinfo"}[1m])) / sum(rate(response_total{deployment="podinfo"}[1m])) * 100',
    ),
    metric(
      DURATION,
      duration,
      primaryDuration,
      'histogram_quantile(0.99, sum(rate(response_latency_ms_bucket{deployment="podinfo"}[1m])) by (le))',
    ),
  ];
}

function metric(limit: CheckLimit, value: number | null, primaryValue: number | null, query: string): CheckResult {
  const { name, unit, min, max, source } = limit;
  const isOutside = value !== null && ((min !== null && value < min) || (max !== null && value > max));
  const passed = isOutside ? 'fail' : 'pass';
  const reason = { fail: `${value} ${unit} is ${min === null ? 'above' : 'below'} ${min ?? max} ${unit}`, pass: `${value} ${unit}` }[
    passed
  ];
  const verdict = value === null ? 'noData' : passed;
  return {
    name,
    kind: 'metric',
    value,
    primaryValue,
    min,
    max,
    unit,
    verdict,
    reason: value === null ? 'no requests in 1 min' : reason,
    source,
    query,
    window: MINUTE,
    took: 65,
  };
}

function event(at: number, type: RolloutEvent['type'], message: string): RolloutEvent {
  return { at, type, message, rolloutId: 'r1' };
}

function history(now: number): PastRollout[] {
  const past = (
    id: string,
    [fromVersion, toVersion]: [string, string],
    [age, length]: [number, number],
    outcome: 'Succeeded' | 'Failed',
    reason: string,
  ): PastRollout => ({
    id,
    fromVersion,
    toVersion,
    strategy: 'canary',
    startedAt: now - age - length,
    endedAt: now - age,
    outcome,
    reason,
    looks: 11,
    maxWeight: 50,
  });
  const day = 24 * 60 * MINUTE;
  return [
    past('r0', ['5.2.2', '6.0.0'], [day, 6 * MINUTE + 10 * SECOND], 'Succeeded', 'Promoted: 11 looks, all passed.'),
    past('r-1', ['5.2.0', '5.2.2'], [3 * day, 22 * MINUTE], 'Succeeded', 'Promoted: waited 16 min for platform.'),
    past('r-2', ['5.2.0', '5.2.1'], [4 * day, 4 * MINUTE], 'Failed', 'Rolled back from 15 %: duration p99 was above 500 ms 5 times.'),
    past('r-3', ['5.1.9', '5.2.0'], [5 * day, MINUTE], 'Failed', 'Aborted by payments: wrong feature flag.'),
    past('r-4', ['5.1.8', '5.1.9'], [9 * day, 5 * MINUTE + 40 * SECOND], 'Succeeded', 'Promoted: 10 looks, all passed.'),
  ];
}
