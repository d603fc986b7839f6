import { conflict, invalid } from '../ApiError';
import type { DeleteOptions, KubeObject } from '../ObjectStore';
import type { ResourceType } from '../ResourceType';
import { wrong } from './validatePodSpec';

/** Refuses an update that is for another object (409), for an older one (409), or that would delete it (422). */
export function checkUpdate(type: ResourceType, { metadata }: KubeObject, wanted: KubeObject['metadata']): void {
  if (wanted.uid && wanted.uid !== metadata.uid) {
    throw conflict(type, metadata.name, `Precondition failed: UID in precondition: ${wanted.uid}, UID in object meta: ${metadata.uid}`);
  }
  if (wanted.resourceVersion && wanted.resourceVersion !== '0' && wanted.resourceVersion !== metadata.resourceVersion) {
    throw conflict(type, metadata.name);
  }
  const { deletionTimestamp } = wanted;
  if (deletionTimestamp && deletionTimestamp !== metadata.deletionTimestamp) {
    throw invalid(type, metadata.name, [wrong('metadata.deletionTimestamp', JSON.stringify(deletionTimestamp), 'field is immutable')]);
  }
}

/** Refuses (409) a deletion that is meant for another object or for an older one. */
export function checkDelete(type: ResourceType, { metadata }: KubeObject, wanted: DeleteOptions): void {
  const differs = (field: string, asked: string, found: string | undefined, why: string) =>
    // The real server names the kind here where it otherwise names the plural.
    conflict(
      { ...type, plural: type.kind },
      metadata.name,
      `the ${field} in the precondition (${asked}) does not match the ${field} in record (${found}). The object might have been ${why}`,
    );
  if (wanted.uid && wanted.uid !== metadata.uid) {
    throw differs('UID', wanted.uid, metadata.uid, 'deleted and then recreated');
  }
  if (wanted.resourceVersion && wanted.resourceVersion !== metadata.resourceVersion) {
    throw differs('ResourceVersion', wanted.resourceVersion, metadata.resourceVersion, 'modified');
  }
}

/** Refuses (422) new finalizers of an object that is being deleted. */
export function checkFinalizers(type: ResourceType, { metadata }: KubeObject, next: KubeObject): void {
  const added = (next.metadata.finalizers ?? []).filter((finalizer) => !metadata.finalizers?.includes(finalizer));
  if (metadata.deletionTimestamp && added.length) {
    const found = added.map((finalizer) => JSON.stringify(finalizer)).join(', ');
    const message = `Forbidden: no new finalizers can be added if the object is being deleted, found new finalizers []string{${found}}`;
    throw invalid(type, metadata.name, [{ reason: 'FieldValueForbidden', message, field: 'metadata.finalizers' }]);
  }
}
