import type { BuiltInQueries } from '@aviary/provider-contract';
import type { CanarySpec, MetricSpec, Problem } from '../canary/Canary';
import type { ObservedCheck } from '../decision/Situation';
import { renderTemplate, type TemplateModel } from './renderTemplate';

/** A MetricTemplate as far as a check needs it. */
export interface CheckTemplate {
  /** `spec.query`. */
  query: string;
  /** The source's name for people: `Prometheus`. */
  source: string;
}

/** Where queries come from. */
export interface CheckSources {
  /** The router's id, for Flagger's event texts. */
  provider: string;
  /** The router's queries for the built-in checks; null when it has none. */
  queries: BuiltInQueries | null;
  /** Source of built-in and inline checks, for people. */
  defaultSource: string;
  /** `ingressRef.name` and `routeRef.name`, where the Canary has them. */
  ingress?: string;
  route?: string;
  /** The MetricTemplate, or why it cannot be used. */
  template(name: string, namespace: string): CheckTemplate | Problem;
}

/** The checks of a Canary made ready to be asked, in the order of `spec.analysis.metrics`. */
export function planChecks(canary: { namespace: string; name: string; spec: CanarySpec }, sources: CheckSources): ObservedCheck[] {
  return canary.spec.analysis.metrics.map((metric, index) => planCheck(canary, metric, index, sources));
}

function planCheck(
  canary: { namespace: string; name: string; spec: CanarySpec },
  metric: MetricSpec,
  index: number,
  sources: CheckSources,
): ObservedCheck {
  const field = `spec.analysis.metrics[${index}]`;
  const base = { index, name: metric.name, label: metric.name, unit: '', scale: 1, source: sources.defaultSource, provider: '' };
  const render = (kind: ObservedCheck['kind'], text: string, piece: string, more: Partial<ObservedCheck>): ObservedCheck => {
    const rendered = renderBoth(text, canary, metric, sources);
    if ('error' in rendered) {
      const error: Problem = {
        field: `${field}${piece}`,
        message: `${field}${piece} ("${metric.name}"): ${rendered.error}`,
        kind: 'misconfigured',
      };
      return { ...base, ...more, kind, query: null, error };
    }
    return { ...base, ...more, kind, query: rendered, error: null };
  };
  // One check per metric: its own query wins over the built-in one of the same name.
  if (metric.templateRef !== undefined) {
    const { name, namespace = canary.namespace } = metric.templateRef;
    const template = sources.template(name, namespace);
    if ('message' in template) {
      return { ...base, kind: 'template', query: null, error: template };
    }
    return render('template', template.query, '.templateRef', { source: template.source });
  }
  if (metric.query !== undefined) {
    return render('inline', metric.query, '.query', {});
  }
  const builtIn = { ...builtInShape(metric.name, sources.queries), provider: sources.provider };
  const text = sources.queries?.[metric.name as 'request-success-rate' | 'request-duration'];
  if (text === undefined) {
    const message = `${field} asks for the built-in check ${metric.name}, for which router ${sources.provider} has no query; name a MetricTemplate in templateRef.`;
    return { ...base, ...builtIn, kind: 'builtIn', query: null, error: { field, message, kind: 'unsupported' } };
  }
  return render('builtIn', text, '', builtIn);
}

function builtInShape(name: string, queries: BuiltInQueries | null): Pick<ObservedCheck, 'label' | 'unit' | 'scale'> {
  if (name === 'request-success-rate') {
    return { label: 'request success rate', unit: '%', scale: 1 };
  }
  const isPercentile = queries?.['request-duration']?.includes('histogram_quantile') ?? false;
  return {
    label: isPercentile ? 'request duration p99' : 'request duration',
    unit: 'ms',
    scale: queries?.durationUnit === 'seconds' ? 1000 : 1,
  };
}

/** The query for the canary, and for the primary where the text names the workload. */
function renderBoth(
  text: string,
  { namespace, name, spec }: { namespace: string; name: string; spec: CanarySpec },
  metric: MetricSpec,
  sources: CheckSources,
): { canary: string; primary: string | null } | { error: string } {
  const model = (target: string): TemplateModel => ({
    name,
    namespace,
    target,
    service: spec.service.name,
    ingress: sources.ingress ?? spec.targetRef.name,
    route: sources.route ?? spec.targetRef.name,
    interval: metric.intervalText,
    variables: metric.templateVariables,
  });
  const canary = renderTemplate(text, model(spec.targetRef.name));
  const primary = renderTemplate(text, model(`${spec.targetRef.name}-primary`));
  if (canary.error !== null || primary.error !== null) {
    return { error: canary.error ?? primary.error! };
  }
  return { canary: canary.text, primary: primary.text === canary.text ? null : primary.text };
}
