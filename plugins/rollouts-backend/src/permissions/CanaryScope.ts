import type { CanaryKey } from '@aviary/plugin-rollouts-common';
import type { PermissionCriteria } from '@backstage/plugin-permission-common';
import type { CanaryCondition } from './canaryResource';

/** Which Canaries a request is about. An absent field puts no limit; an empty list lets nothing through. */
export interface CanaryScope {
  cluster?: string[];
  namespace?: string[];
  keys?: CanaryKey[];
}

/**
 * Criteria as a filter that the database can apply without naming Canaries: a conjunction of clusters and namespaces.
 * Null for everything else, which must be tried on each Canary.
 */
export function scopeOfCriteria(criteria: PermissionCriteria<CanaryCondition>): CanaryScope | null {
  if ('allOf' in criteria) {
    const parts = criteria.allOf.map(scopeOfCriteria);
    return parts.some((part) => part === null) ? null : parts.reduce<CanaryScope>((all, part) => intersectScopes(all, part!), {});
  }
  if ('anyOf' in criteria || 'not' in criteria || criteria.field === 'owner') {
    return null;
  }
  return { [criteria.field]: criteria.values };
}

/** What both let through. */
export function intersectScopes(a: CanaryScope, b: CanaryScope): CanaryScope {
  return {
    ...both(a, b, 'cluster', (value) => value),
    ...both(a, b, 'namespace', (value) => value),
    ...both(a, b, 'keys', ({ cluster, namespace, name }) => `${cluster}/${namespace}/${name}`),
  };
}

/** Whether nothing can be in it. */
export function isEmptyScope(scope: CanaryScope): boolean {
  return [scope.cluster, scope.namespace, scope.keys].some((values) => values?.length === 0);
}

function both<F extends keyof CanaryScope, V extends NonNullable<CanaryScope[F]>[number]>(
  a: CanaryScope,
  b: CanaryScope,
  field: F,
  identity: (value: V) => string,
): CanaryScope {
  const left = a[field] as V[] | undefined;
  const right = b[field] as V[] | undefined;
  if (!left || !right) {
    return left || right ? { [field]: left ?? right } : {};
  }
  const wanted = new Set(right.map(identity));
  return { [field]: left.filter((value) => wanted.has(identity(value))) };
}
