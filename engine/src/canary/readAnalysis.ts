import type { AnalysisSpec, InconclusivePolicy, MetricSpec, Problem, WebhookSpec } from './Canary';
import type { RawAnalysis } from './canarySchema';
import { parseDuration } from './duration';
import { weightSteps } from './weightSteps';

type RawMetric = NonNullable<RawAnalysis['metrics']>[number];
type RawWebhook = NonNullable<RawAnalysis['webhooks']>[number];

/** Where an analysis was found and what fills its gaps. */
export interface AnalysisContext {
  /** `spec.analysis` or `spec.canaryAnalysis`, for messages. */
  path: string;
  defaults: { minInterval: number };
  /** v1alpha3: its schema allowed iterations beside weights; iterations won. */
  legacy: boolean;
}

/** `spec.analysis` with defaults filled in and the ladder of weights worked out (facts §1.3, §3.1, §3.2). */
export function readAnalysis(raw: RawAnalysis, context: AnalysisContext): { analysis: AnalysisSpec; problems: Problem[] } {
  const { path } = context;
  const problems: Problem[] = [];
  const duration = (text: string | undefined, fallback: string, field: string) => readDuration(text, fallback, field, problems);
  const iterations = Math.max(0, Math.trunc(raw.iterations ?? 0));
  const ladder = iterations > 0 ? { steps: [], problems: [] } : weightSteps(raw, path);
  problems.push(...exclusive(raw, context), ...ladder.problems, ...cookieProblems(raw, path), ...promotionStep(raw, path));
  const analysis: AnalysisSpec = {
    interval: Math.max(context.defaults.minInterval, duration(raw.interval, '60s', `${path}.interval`)),
    threshold: Math.max(1, Math.trunc(raw.threshold ?? 1)),
    written: { stepWeight: raw.stepWeight ?? 0, stepWeights: raw.stepWeights ?? [], maxWeight: raw.maxWeight ?? 0 },
    steps: ladder.steps,
    stepWeightPromotion: raw.stepWeightPromotion ?? 0,
    iterations,
    mirror: raw.mirror ?? false,
    primaryReadyThreshold: raw.primaryReadyThreshold ?? 100,
    canaryReadyThreshold: raw.canaryReadyThreshold ?? 100,
    hasMatch: (raw.match ?? []).length > 0,
    sessionAffinity: raw.sessionAffinity !== undefined,
    metrics: (raw.metrics ?? []).map((metric, i) => readMetric(metric, `${path}.metrics[${i}]`, problems)),
    webhooks: (raw.webhooks ?? []).map((hook, i) => readWebhook(hook, `${path}.webhooks[${i}]`, problems)),
    // Flagger never sends alerts of empty severity; its documentation means info, and so do we.
    alerts: (raw.alerts ?? []).map(({ name, severity, providerRef }) => ({ name, severity: severity || 'info', providerRef })),
  };
  return { analysis, problems };
}

function readDuration(text: string | undefined, fallback: string, field: string, problems: Problem[]): number {
  const milliseconds = parseDuration(text || fallback);
  if (milliseconds === null || milliseconds <= 0) {
    const message = `${field} is "${text}"; it must be a duration such as 30s or 1m30s.`;
    problems.push({ field, message, kind: 'misconfigured' });
    return parseDuration(fallback)!;
  }
  return milliseconds;
}

/** The CRD's `oneOf`: a Canary has weights or iterations, and one ladder of weights (facts §1.3). */
function exclusive(raw: RawAnalysis, { path, legacy }: AnalysisContext): Problem[] {
  const given = (['iterations', 'stepWeight', 'stepWeights'] as const).filter((key) => raw[key] !== undefined);
  if (given.length < 2 || (legacy && given[0] === 'iterations')) {
    return [];
  }
  const message = `${path} has ${given.join(' and ')}; keep one: iterations for A/B and blue/green, stepWeight or stepWeights for a canary.`;
  return [{ field: `${path}.${given[1]}`, message, kind: 'misconfigured' }];
}

