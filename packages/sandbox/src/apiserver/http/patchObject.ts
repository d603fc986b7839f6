import { badRequest, notFound, unsupportedMediaType } from '../ApiError';
import { cloneJson, isRecord } from '../json';
import { applyConfiguration } from '../managedFields/applyConfiguration';
import type { KubeObject } from '../ObjectStore';
import { applyJsonPatch } from '../patch/jsonPatch';
import { applyMergePatch } from '../patch/mergePatch';
import { applyStrategicMergePatch } from '../patch/strategicMergePatch';
import { toView } from '../views';
import { checkFields } from './checkFields';
import { presentObject } from './present';
import { parseJsonOrYaml } from './readBody';
import type { Reply, ResourceRequest } from './ResourceRequest';
import { checkAddress, isDryRun, saveObject } from './writeObject';

/** PATCH of an object or of its status, by any of the four patch types. */
export function patchObject(request: ResourceRequest): Reply {
  const { store, type, version, namespace, name } = request;
  const stored = store.get(type.id, namespace, name!);
  const live = stored && toView(stored, type, version.name);
  if (mediaType(request).startsWith('application/apply-patch')) {
    return apply(request, live);
  }
  if (!live) {
    throw notFound(type, name!);
  }
  const patched = patchValue(request, live) as KubeObject;
  checkAddress(request, patched);
  checkFields(request, patched);
  return presentObject(request, saveObject(request, patched));
}

/** The value with the request's patch (JSON, merge or strategic merge) applied. 415 for a type that does not fit. */
export function patchValue(request: ResourceRequest, value: unknown): unknown {
  const media = mediaType(request);
  const patch = parseJsonOrYaml(request.body, true);
  if (media === 'application/json-patch+json') {
    if (!Array.isArray(patch)) {
      throw badRequest('a JSON patch must be a list of operations');
    }
    return applyJsonPatch(value, patch);
  }
  if (!isRecord(patch)) {
    throw badRequest('a merge patch must be a JSON object');
  }
  if (media === 'application/merge-patch+json') {
    return applyMergePatch(value, patch);
  }
  if (media === 'application/strategic-merge-patch+json' && !request.type.custom) {
    return applyStrategicMergePatch(value as Record<string, unknown>, patch, request.version.schema);
  }
  const accepted = ['application/json-patch+json', 'application/merge-patch+json', 'application/apply-patch+yaml'];
  throw unsupportedMediaType(`the body of the request was in an unknown format - accepted media types include: ${accepted.join(', ')}`);
}

function apply(request: ResourceRequest, live: KubeObject | undefined): Reply {
  const configuration = parseJsonOrYaml(request.body, false);
  if (!isRecord(configuration)) {
    throw badRequest('an apply patch must be an object with apiVersion and kind');
  }
  for (const field of ['kind', 'apiVersion'].filter((name) => !configuration[name])) {
    throw badRequest(`Object '${field === 'kind' ? 'Kind' : field}' is missing in '${JSON.stringify(configuration)}'`);
  }
  checkFields(request, configuration as KubeObject);
  checkAddress(request, configuration as KubeObject);
  if (!live && request.subresource) {
    throw notFound(request.type, request.name!);
  }
  const merged = applyConfiguration(request, live, configuration as KubeObject);
  const options = { dryRun: isDryRun(request) };
  if (!live) {
    return presentObject(request, request.store.create(request.type.id, merged, options), 201);
  }
  const subresource = request.subresource === 'status' ? ('status' as const) : undefined;
  return presentObject(request, request.store.update(request.type.id, cloneJson(merged), { ...options, subresource }));
}

function mediaType(request: ResourceRequest): string {
  return request.contentType.split(';')[0].trim();
}
