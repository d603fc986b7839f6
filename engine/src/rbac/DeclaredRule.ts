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
}

/** The rules taken apart, each permission once. */
export function permissionsIn(rules: readonly DeclaredRule[]): Permission[] {
  const found = new Map<string, Permission>();
  for (const { apiGroups, resources, verbs, resourceNames = [undefined], clusterScoped = false, option } of rules) {
    for (const group of apiGroups)
      for (const each of resources)
        for (const name of resourceNames)
          for (const verb of verbs) {
            const [resource, subresource] = each.split('/');
            const permission = { verb, group, resource, subresource, name, clusterScoped, option };
            const key = permissionKey(permission);
            if (!found.has(key)) found.set(key, permission);
          }
  }
  return [...found.values()];
}

/** The same for the same permission. */
export function permissionKey({ verb, group, resource, subresource = '', name = '' }: Permission): string {
  return [verb, group, resource, subresource, name].join(' ');
}
