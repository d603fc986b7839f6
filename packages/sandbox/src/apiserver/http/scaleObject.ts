import { ApiError, invalid, unknownResource, notFound } from '../ApiError';
import { cloneJson } from '../json';
import type { KubeObject } from '../ObjectStore';
import { labelSelectorText } from '../select/labelSelector';
import { jsonPath, setJsonPath } from '../tables/jsonPath';
import { toView } from '../views';
import { patchValue } from './patchObject';
import { parseObject } from './readBody';
import type { Reply, ResourceRequest } from './ResourceRequest';
import { saveObject } from './writeObject';

/** GET, PUT and PATCH of the `autoscaling/v1` Scale of an object. */
export function scaleObject(request: ResourceRequest, method: string): Reply {
  const { store, type, version, namespace, name } = request;
  const paths = version.scale;
  if (!paths) {
    throw unknownResource();
  }
  const stored = store.get(type.id, namespace, name!);
  if (!stored) {
    throw notFound(type, name!);
  }
  const object = toView(stored, type, version.name);
  if (type.custom && jsonPath(object, paths.specReplicasPath)[0] === undefined) {
    const message = `the spec replicas field "${paths.specReplicasPath}" does not exist`;
    throw new ApiError(500, 'InternalError', `Internal error occurred: ${message}`, { causes: [{ message }] });
  }
  if (method === 'GET') {
    return { code: 200, body: scaleOf(object, request) };
  }
  const wanted: any = method === 'PATCH' ? patchValue(request, scaleOf(object, request)) : parseObject(request.body, request.contentType);
  const replicas = wanted.spec?.replicas ?? 0;
  if (type.custom && replicas < 0) {
    const message = `Invalid value: ${replicas}: should be a non-negative integer`;
    throw invalid(type, name!, [{ reason: 'FieldValueInvalid', message, field: paths.specReplicasPath }]);
  }
  if (!Number.isInteger(replicas) || replicas < 0) {
    const message = `Invalid value: ${JSON.stringify(replicas)}: must be greater than or equal to 0`;
    throw invalid({ group: 'autoscaling', plural: 'scales', kind: 'Scale' }, name!, [
      { reason: 'FieldValueInvalid', message, field: 'spec.replicas' },
    ]);
  }
  const next = cloneJson(object);
  next.metadata.resourceVersion = wanted.metadata?.resourceVersion || object.metadata.resourceVersion;
  setJsonPath(next, paths.specReplicasPath, replicas);
  return { code: 200, body: scaleOf(toView(saveObject(request, next), type, version.name), request) };
}

function scaleOf(object: KubeObject, { version }: ResourceRequest): KubeObject {
  const paths = version.scale!;
  const selector = paths.labelSelectorPath && jsonPath(object, paths.labelSelectorPath)[0];
  const { name, namespace, uid, resourceVersion, creationTimestamp } = object.metadata;
  return {
    kind: 'Scale',
    apiVersion: 'autoscaling/v1',
    metadata: { name, namespace, uid, resourceVersion, creationTimestamp },
    spec: { replicas: jsonPath(object, paths.specReplicasPath)[0] ?? 0 },
    status: {
      replicas: jsonPath(object, paths.statusReplicasPath)[0] ?? 0,
      ...(selector ? { selector: typeof selector === 'string' ? selector : labelSelectorText(selector) } : {}),
    },
  };
}