function cookieProblems({ sessionAffinity }: RawAnalysis, path: string): Problem[] {
  const { cookieName, primaryCookieName } = sessionAffinity ?? {};
  if (!cookieName || cookieName !== primaryCookieName) {
    return [];
  }
  const message = `can't use the same cookie name for both primary and canary; both are "${cookieName}". Give primaryCookieName another name.`;
  return [{ field: `${path}.sessionAffinity.primaryCookieName`, message, kind: 'misconfigured' }];
}

function promotionStep({ stepWeightPromotion = 0 }: RawAnalysis, path: string): Problem[] {
  if (stepWeightPromotion >= 0 && stepWeightPromotion <= 100) {
    return [];
  }
  const message = `${path}.stepWeightPromotion is ${stepWeightPromotion}; it must be a percentage from 1 to 100, or left out to move all traffic at once.`;
  return [{ field: `${path}.stepWeightPromotion`, message, kind: 'misconfigured' }];
}

function readMetric(raw: RawMetric, path: string, problems: Problem[]): MetricSpec {
  const policy = (given: RawMetric['onNoData']): InconclusivePolicy =>
    given === undefined
      ? { action: 'rollback', limit: null }
      : { action: given.action, limit: given.action === 'rollback' ? (given.limit ?? null) : null };
  const builtIn = raw.name === 'request-success-rate' || raw.name === 'request-duration';
  if (!builtIn && !raw.query && !raw.templateRef) {
    const message = `${path} ("${raw.name}") has no templateRef and no query, and is not built in; name a MetricTemplate, or use request-success-rate or request-duration.`;
    problems.push({ field: path, message, kind: 'misconfigured' });
  }
  return {
    name: raw.name,
    interval: readDuration(raw.interval, '1m', `${path}.interval`, problems),
    intervalText: raw.interval || '1m',
    ...bounds(raw, path, problems),
    query: raw.query || undefined,
    templateRef: raw.templateRef && { name: raw.templateRef.name, namespace: raw.templateRef.namespace || undefined },
    templateVariables: raw.templateVariables ?? {},
    onNoData: policy(raw.onNoData),
    onError: policy(raw.onError),
  };
}

/** What `threshold` means depends on the metric: a floor for the success rate, otherwise a ceiling (facts §5.3). */
function bounds(raw: RawMetric, path: string, problems: Problem[]): { min?: number; max?: number } {
  if (raw.thresholdRange !== undefined) {
    const { min, max } = raw.thresholdRange;
    if (min !== undefined && max !== undefined && min > max) {
      const message = `${path}.thresholdRange has min ${min} above max ${max}; no value can pass.`;
      problems.push({ field: `${path}.thresholdRange`, message, kind: 'misconfigured' });
    }
    return { ...(min === undefined ? {} : { min }), ...(max === undefined ? {} : { max }) };
  }
  const isOwnQuery = raw.query !== undefined || raw.templateRef !== undefined;
  if (raw.name === 'request-success-rate' && !isOwnQuery) {
    return { min: raw.threshold ?? 0 };
  }
  if (raw.name === 'request-duration' && !isOwnQuery && !raw.threshold) {
    const message = `${path} has no thresholdRange and no threshold; every request would be too slow. Give thresholdRange.max in milliseconds.`;
    problems.push({ field: `${path}.thresholdRange`, message, kind: 'misconfigured' });
  }
  return { max: raw.threshold ?? 0 };
}

function readWebhook(raw: RawWebhook, path: string, problems: Problem[]): WebhookSpec {
  const timeout = (raw.timeout ?? '').length < 2 ? '10s' : raw.timeout;
  if (!URL.canParse(raw.url) || !/^https?:$/.test(new URL(raw.url).protocol)) {
    const message = `${path}.url is "${raw.url}"; it must be an address that begins with http:// or https://.`;
    problems.push({ field: `${path}.url`, message, kind: 'misconfigured' });
  }
  return {
    name: raw.name,
    type: raw.type || 'rollout',
    url: raw.url,
    timeout: readDuration(timeout, '10s', `${path}.timeout`, problems),
    retries: raw.retries ?? 0,
    muteAlert: raw.muteAlert ?? false,
    disableTLS: raw.disableTLS ?? false,
    metadata: raw.metadata ?? {},
  };
}
