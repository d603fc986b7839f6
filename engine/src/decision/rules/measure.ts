import { formatSpan, plural } from '../../analysis/formatNumber';
import { judgeCheck } from '../../analysis/judgeCheck';
import type { InconclusivePolicy, MetricSpec } from '../../canary/Canary';
import type { CheckResult, Decision, Verdict } from '../Decision';
import { rolloutOf, warning, type Pass } from '../Pass';
import type { Answer, Question } from '../Question';
import type { ObservedCheck } from '../Situation';

/** What one look found: every check, one verdict, and what the next look must remember. */
export interface Evidence {
  checks: CheckResult[];
  verdict: Verdict;
  /** The event of the first check that stands in the way, in Flagger's order. */
  events: Decision['events'];
  /** What stands in the way, for people; empty when nothing does. */
  cause: string;
  /** Consecutive looks without data or with an error, by metric. */
  noData: Record<string, number>;
  errors: Record<string, number>;
  /** A check has not been measured for so long that the rollout goes back (engine rules §4). */
  giveUp: { cause: 'noData' | 'errors'; why: string; event: string } | null;
}

/** One metric of a look. */
interface Measured {
  check: CheckResult;
  metric: MetricSpec;
  event: string;
  cause: string;
  /** Looks in a row that were not measured, this one included; 0 when it was. */
  streak: number;
  policy: InconclusivePolicy | null;
}

/** The metric questions of a look that have no answer yet: one batch, canary and primary, all recorded. */
export function metricQuestions(pass: Pass): Question[] {
  const questions: Question[] = [];
  for (const { index, query } of pass.situation.checks) {
    if (query === null) {
      continue;
    }
    questions.push({ kind: 'metric', id: `metric/${index}/canary`, index, subject: 'canary' });
    if (query.primary !== null) {
      questions.push({ kind: 'metric', id: `metric/${index}/primary`, index, subject: 'primary' });
    }
  }
  return questions.filter(({ id }) => !pass.answers.has(id));
}

/** Judges the answered metrics of a look. Values of the primary are shown, never judged. */
export function measure(pass: Pass): Evidence {
  const measured = pass.situation.checks.map((check) => measureOne(pass, check));
  const rollout = rolloutOf(pass);
  const noData = { ...rollout.noData };
  const errors = { ...rollout.errors };
  for (const { check, metric, streak } of measured) {
    noData[metric.name] = check.verdict === 'noData' ? streak : 0;
    errors[metric.name] = check.verdict === 'error' ? streak : 0;
  }
  const blocking = measured.filter(({ check, policy }) => check.verdict !== 'pass' && policy?.action !== 'continue');
  const worst = (['fail', 'error', 'noData'] as const).find((verdict) => blocking.some(({ check }) => check.verdict === verdict));
  const first = blocking.find(({ check }) => check.verdict === worst);
  return {
    checks: measured.map(({ check }) => check),
    verdict: worst ?? 'pass',
    events: first === undefined ? [] : [warning(first.event)],
    cause: first?.cause ?? '',
    noData,
    errors,
    giveUp: giveUp(pass, blocking),
  };
}

function measureOne(pass: Pass, observed: ObservedCheck): Measured {
  const metric = pass.analysis.metrics[observed.index];
  const answer = pass.answers.get(`metric/${observed.index}/canary`);
  const primary = pass.answers.get(`metric/${observed.index}/primary`)?.result;
  const check: CheckResult = {
    name: metric.name,
    kind: 'metric',
    value: null,
    primaryValue: primary?.kind === 'number' && Number.isFinite(primary.value) ? primary.value * observed.scale : null,
    min: metric.min ?? null,
    max: metric.max ?? null,
    unit: observed.unit,
    verdict: 'pass',
    reason: '',
    source: observed.source,
    window: metric.interval,
    ...(observed.query === null ? {} : { query: observed.query.canary }),
    ...(answer === undefined ? {} : { took: answer.took }),
  };
  return judged(pass, { check, metric, event: '', cause: '', streak: 0, policy: null }, observed, answer);
}

