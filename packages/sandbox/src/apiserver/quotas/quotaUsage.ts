import type { KubeObject } from '../ObjectStore';

/** Lists the objects of a resource in a namespace; none of a resource that is not there. */
export type ListObjects = (resource: string, namespace: string) => KubeObject[];

/** Kinds that a quota may name without `count/`. */
const PLAIN = ['configmaps', 'persistentvolumeclaims', 'pods', 'replicationcontrollers', 'resourcequotas', 'secrets', 'services'];

/** Id of the resource whose objects a name in a quota's `hard` counts (`pods`, `count/deployments.apps`); undefined when it counts none. */
export function countedResource(counted: string): string | undefined {
  const [, plural, group = ''] = /^count\/([^.]+)(?:\.(.+))?$/.exec(counted) ?? [];
  if (plural) {
    return `${group}/${plural}`;
  }
  return PLAIN.includes(counted) ? `/${counted}` : undefined;
}

/** How many objects there are of everything that a quota without scopes counts, by the names in its `hard`. */
export function quotaUsage({ metadata, spec }: KubeObject, list: ListObjects): Record<string, number> {
  if (spec?.scopes?.length || spec?.scopeSelector) {
    return {};
  }
  const usage: Record<string, number> = {};
  for (const counted of Object.keys(spec?.hard ?? {})) {
    const resource = countedResource(counted);
    const objects = resource && list(resource, metadata.namespace ?? '');
    if (objects) {
      usage[counted] = counted === 'pods' ? objects.filter((pod) => !isOver(pod)).length : objects.length;
    }
  }
  return usage;
}

function isOver({ status }: KubeObject): boolean {
  return status?.phase === 'Succeeded' || status?.phase === 'Failed';
}
