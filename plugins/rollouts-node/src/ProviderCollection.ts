import type { AlertProviderDefinition, MetricProviderDefinition, RouterProvider } from '@aviary/provider-contract';
import type { RolloutsAlertsExtensionPoint, RolloutsMetricsExtensionPoint, RolloutsRoutersExtensionPoint } from './extensionPoints';

/** Any provider; `kind` tells which. */
export type Provider = RouterProvider | MetricProviderDefinition | AlertProviderDefinition;

/** Gathers what modules add, until the engine starts. One id is taken once per kind: a second one would win or lose by chance. */
export class ProviderCollection implements RolloutsRoutersExtensionPoint, RolloutsMetricsExtensionPoint, RolloutsAlertsExtensionPoint {
  readonly #providers = new Map<string, Provider>();

  addRouter(router: RouterProvider): void {
    this.#add(router);
  }

  addMetricProvider(provider: MetricProviderDefinition): void {
    this.#add(provider);
  }

  addAlertProvider(provider: AlertProviderDefinition): void {
    this.#add(provider);
  }

  /** All providers in the order added. */
  list(): Provider[] {
    return [...this.#providers.values()];
  }

  #add(provider: Provider): void {
    const id = `${provider.kind}:${provider.id}`;
    const other = this.#providers.get(id);
    if (other) {
      throw new Error(
        `A ${provider.kind} provider "${provider.id}" was added twice ("${other.displayName}" and "${provider.displayName}"); ` +
          'remove one of the modules that add it',
      );
    }
    this.#providers.set(id, provider);
  }
}
