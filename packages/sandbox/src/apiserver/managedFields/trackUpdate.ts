import { cloneJson, equalJson } from '../json';
import type { KubeObject } from '../ObjectStore';
import type { ResourceRequest } from '../http/ResourceRequest';
import { apiVersionOf } from '../ResourceType';
import { changedFields, difference, union, type FieldSet } from './FieldSet';
import { rootPlace } from './Place';

/** One entry of `metadata.managedFields`. */
export interface ManagedFields {
  manager: string;
  operation: 'Apply' | 'Update';
  apiVersion: string;
  time: string;
  fieldsType: 'FieldsV1';
  fieldsV1: FieldSet;
  subresource?: string;
}

/**
 * Notes in `object.metadata.managedFields` (in place) which fields the request's writer set: they are its own from
 * now on and nobody else's. `current` is the object before, in the request's version. A list without an entry sent by
 * the client forgets all owners; none are noted from then on, until somebody applies.
 */
export function trackUpdate(request: ResourceRequest, current: KubeObject | undefined, object: KubeObject): void {
  const sent = object.metadata.managedFields as ManagedFields[] | undefined;
  const before = current?.metadata.managedFields as ManagedFields[] | undefined;
  if (current && (!before?.length || sent?.every((entry) => !entry.manager))) {
    object.metadata.managedFields = undefined;
    return;
  }
  const entries = (current && sent) ?? before ?? [];
  const { changed, removed } = changedFields(
    current && ownedPart(current, request),
    ownedPart(object, request),
    rootPlace(request.version),
  );
  object.metadata.managedFields = cloneJson(changed || removed ? reassigned(entries, request, changed ?? {}, removed ?? {}) : entries);
}

/** What of an object can have owners: everything but its identity and what the server keeps itself. */
export function ownedPart(object: KubeObject, request: ResourceRequest): Record<string, unknown> {
  const { apiVersion: _apiVersion, kind: _kind, metadata, status, ...rest } = object;
  if (request.subresource === 'status') {
    return { ...(status === undefined ? {} : { status }) };
  }
  const { labels, annotations, finalizers, ownerReferences } = metadata;
  const owned = Object.fromEntries(
    Object.entries({ labels, annotations, finalizers, ownerReferences }).filter(([, value]) => value !== undefined),
  );
  return {
    ...(Object.keys(owned).length ? { metadata: owned } : {}),
    ...rest,
    ...(request.version.status || status === undefined ? {} : { status }),
  };
}

/** The entry of the request's writer among others, with the fields given; keeps its time when nothing changes. */
export function withEntry(
  entries: ManagedFields[],
  request: ResourceRequest,
  operation: 'Apply' | 'Update',
  fields: FieldSet,
): ManagedFields[] {
  const own = entries.find((entry) => isOwn(entry, request, operation));
  if (own && equalJson(own.fieldsV1, fields)) {
    return entries;
  }
  const entry: ManagedFields = {
    manager: request.manager,
    operation,
    apiVersion: apiVersionOf(request.type, request.version.name),
    time: new Date(request.clock.now()).toISOString().replace(/\.\d+Z$/, 'Z'),
    fieldsType: 'FieldsV1',
    fieldsV1: fields,
    ...(request.subresource ? { subresource: request.subresource } : {}),
  };
  return [...entries.filter((other) => other !== own), entry].sort(byOperationAndTime);
}

/** Whether an entry is that of the request's writer. */
export function isOwn(entry: ManagedFields, request: ResourceRequest, operation: 'Apply' | 'Update'): boolean {
  const isSame = entry.manager === request.manager && entry.operation === operation && entry.subresource === request.subresource;
  return isSame && (operation === 'Apply' || entry.apiVersion === apiVersionOf(request.type, request.version.name));
}

/** The entries without some fields; an entry that has none left goes. */
export function withoutFields(entries: ManagedFields[], fields: FieldSet): ManagedFields[] {
  return entries.flatMap((entry) => {
    const left = difference(entry.fieldsV1, fields);
    return left ? [equalJson(left, entry.fieldsV1) ? entry : { ...entry, fieldsV1: left }] : [];
  });
}

function reassigned(entries: ManagedFields[], request: ResourceRequest, changed: FieldSet, removed: FieldSet): ManagedFields[] {
  const own = entries.find((entry) => isOwn(entry, request, 'Update'));
  const kept = own && difference(own.fieldsV1, removed);
  const others = withoutFields(
    entries.filter((entry) => entry !== own),
    union(changed, removed),
  );
  const fields = union(kept ?? {}, changed);
  const known = own ? [...others, own] : others;
  return Object.keys(fields).length ? withEntry(known, request, 'Update', fields) : others;
}

function byOperationAndTime(left: ManagedFields, right: ManagedFields): number {
  const key = ({ operation, time, manager }: ManagedFields) => `${operation} ${time} ${manager}`;
  return key(left) < key(right) ? -1 : 1;
}
