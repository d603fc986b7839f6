import type { KubeObject, ObjectStore } from '../apiserver/ObjectStore';

/** The store's resource (`apps/deployments`) for an object's apiVersion and kind. Throws when the store does not know the kind. */
export function resourceOf(store: ObjectStore, { apiVersion, kind }: KubeObject): string {
  const [group, version] = apiVersion.includes('/') ? apiVersion.split('/') : ['', apiVersion];
  const type = store.types
    .all()
    .find((known) => known.group === group && known.kind === kind && known.versions.some(({ name }) => name === version));
  if (!type) throw new Error(`the sandbox knows no ${kind} of ${apiVersion}; is its CustomResourceDefinition missing?`);
  return type.id;
}
