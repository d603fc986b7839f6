import { ApiError } from '../apiserver/ApiError';
import type { ReadKind } from '../mesh/readKinds';
import type { ApiConnection } from './connectToApi';

/**
 * Where the API server serves the objects of a kind, in the version that it prefers among those that have it. `undefined` while it serves
 * no such kind.
 */
export async function kindPath(api: ApiConnection, { resource, namespace }: ReadKind): Promise<string | undefined> {
  const [group, plural] = resource.split('/');
  const place = namespace === undefined ? plural : `namespaces/${namespace}/${plural}`;
  if (group === '') return `/api/v1/${place}`;
  const found = await unlessMissing(api.get(`/apis/${group}`));
  const preferred: string | undefined = found?.preferredVersion?.version;
  const versions: string[] = (found?.versions ?? []).map(({ version }: { version: string }) => version);
  for (const version of versions.sort((left, right) => Number(right === preferred) - Number(left === preferred))) {
    const kinds = await unlessMissing(api.get(`/apis/${group}/${version}`));
    if (kinds?.resources?.some(({ name }: { name: string }) => name === plural)) return `/apis/${group}/${version}/${place}`;
  }
  return undefined;
}

async function unlessMissing(answer: Promise<any>): Promise<any> {
  return answer.catch((error) => {
    if (error instanceof ApiError && error.code === 404) return undefined;
    throw error;
  });
}
