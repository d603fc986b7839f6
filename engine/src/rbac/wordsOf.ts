import type { Permission } from './DeclaredRule';

/** Permissions on one kind of object in words, and what to do to get them. */
export interface PermissionWords {
  /** `"list", "watch" deployments.apps in all namespaces` */
  what: string;
  /** `add it to the ClusterRole (npm run engine -- permissions prints it)` */
  remedy: string;
}

/** One sentence for each kind of object. `watched`: the only namespace that the engine watches. */
export function wordsOf(permissions: readonly Permission[], watched: string | undefined): PermissionWords[] {
  const byKind = new Map<string, Permission[]>();
  for (const permission of permissions) {
    const kind = kindOf(permission);
    byKind.set(kind, [...(byKind.get(kind) ?? []), permission]);
  }
  return [...byKind].map(([kind, same]) => {
    const [{ clusterScoped, option }] = same;
    const where = clusterScoped ? '' : watched === undefined ? ' in all namespaces' : ` in the namespace ${watched}`;
    const role = clusterScoped || watched === undefined ? 'ClusterRole' : 'Role';
    return {
      what: `${same.map(({ verb }) => `"${verb}"`).join(', ')} ${kind}${where}`,
      remedy: `add it to the ${role} (npm run engine -- permissions${option === undefined ? '' : ` ${option}`} prints it)`,
    };
  });
}

/** `canaries.flagger.app/status`: how the client and the API server's errors name it. */
export function resourceOf({ group, resource, subresource }: Permission): string {
  return `${resource}${group === '' ? '' : `.${group}`}${subresource === undefined ? '' : `/${subresource}`}`;
}

function kindOf(permission: Permission): string {
  return permission.name === undefined ? resourceOf(permission) : `${resourceOf(permission)} "${permission.name}"`;
}