function judged(pass: Pass, draft: Measured, observed: ObservedCheck, answer: Answer | undefined): Measured {
  const { check, metric } = draft;
  const rollout = rolloutOf(pass);
  const result = answer?.result;
  if (result?.kind === 'number' && !Number.isNaN(result.value)) {
    const value = result.value * observed.scale;
    const { verdict, reason, comparison } = judgeCheck(value, metric, observed.unit);
    return {
      ...draft,
      check: { ...check, value, verdict, reason },
      event: `Halt ${pass.names.canary} advancement ${eventName(observed)} ${comparison}`,
      cause: `${observed.label} ${reason}`,
    };
  }
  if (result?.kind === 'noData' || result?.kind === 'number') {
    const streak = (rollout.noData[metric.name] ?? 0) + 1;
    const reason = `no data in ${formatSpan(metric.interval)}`;
    const detail = result.kind === 'noData' ? result.message : 'the value is not a number';
    return {
      ...draft,
      check: { ...check, verdict: 'noData', reason },
      event: noDataEvent(pass, observed, detail),
      cause: `${observed.unit === '' ? 'nothing' : 'no requests'} measured for ${observed.label} in ${formatSpan(metric.interval)}${inARow(streak)}`,
      streak,
      policy: metric.onNoData,
    };
  }
  const message = observed.error?.message ?? (result?.kind === 'failed' ? result.message : `unexpected answer: ${result?.kind ?? 'none'}`);
  const streak = (rollout.errors[metric.name] ?? 0) + 1;
  return {
    ...draft,
    check: { ...check, verdict: 'error', reason: message },
    event: errorEvent(observed, message),
    cause: `${observed.label} could not be measured${inARow(streak)}: ${message.replace(/\.$/, '')}`,
    streak,
    policy: metric.onError,
  };
}

function inARow(streak: number): string {
  return streak > 1 ? `, ${plural(streak, 'look')} in a row` : '';
}

function eventName({ kind, name, unit }: ObservedCheck): string {
  if (kind !== 'builtIn') {
    return name;
  }
  return unit === '%' ? 'success rate' : 'request duration';
}

function noDataEvent({ names }: Pass, { kind, name, provider }: ObservedCheck, detail: string): string {
  if (kind === 'builtIn') {
    const text = `Halt advancement no values found for ${provider} metric ${name} probably ${names.target} is not receiving traffic`;
    return name === 'request-success-rate' ? `${text}: running query failed: no values found` : text;
  }
  return kind === 'inline'
    ? `Halt advancement no values found for metric: ${name}`
    : `Halt advancement no values found for custom metric: ${name}: ${detail}`;
}

function errorEvent({ kind, name, error }: ObservedCheck, message: string): string {
  if (error !== null) {
    return message;
  }
  if (kind === 'builtIn') {
    return `Prometheus query failed: ${message}`;
  }
  return kind === 'inline' ? `Prometheus query failed for ${name}: ${message}` : `Metric query failed for ${name}: ${message}`;
}

function giveUp({ situation, analysis, names }: Pass, blocking: Measured[]): Evidence['giveUp'] {
  for (const { check, policy, streak, metric, cause } of blocking) {
    if (policy?.action !== 'rollback') {
      continue;
    }
    const isNoData = check.verdict === 'noData';
    const limit =
      policy.limit ??
      (isNoData
        ? Math.max(situation.settings.noDataLimit, analysis.threshold)
        : Math.max(situation.settings.errorLimit, 3 * analysis.threshold));
    if (streak >= limit) {
      const text = isNoData ? 'not measured' : 'cannot be measured';
      return {
        cause: isNoData ? 'noData' : 'errors',
        why: `${cause} (limit ${limit}).`,
        event: `Rolling back ${names.canary} ${metric.name} ${text} for ${streak} intervals`,
      };
    }
  }
  return null;
}
