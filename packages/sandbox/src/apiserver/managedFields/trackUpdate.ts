import { defaultObject } from '../admission/defaultObject';
import type { ResourceRequest } from '../http/ResourceRequest';
import { cloneJson, equalJson } from '../json';
import type { KubeObject } from '../ObjectStore';
import { apiVersionOf } from '../ResourceType';
import { statusMetadata } from '../statusMetadata';
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

/** Who writes what, and when. */
export type Writing = Pick<ResourceRequest, 'type' | 'version' | 'subresource' | 'manager' | 'clock'>;

/**
 * Notes in `object.metadata.managedFields` (in place) which fields the request's writer set: they are its own from
 * now on and nobody else's. `current` is the object before, in the request's version. A list without an entry sent by
 * the client forgets all owners; none are noted from then on, until somebody applies.
 */
export function trackUpdate(request: Writing, current: KubeObject | undefined, object: KubeObject): void {
  const sent = object.metadata.managedFields as ManagedFields[] | undefined;
  const before = current?.metadata.managedFields as ManagedFields[] | undefined;
  if (current && (!before?.length || sent?.every((entry) => !entry.manager))) {
    object.metadata.managedFields = undefined;
    return;
  }
  const entries = (current && sent) ?? before ?? [];
  const { changed, removed } = changedFields(
    current && ownedPart(current, request),
    ownedPart(current ? withDefaults(object, request) : asCreated(object, request), request),
    rootPlace(request.version),
  );
  object.metadata.managedFields = cloneJson(changed || removed ? reassigned(entries, request, changed ?? {}, removed ?? {}) : entries);
}

/** What of an object can have owners: everything but its identity and what the server keeps itself. */
export function ownedPart(object: KubeObject, request: Writing): Record<string, unknown> {
  const { apiVersion: _apiVersion, kind: _kind, metadata, status, ...rest } = object;
  const isStatus = request.subresource === 'status';
  const { generateName, labels, annotations, finalizers, ownerReferences } = metadata;
  const meta = isStatus ? statusMetadata(request.type, metadata) : { generateName, labels, annotations, finalizers, ownerReferences };
  const owned = Object.fromEntries(Object.entries(meta).filter(([, value]) => value !== undefined));
  return {
    ...(Object.keys(owned).length ? { metadata: owned } : {}),
    ...(isStatus ? {} : rest),
    ...((!isStatus && request.version.status) || status === undefined ? {} : { status }),
  };
}

/** The entry of the request's writer among others, with the fields given; keeps its time when none is new, unless it is renewed. */
export function withEntry(
  entries: ManagedFields[],
  request: Writing,
  operation: 'Apply' | 'Update',
  fields: FieldSet,
  renew = false,
): ManagedFields[] {
  const own = entries.find((entry) => isOwn(entry, request, operation));
  if (own && !renew && equalJson(own.fieldsV1, fields)) {
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
export function isOwn(entry: ManagedFields, request: Writing, operation: 'Apply' | 'Update'): boolean {
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

/** What nobody says is set by the writer all the same, in built-in kinds. */
function withDefaults(object: KubeObject, { type }: Writing): KubeObject {
  if (type.custom || object.apiVersion !== apiVersionOf(type, type.storageVersion)) {
    return object;
  }
  const written = cloneJson(object);
  defaultObject(type.storedAs ?? type.id, written);
  return written;
}

/** Addresses are given to a Service by the server, which nobody owns for that. */
function asCreated(object: KubeObject, request: Writing): KubeObject {
  const written = withDefaults(object, request);
  if (request.type.id === '/services' && written !== object) {
    for (const field of ['ipFamilies', 'ipFamilyPolicy'].filter((name) => object.spec?.[name] === undefined)) {
      delete written.spec?.[field];
    }
  }
  return written;
}

function reassigned(entries: ManagedFields[], request: Writing, changed: FieldSet, removed: FieldSet): ManagedFields[] {
  const own = entries.find((entry) => isOwn(entry, request, 'Update'));
  const kept = own && difference(own.fieldsV1, removed);
  const others = withoutFields(
    entries.filter((entry) => entry !== own),
    union(changed, removed),
  );
  const fields = union(kept ?? {}, changed);
  const known = own ? [...others, own] : others;
  return Object.keys(fields).length ? withEntry(known, request, 'Update', fields, Object.keys(changed).length > 0) : others;
}

function byOperationAndTime(left: ManagedFields, right: ManagedFields): number {
  const key = ({ operation, time, manager }: ManagedFields) => `${operation} ${time} ${manager}`;
  return key(left) < key(right) ? -1 : 1;
}
