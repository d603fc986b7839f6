import type { ResourceTypes } from '../ResourceTypes';
import { resourceList, type ListedResource } from './discovery';

/** Media type of the document. */
export const aggregatedMedia = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';

/** `/api` or `/apis` for those who want to know every resource at once. */
export function aggregatedDiscovery(types: ResourceTypes, core: boolean): object {
  const groups = [...new Set(types.all().map(({ group }) => group))].filter((group) => (group === '') === core);
  const items = groups.map((group) => {
    const members = types.all().filter((type) => type.group === group);
    const versions = [...new Set(members.flatMap((type) => type.versions.map(({ name }) => name)))];
    return {
      metadata: core ? {} : { name: group },
      versions: versions.map((version) => ({ version, resources: resourcesOf(types, group, version), freshness: 'Current' })),
    };
  });
  return { kind: 'APIGroupDiscoveryList', apiVersion: 'apidiscovery.k8s.io/v2', metadata: {}, items };
}

function resourcesOf(types: ResourceTypes, group: string, version: string): object[] {
  const { resources } = resourceList(types, group, version);
  const responseKind = (resource: ListedResource) => ({
    group: resource.group ?? group,
    version: resource.version ?? version,
    kind: resource.kind,
  });
  return resources
    .filter(({ name }) => !name.includes('/'))
    .map((resource) => {
      const subresources = resources.filter(({ name }) => name.startsWith(`${resource.name}/`));
      return {
        resource: resource.name,
        responseKind: responseKind(resource),
        scope: resource.namespaced ? 'Namespaced' : 'Cluster',
        singularResource: resource.singularName,
        verbs: resource.verbs,
        ...(resource.shortNames ? { shortNames: resource.shortNames } : {}),
        ...(resource.categories ? { categories: resource.categories } : {}),
        ...(subresources.length
          ? {
              subresources: subresources.map((entry) => ({
                subresource: entry.name.slice(resource.name.length + 1),
                responseKind: responseKind(entry),
                verbs: entry.verbs,
              })),
            }
          : {}),
      };
    });
}
