import { unknownResource } from '../ApiError';
import { apiVersionOf, type ResourceType } from '../ResourceType';
import type { ResourceTypes } from '../ResourceTypes';

const verbs = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch'];
/** In the order in which the real server lists them for custom resources. */
const customVerbs = ['delete', 'deletecollection', 'get', 'list', 'patch', 'create', 'update', 'watch'];
const subresourceVerbs = ['get', 'patch', 'update'];

/** `/version`. */
export const version = {
  major: '1',
  minor: '35',
  gitVersion: 'v1.35.0+aviary-sandbox',
  gitCommit: '0000000000000000000000000000000000000000',
  gitTreeState: 'clean',
  buildDate: '2026-01-01T00:00:00Z',
  goVersion: 'none',
  compiler: 'none',
  platform: `${process.platform}/${process.arch === 'x64' ? 'amd64' : process.arch}`,
};

/** `/api`. */
export function coreVersions(): object {
  return { kind: 'APIVersions', versions: ['v1'], serverAddressByClientCIDRs: [] };
}

/** `/apis`: the named groups with their versions, built-in ones first. */
export function groupList(types: ResourceTypes): object {
  const names = [...new Set(types.all().map(({ group }) => group))].filter((name) => name !== '');
  return { kind: 'APIGroupList', apiVersion: 'v1', groups: names.map((name) => groupOf(types, name)) };
}

/** `/apis/<group>`. */
export function groupDocument(types: ResourceTypes, name: string): object {
  if (!types.all().some(({ group }) => group === name)) {
    throw unknownResource();
  }
  return { kind: 'APIGroup', apiVersion: 'v1', ...groupOf(types, name) };
}

/** A resource or subresource (`deployments/scale`) in a list of them. */
export interface ListedResource {
  name: string;
  singularName: string;
  namespaced: boolean;
  /** Of what it answers with, where they are not those of the list. */
  group?: string;
  version?: string;
  kind: string;
  verbs: string[];
  shortNames?: string[];
  categories?: string[];
}

/** `/api/v1` or `/apis/<group>/<version>`: the resources with their subresources. */
export function resourceList(types: ResourceTypes, group: string, name: string): { resources: ListedResource[] } & Record<string, unknown> {
  const served = types.all().filter((type) => type.group === group && type.versions.some((entry) => entry.name === name));
  if (served.length === 0) {
    throw unknownResource();
  }
  return {
    kind: 'APIResourceList',
    apiVersion: 'v1',
    groupVersion: apiVersionOf(served[0], name),
    resources: served.flatMap((type) => resourcesOf(type, name)),
  };
}

function groupOf(types: ResourceTypes, name: string): object {
  const members = types.all().filter(({ group }) => group === name);
  const versions = [...new Set(members.flatMap((type) => type.versions.map((entry) => entry.name)))].map((entry) => ({
    groupVersion: `${name}/${entry}`,
    version: entry,
  }));
  return { name, versions, preferredVersion: versions[0] };
}

function resourcesOf(type: ResourceType, versionName: string): ListedResource[] {
  const { plural, namespaced, kind, singular, shortNames, categories } = type;
  const entry = type.versions.find(({ name }) => name === versionName)!;
  const resources: ListedResource[] = [
    {
      name: plural,
      singularName: singular,
      namespaced,
      kind,
      verbs: type.custom ? customVerbs : verbs,
      ...(shortNames.length ? { shortNames } : {}),
      ...(categories.length ? { categories } : {}),
    },
  ];
  if (entry.status) {
    resources.push({ name: `${plural}/status`, singularName: '', namespaced, kind, verbs: subresourceVerbs });
  }
  if (entry.scale) {
    const scale = { group: 'autoscaling', version: 'v1', kind: 'Scale' };
    resources.push({ name: `${plural}/scale`, singularName: '', namespaced, ...scale, verbs: subresourceVerbs });
  }
  if (type.id === '/services') {
    resources.push({
      name: 'services/proxy',
      singularName: '',
      namespaced,
      kind: 'ServiceProxyOptions',
      verbs: ['create', 'delete', 'get', 'patch', 'update'],
    });
  }
  return resources;
}
