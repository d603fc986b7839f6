import type { AlertProviderDefinition, MetricProviderDefinition, RouterProvider } from '@aviary/provider-contract';
import { createExtensionPoint } from '@backstage/backend-plugin-api';

/** Where modules add routers for the engine that runs in the portal's backend. */
export interface RolloutsRoutersExtensionPoint {
  /** @throws Error when the id is taken */
  addRouter(router: RouterProvider): void;
}

/** Where modules add metric sources for the engine that runs in the portal's backend. */
export interface RolloutsMetricsExtensionPoint {
  /** @throws Error when the id is taken */
  addMetricProvider(provider: MetricProviderDefinition): void;
}

/** Where modules add alert receivers for the engine that runs in the portal's backend. */
export interface RolloutsAlertsExtensionPoint {
  /** @throws Error when the id is taken */
  addAlertProvider(provider: AlertProviderDefinition): void;
}

/** Routers: what users write as `spec.provider` of a Canary. */
export const rolloutsRoutersExtensionPoint = createExtensionPoint<RolloutsRoutersExtensionPoint>({ id: 'rollouts.routers' });

/** Metric sources: what users write as `spec.provider.type` of a MetricTemplate. */
export const rolloutsMetricsExtensionPoint = createExtensionPoint<RolloutsMetricsExtensionPoint>({ id: 'rollouts.metrics' });

/** Alert receivers: what users write as `spec.type` of an AlertProvider. */
export const rolloutsAlertsExtensionPoint = createExtensionPoint<RolloutsAlertsExtensionPoint>({ id: 'rollouts.alerts' });
