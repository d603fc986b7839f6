import type { RouterProvider } from '@aviary/provider-contract';
import { planChecks } from '../../engine/src/analysis/planChecks';
import { parseCanary } from '../../engine/src/canary/parseCanary';
import type { MetricSpec } from '../../engine/src/canary/Canary';
import type { ObservedCheck } from '../../engine/src/decision/Situation';
import { loadBuiltInProviders } from '../../engine/src/registry/builtInProviders';
import { ProviderRegistry } from '../../engine/src/registry/ProviderRegistry';

/** A check as the engine asks it, and what it is held to. */
export interface BuiltInCheck {
  metric: MetricSpec;
  check: ObservedCheck;
}

/** The engine's registry with everything that comes with it. */
export function builtInRegistry(): ProviderRegistry {
  const registry = new ProviderRegistry();
  for (const definition of loadBuiltInProviders()) registry.add(definition);
  return registry;
}

/** The built-in checks (at least 99 %, at most 500 ms) of a Canary on this router, with the queries as the engine renders them. */
export function builtInChecks(router: RouterProvider, canary: { namespace: string; name: string }, interval: string): BuiltInCheck[] {
  const metrics = [
    { name: 'request-success-rate', interval, thresholdRange: { min: 99 } },
    { name: 'request-duration', interval, thresholdRange: { max: 500 } },
  ];
  const { canary: parsed } = parseCanary(
    {
      apiVersion: 'flagger.app/v1beta1',
      kind: 'Canary',
      metadata: { ...canary, uid: 'uid', generation: 1 },
      spec: {
        provider: router.id,
        targetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: canary.name },
        service: { port: 80 },
        analysis: { interval: '10s', threshold: 3, iterations: 3, metrics },
      },
    },
    { minInterval: 10_000 },
  );
  const checks = planChecks(parsed, {
    provider: router.id,
    queries: router.queries ?? null,
    defaultSource: 'Prometheus',
    template: () => ({ field: '', message: 'no templates here', kind: 'misconfigured' }),
  });
  return checks.map((check, index) => ({ check, metric: parsed.spec.analysis.metrics[index] }));
}
