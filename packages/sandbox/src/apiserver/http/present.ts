import { badRequest } from '../ApiError';
import type { KubeObject } from '../ObjectStore';
import { apiVersionOf } from '../ResourceType';
import { metadataOf, tableOf, type IncludeObject, type TableOptions } from '../tables/tableOf';
import { toView } from '../views';
import type { Reply, ResourceRequest } from './ResourceRequest';

/** An object in the version and shape that the client asked for. */
export function presentObject(request: ResourceRequest, stored: KubeObject, code = 200): Reply {
  const seen = toView(stored, request.type, request.version.name);
  switch (request.representation) {
    case 'table':
      return { code, body: tableOf([{ stored, seen }], { resourceVersion: stored.metadata.resourceVersion }, tableOptions(request)) };
    case 'metadata':
      return { code, body: metadataOf(seen) };
    default:
      return { code, body: seen };
  }
}

/** A list in the version and shape that the client asked for. Items of built-in kinds do not say what they are. */
export function presentList(request: ResourceRequest, objects: KubeObject[], metadata: Record<string, unknown>): Reply {
  const { type, version } = request;
  if (request.representation === 'table') {
    const rows = objects.map((stored) => ({ stored, seen: toView(stored, type, version.name) }));
    return { code: 200, body: tableOf(rows, metadata, tableOptions(request)) };
  }
  const items = objects.map((stored) => toView(stored, type, version.name));
  if (request.representation === 'metadata') {
    const body = { kind: 'PartialObjectMetadataList', apiVersion: 'meta.k8s.io/v1', metadata, items: items.map(metadataOf) };
    return { code: 200, body };
  }
  const shown = type.custom ? items : items.map(({ kind: _kind, apiVersion: _apiVersion, ...rest }) => rest);
  return { code: 200, body: { kind: type.listKind, apiVersion: apiVersionOf(type, version.name), metadata, items: shown } };
}

/** How tables are rendered for this request. */
export function tableOptions(request: ResourceRequest): TableOptions {
  const includeObject = request.query.get('includeObject') || 'Metadata';
  if (!['Object', 'Metadata', 'None'].includes(includeObject)) {
    throw badRequest(`unrecognized includeObject value: ${includeObject} (known: None, Metadata, Object)`);
  }
  return { type: request.type, version: request.version, includeObject: includeObject as IncludeObject, now: request.clock.now() };
}
