import { isProviderError, type RbacRule } from '@aviary/provider-contract';
import type { ProviderDefinition, ProviderRegistry } from '../registry';
import { BUILT_IN_QUERY_SOURCE } from '../registry';
import type { DeclaredRule } from './DeclaredRule';

/**
 * What the routers of these ids declare, and the source of built-in queries.
 *
 * @throws ProviderError `misconfigured`, naming the known routers
 */
export function providerRules(registry: ProviderRegistry, routers: readonly string[]): DeclaredRule[] {
  const ids = [...new Set(routers)];
  return [...ids.flatMap((id) => rulesOf(registry.router(id))), ...rulesOf(registry.metric(BUILT_IN_QUERY_SOURCE))];
}

/** What the routers that Canaries name declare. Ids that are not known are the Canaries' problem, and skipped. */
export function rulesNamedBy(routers: Iterable<string>, registry: ProviderRegistry): DeclaredRule[] {
  return [...routers].flatMap((id) => {
    try {
      return rulesOf(registry.router(id)).map((rule) => ({ ...rule, option: `--router ${id}`, ofSomeCanaries: true }));
    } catch (error) {
      if (isProviderError(error)) return [];
      throw error;
    }
  });
}

function rulesOf({ rbac, kind, displayName }: Extract<ProviderDefinition, { rbac: readonly RbacRule[] }>): DeclaredRule[] {
  return rbac.map((rule) => ({ ...rule, why: `${kind === 'router' ? 'router' : 'metric source'} ${displayName}` }));
}
