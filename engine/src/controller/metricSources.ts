import { ProviderError, type MetricProvider, type ProviderContext } from '@aviary/provider-contract';
import type { MetricSpec } from '../canary/Canary';
import { BUILT_IN_QUERY_SOURCE } from '../registry/builtInProviders';
import type { ProviderRegistry } from '../registry/ProviderRegistry';
import type { MetricSources } from './Asker';
import type { ClusterView } from './ClusterView';
import type { SecretReader } from './SecretReader';

/** Makes the sources of metric checks: Prometheus for built-in and inline queries, else what the MetricTemplate says. */
export function metricSources(options: {
  view: ClusterView;
  secrets: SecretReader;
  registry: ProviderRegistry;
  context: ProviderContext;
  /** Prometheus of Canaries that name none. */
  metricsServer: string;
}): MetricSources {
  const { view, secrets, registry, context } = options;
  return async (namespace: string, metric: MetricSpec, metricsServer: string | undefined): Promise<MetricProvider> => {
    if (!metric.templateRef) {
      return registry.metric(BUILT_IN_QUERY_SOURCE).create({ address: metricsServer ?? options.metricsServer, secrets: {} }, context);
    }
    const at = metric.templateRef.namespace ?? namespace;
    const template = view.get('metricTemplates', at, metric.templateRef.name);
    if (!template)
      throw new ProviderError(
        'misconfigured',
        `MetricTemplate ${at}/${metric.templateRef.name} does not exist; create it or correct templateRef`,
      );
    const provider = template.spec?.provider ?? {};
    const definition = registry.metric(provider.type);
    const secretName: string | undefined = provider.secretRef?.name;
    return definition.create(
      {
        address: provider.address,
        headers: provider.headers,
        region: provider.region,
        insecureSkipVerify: provider.insecureSkipVerify,
        // Without a secretRef a provider that needs a key says so itself, in its own words.
        secrets: secretName === undefined ? {} : await secrets.read(at, secretName, definition.secretKeys),
      },
      context,
    );
  };
}
