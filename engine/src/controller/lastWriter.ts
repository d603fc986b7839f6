import type { KubeObject } from '@aviary/provider-contract';
import type { ResourceType } from '../kubernetes';
import type { ClusterView } from './ClusterView';

interface FieldsEntry {
  manager?: string;
  subresource?: string;
  time?: string;
}

/**
 * Who wrote an object last, by its managed fields: a request, because the cache does not keep them. Null when that was
 * ourselves (`own`), or cannot be told.
 */
export async function lastWriter(view: ClusterView, resource: ResourceType, object: KubeObject, own: string): Promise<string | null> {
  const { namespace, name } = object.metadata;
  const entries = await view.client.get(resource, { namespace, name }).then(
    ({ metadata }) => (metadata.managedFields as FieldsEntry[] | undefined) ?? [],
    () => [],
  );
  const newest = entries
    .filter(({ subresource = '' }) => subresource === '')
    .sort((one, other) => Date.parse(one.time ?? '') - Date.parse(other.time ?? ''))
    .at(-1);
  return newest?.manager === undefined || newest.manager === own ? null : newest.manager;
}
