import type { RbacRule } from '@aviary/provider-contract';

/** A rule of a role, and what for: whoever grants it should know. */
export interface DeclaredRule extends RbacRule {
  /** Only objects of these names. */
  resourceNames?: string[];
  /** Its objects are in no namespace: a ClusterRole grants it also where the engine watches one namespace alone. */
  clusterScoped?: boolean;
  /** What the engine does with it. */
  why: string;
  /** The option without which `permissions` does not print it. */
  option?: string;
  /** Only some Canaries need it: the engine can do its work for all others without. */
  ofSomeCanaries?: boolean;
}

/** One verb on one kind of object: what the API server is asked about. */
export interface Permission {
  verb: string;
  group: string;
  resource: string;
  subresource?: string;
  /** One object alone. */
  name?: string;
  clusterScoped: boolean;
  option?: string;
  ofSomeCanaries: boolean;
}

/** The rules taken apart, each permission once. */
export function permissionsIn(rules: readonly DeclaredRule[]): Permission[] {
  const found = new Map<string, Permission>();
  for (const permission of rules.flatMap(takenApart)) {
    const key = permissionKey(permission);
    if (!found.has(key)) found.set(key, permission);
  }
  return [...found.values()];
}

/** The same for the same permission. */
export function permissionKey({ verb, group, resource, subresource = '', name = '' }: Permission): string {
  return [verb, group, resource, subresource, name].join(' ');
}

function takenApart(rule: DeclaredRule): Permission[] {
  const { apiGroups, resources, verbs, resourceNames = [], clusterScoped = false, option, ofSomeCanaries = false } = rule;
  const kinds = apiGroups.flatMap((group) =>
    resources.map((each) => {
      const [resource, subresource] = each.split('/');
      return { group, resource, subresource, clusterScoped, option, ofSomeCanaries };
    }),
  );
  return kinds.flatMap((kind) =>
    (resourceNames.length === 0 ? [undefined] : resourceNames).flatMap((name) => verbs.map((verb) => ({ ...kind, verb, name }))),
  );
}
