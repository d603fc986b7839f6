import { badRequest, invalid, methodNotAllowed } from '../ApiError';
import { cloneJson } from '../json';
import { trackUpdate } from '../managedFields/trackUpdate';
import type { KubeObject } from '../ObjectStore';
import { apiVersionOf, versionName, type ResourceType } from '../ResourceType';
import { toView } from '../views';
import { checkFields } from './checkFields';
import { presentObject } from './present';
import { parseObject } from './readBody';
import type { Reply, ResourceRequest } from './ResourceRequest';

/** POST of a new object. */
export function createObject(request: ResourceRequest): Reply {
  const object = parseObject(request.body, request.contentType);
  checkAddress(request, object);
  checkFields(request, object);
  trackUpdate(request, undefined, object);
  return presentObject(request, request.store.create(request.type.id, object, { dryRun: isDryRun(request) }), 201);
}

/** PUT of an object or of its status. */
export function replaceObject(request: ResourceRequest): Reply {
  const object = parseObject(request.body, request.contentType);
  checkAddress(request, object);
  checkFields(request, object);
  if (request.type.custom && !object.metadata.resourceVersion) {
    const message = 'Invalid value: 0: must be specified for an update';
    // The real server names the plural here.
    throw invalid({ ...request.type, kind: request.type.plural }, object.metadata.name, [
      { reason: 'FieldValueInvalid', message, field: 'metadata.resourceVersion' },
    ]);
  }
  return presentObject(request, saveObject(request, object));
}

/** Updates what the request names, in the part that its subresource allows, and notes who did it. */
export function saveObject(request: ResourceRequest, object: KubeObject): KubeObject {
  const { store, type, namespace, subresource } = request;
  if (subresource !== undefined && !['status', 'finalize', 'scale'].includes(subresource)) {
    throw methodNotAllowed();
  }
  const current = store.get(type.id, namespace, object.metadata.name);
  trackUpdate(request, current && toView(current, type, request.version.name), object);
  return store.update(type.id, object, { subresource: subresource === 'status' ? 'status' : undefined, dryRun: isDryRun(request) });
}

/** Makes the object belong where the URL says, or refuses one that says otherwise. */
export function checkAddress(request: ResourceRequest, object: KubeObject): void {
  const { type, version, namespace, name } = request;
  const expected = apiVersionOf(type, version.name);
  object.apiVersion ??= expected;
  object.kind ??= type.kind;
  object.metadata = cloneJson(object.metadata ?? { name: '' });
  if (object.apiVersion !== expected || object.kind !== type.kind) {
    throw badRequest(wrongKind(type, version.name, object));
  }
  if (type.namespaced && object.metadata.namespace && object.metadata.namespace !== namespace) {
    throw badRequest(
      `the namespace of the provided object does not match the namespace sent on the request (${object.metadata.namespace}, ${namespace})`,
    );
  }
  object.metadata.namespace = type.namespaced ? namespace : undefined;
  if (name !== undefined && !object.metadata.name) {
    object.metadata.name = name;
  }
  if (name !== undefined && object.metadata.name !== name) {
    throw badRequest(`the name of the object (${object.metadata.name}) does not match the name on the URL (${name})`);
  }
}

function wrongKind(type: ResourceType, version: string, { apiVersion, kind }: KubeObject): string {
  if (type.custom && apiVersion !== apiVersionOf(type, version)) {
    return `the API version in the data (${apiVersion}) does not match the expected API version (${apiVersionOf(type, version)})`;
  }
  const what = `${kind} in version "${versionName(apiVersion)}" cannot be handled as a ${type.kind}`;
  return apiVersion === apiVersionOf(type, version)
    ? `${what}: converting (${version}.${kind}) to (${type.group.split('.')[0] || 'core'}.${type.kind}): unknown conversion`
    : `${what}: no kind "${kind}" is registered for version "${apiVersion}" in scheme`;
}

/** Whether the request must have no effect. */
export function isDryRun(request: ResourceRequest): boolean {
  return request.query.getAll('dryRun').includes('All');
}
