import { badRequest } from '../ApiError';
import { cloneJson, isRecord } from '../json';
import type { KubeObject } from '../ObjectStore';
import type { ResourceRequest } from '../http/ResourceRequest';
import { applyConflict } from './applyConflict';
import { broughtFields, changedFields, difference, fieldsOf, removeFields, stepsOf, union, withParents, type FieldSet } from './FieldSet';
import { rootPlace, type Place } from './Place';
import { isOwn, ownedPart, withEntry, withoutFields, type ManagedFields } from './trackUpdate';

/**
 * Server-side apply: merges a configuration into the live object, removes what its manager applied before and leaves
 * out now (unless somebody else owns it too), and notes the new owners. 409 when it changes what others own, unless
 * `force` takes it from them.
 */
export function applyConfiguration(request: ResourceRequest, live: KubeObject | undefined, configuration: KubeObject): KubeObject {
  if (configuration.metadata.managedFields) {
    throw badRequest('metadata.managedFields must be nil');
  }
  const place = rootPlace(request.version);
  const wanted = ownedPart(configuration, request);
  const applied = fieldsOf(wanted, place);
  const entries = live ? ownersOf(live, request, place) : [];
  const own = entries.find((entry) => isOwn(entry, request, 'Apply'));
  const others = entries.filter((entry) => entry !== own);
  const merged: KubeObject = live
    ? (merge(live, withIdentity(configuration, live, wanted), place) as KubeObject)
    : cloneJson(configuration);
  const claimed = others.map(({ fieldsV1 }) => fieldsV1).reduce(union, applied);
  const abandoned = own && difference(own.fieldsV1, withParents(claimed));
  if (abandoned) {
    removeFields(merged, abandoned, place);
  }
  const { changed = {}, removed = {} } = changedFields(live && ownedPart(live, request), ownedPart(merged, request), place);
  const mine = request.manager === 'kubectl' ? lastApplied(live, place) : {};
  const conflict = request.query.get('force') === 'true' ? undefined : applyConflict(others, difference(changed, mine) ?? {});
  if (conflict) {
    throw conflict;
  }
  const kept = withoutFields(others, union(changed, removed));
  merged.metadata.managedFields = cloneJson(withEntry(own ? [...kept, own] : kept, request, 'Apply', applied));
  return merged;
}

/** Who owns what; of an object that nobody kept track of, somebody before owns everything. */
function ownersOf(live: KubeObject, request: ResourceRequest, place: Place): ManagedFields[] {
  const entries = live.metadata.managedFields as ManagedFields[] | undefined;
  if (entries?.length) {
    return entries;
  }
  const main = { ...request, subresource: undefined, manager: 'before-first-apply' };
  return withEntry([], main, 'Update', broughtFields(ownedPart(live, main), place));
}

/** What `kubectl apply` noted in an annotation when it still did the work itself: kubectl may go on with that. */
function lastApplied(live: KubeObject | undefined, place: Place): FieldSet {
  const text = live?.metadata.annotations?.['kubectl.kubernetes.io/last-applied-configuration'];
  return text ? fieldsOf(JSON.parse(text), place) : {};
}

function withIdentity(configuration: KubeObject, live: KubeObject, wanted: Record<string, unknown>): Record<string, unknown> {
  const { resourceVersion, uid } = configuration.metadata;
  const metadata = { ...(wanted.metadata as object | undefined), ...(resourceVersion ? { resourceVersion } : {}), ...(uid ? { uid } : {}) };
  return { ...wanted, apiVersion: live.apiVersion, kind: live.kind, metadata };
}

function merge(live: unknown, wanted: unknown, place: Place): unknown {
  if (isRecord(live) && isRecord(wanted) && !place.atomicMap) {
    const result: Record<string, unknown> = cloneJson(live);
    for (const [key, value] of Object.entries(wanted)) {
      result[key] = merge(live[key], value, place.child(key));
    }
    return result;
  }
  const before = Array.isArray(live) ? stepsOf(live, place) : undefined;
  const after = Array.isArray(wanted) ? stepsOf(wanted, place) : undefined;
  if (before && after) {
    const old = new Map(before);
    const named = new Set(after.map(([step]) => step));
    const mergedItems = new Map(
      after.map(([step, item]) => [step, old.has(step) ? merge(old.get(step), item, place.item) : cloneJson(item)]),
    );
    const kept = before.map(([step, item]) => (named.has(step) ? mergedItems.get(step) : cloneJson(item)));
    return [...kept, ...after.filter(([step]) => !old.has(step)).map(([step]) => mergedItems.get(step))];
  }
  return cloneJson(wanted);
}
