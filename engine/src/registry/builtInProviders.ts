import { definitionsIn } from './definitionsIn';
import type { ProviderDefinition } from './ProviderRegistry';

/**
 * The providers that come with the engine, by the module that holds them: a new provider is one new folder, one
 * `exports` entry of its package and one line here. Nothing is loaded until it is called for.
 *
 * `require` and not `import()`: the loaders that run these sources (Backstage's and Jest's) leave `import()` to Node,
 * which Jest then refuses.
 */
export const BUILT_IN_PROVIDERS: Readonly<Record<string, () => unknown>> = {
  '@aviary/alerts/slack': () => require('@aviary/alerts/slack'),
  '@aviary/metrics/prometheus': () => require('@aviary/metrics/prometheus'),
  '@aviary/routers/kubernetes': () => require('@aviary/routers/kubernetes'),
  '@aviary/routers/linkerd': () => require('@aviary/routers/linkerd'),
};

/** Type of the metric source that answers the routers' built-in queries and inline ones: they are written in its language. */
export const BUILT_IN_QUERY_SOURCE = 'prometheus';

/** Loads every built-in provider. */
export function loadBuiltInProviders(): ProviderDefinition[] {
  return Object.entries(BUILT_IN_PROVIDERS).flatMap(([source, load]) => definitionsIn(load(), source));
}
