import type { IncomingMessage, ServerResponse } from 'node:http';
import { stringify } from 'yaml';
import type { Clock } from '../../Clock';
import type { ServiceBackends } from '../../ServiceBackend';
import { ApiError, methodNotAllowed, notFound, unknownResource } from '../ApiError';
import { aggregatedDiscovery, aggregatedMedia } from '../discovery/aggregatedDiscovery';
import { coreVersions, groupDocument, groupList, resourceList, version as serverVersion } from '../discovery/discovery';
import { openApiDocument, openApiIndex } from '../discovery/openApi';
import { openApiV2, OPENAPI_V2_PROTOBUF } from '../discovery/openApiV2';
import type { Faults } from '../Faults';
import type { ObjectStore } from '../ObjectStore';
import { versionOf } from '../ResourceType';
import { proxyToService } from '../serviceProxy';
import type { ChangeHistory } from '../watch/ChangeHistory';
import { serveWatch } from '../watch/serveWatch';
import { answerReview, createToken } from './answerReview';
import { checkListOptions, checkWriteOptions } from './checkOptions';
import { deleteCollection, deleteObject } from './deleteObject';
import { listObjects } from './listObjects';
import { parsePath, type ApiPath } from './parsePath';
import { patchObject } from './patchObject';
import { presentObject } from './present';
import { readBody } from './readBody';
import { parseAccept } from './Representation';
import type { Reply, ResourceRequest } from './ResourceRequest';
import { scaleObject } from './scaleObject';
import { createObject, replaceObject } from './writeObject';

type ResourcePath = Extract<ApiPath, { kind: 'resource' }>;

/** What requests are answered from. */
export interface ApiServerParts {
  store: ObjectStore;
  clock: Clock;
  backends: ServiceBackends;
  history: ChangeHistory;
  faults: Faults;
}

/** Answers one request; throws ApiError for what is refused before an answer has begun. */
export async function handleRequest(parts: ApiServerParts, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://sandbox');
  const path = parsePath(url.pathname);
  const isServed = path.kind === 'other' || parts.store.types.all().some(({ group }) => group === path.group);
  if (path.kind !== 'resource') {
    await readBody(request);
    if (isServed) {
      answerOther(parts, path, request.headers.accept, response);
    } else {
      sendNoPage(response);
    }
    return;
  }
  if (path.plural === 'services' && path.subresource === 'proxy') {
    proxyToService(path, request, response, parts);
    return;
  }
  const body = await readBody(request);
  const review = request.method === 'POST' ? answerReview(path, body, request.headers['content-type'] ?? '') : undefined;
  if (review) {
    sendJson(response, review.code, review.body);
    return;
  }
  if (!isServed) {
    sendNoPage(response);
    return;
  }
  const resourceRequest = toResourceRequest(parts, path, { url, body, request });
  if (isWatch(request.method, resourceRequest)) {
    checkListOptions(resourceRequest.query, true);
    serveWatch(resourceRequest, response, parts.history, parts.faults);
    return;
  }
  const reply = answer(resourceRequest, request.method ?? 'GET', parts.history);
  for (const warning of [...resourceRequest.warnings, ...deprecation(resourceRequest)]) {
    // Header values are ASCII; field names need not be.
    response.appendHeader('Warning', `299 - ${JSON.stringify(warning).replace(/[^\x20-\x7e]/g, '?')}`);
  }
  if (resourceRequest.yaml) {
    response.writeHead(reply.code, { 'content-type': 'application/yaml' }).end(stringify(reply.body, { sortMapEntries: true }));
  } else {
    sendJson(response, reply.code, reply.body);
  }
}

/** The Kubernetes verb of a request, for the request log. */
export function verbOf(method: string, path: ApiPath, query: URLSearchParams): string {
  if (path.kind !== 'resource') {
    return 'other';
  }
  if (path.subresource === 'proxy') {
    return 'proxy';
  }
  const collection = path.name === undefined;
  switch (method) {
    case 'GET':
      return !collection ? 'get' : ['true', '1'].includes(query.get('watch') ?? '') ? 'watch' : 'list';
    case 'DELETE':
      return collection ? 'deletecollection' : 'delete';
    default:
      return { POST: 'create', PUT: 'update', PATCH: 'patch' }[method] ?? 'other';
  }
}

/** Sends a JSON body. */
export function sendJson(response: ServerResponse, code: number, body: object, media = 'application/json'): void {
  const text = JSON.stringify(body);
  response.writeHead(code, { 'content-type': media, 'content-length': Buffer.byteLength(text) });
  response.end(text);
}

/** 404 for paths that no API has; one within an API is answered with a Status. */
function sendNoPage(response: ServerResponse): void {
  response.writeHead(404, { 'content-type': 'text/plain; charset=utf-8' }).end('404 page not found\n');
}

function answerOther(
  { store }: ApiServerParts,
  path: Exclude<ApiPath, ResourcePath>,
  accept: string | undefined,
  response: ServerResponse,
): void {
  const { types } = store;
  if (path.kind === 'other' && (path.path === '/api' || path.path === '/apis') && accept?.includes('as=APIGroupDiscoveryList')) {
    sendJson(response, 200, aggregatedDiscovery(types, path.path === '/api'), aggregatedMedia);
    return;
  }
  if (path.kind === 'group') {
    sendJson(response, 200, groupDocument(types, path.group));
    return;
  }
  if (path.kind === 'version') {
    sendJson(response, 200, resourceList(types, path.group, path.version));
    return;
  }
  const openApi = /^\/openapi\/v3\/(?:api|apis\/([^/]+))\/([^/]+)$/.exec(path.path);
  if (openApi) {
    sendJson(response, 200, openApiDocument(types, openApi[1] ?? '', openApi[2]));
    return;
  }
  if (path.path === '/openapi/v2') {
    response.writeHead(200, { 'content-type': OPENAPI_V2_PROTOBUF }).end(openApiV2(types));
    return;
  }
  const documents: Record<string, () => object> = {
    '/api': coreVersions,
    '/apis': () => groupList(types),
    '/version': () => serverVersion,
    '/openapi/v3': () => openApiIndex(types),
    '/': () => ({ paths: ['/api', '/apis', '/healthz', '/livez', '/openapi/v2', '/openapi/v3', '/readyz', '/version'] }),
  };
  if (documents[path.path]) {
    sendJson(response, 200, documents[path.path]());
  } else if (/^\/(readyz|livez|healthz)(\/.*)?$/.test(path.path)) {
    response.writeHead(200, { 'content-type': 'text/plain; charset=utf-8' }).end('ok');
  } else {
    sendNoPage(response);
  }
}

function toResourceRequest(
  parts: ApiServerParts,
  path: ResourcePath,
  { url, body, request }: { url: URL; body: Buffer; request: IncomingMessage },
): ResourceRequest {
  const type = parts.store.types.find(`${path.group}/${path.plural}`);
  const version = type && versionOf(type, path.version);
  if (!version || (path.namespace !== undefined && !type.namespaced)) {
    throw unknownResource();
  }
  return {
    store: parts.store,
    clock: parts.clock,
    type,
    version,
    namespace: path.namespace,
    name: path.name,
    subresource: path.subresource,
    query: url.searchParams,
    ...parseAccept(request.headers.accept),
    contentType: request.headers['content-type'] ?? '',
    body,
    manager: url.searchParams.get('fieldManager') || (request.headers['user-agent'] ?? 'unknown').split('/')[0],
    warnings: [],
  };
}

function isWatch(method: string | undefined, { query, name, subresource }: ResourceRequest): boolean {
  return method === 'GET' && name === undefined && subresource === undefined && ['true', '1'].includes(query.get('watch') ?? '');
}

function answer(request: ResourceRequest, method: string, history: ChangeHistory): Reply {
  if (method !== 'GET') {
    checkWriteOptions(request, method);
  }
  if (request.subresource === 'scale') {
    return scaleObject(request, method);
  }
  if (request.subresource === 'token' && request.type.id === '/serviceaccounts' && method === 'POST') {
    return createToken(request);
  }
  refuseSubresource(request);
  if (request.type.namespaced && request.namespace === undefined && (request.name !== undefined || method !== 'GET')) {
    throw methodNotAllowed();
  }
  if (request.name === undefined) {
    switch (method) {
      case 'GET':
        return listObjects(request, history);
      case 'POST':
        return createObject(request);
      case 'DELETE':
        return deleteCollection(request);
      default:
        throw methodNotAllowed();
    }
  }
  switch (method) {
    case 'GET':
      return getObject(request);
    case 'PUT':
      return replaceObject(request);
    case 'PATCH':
      return patchObject(request);
    case 'DELETE':
      return deleteObject(request);
    default:
      throw methodNotAllowed();
  }
}

function getObject(request: ResourceRequest): Reply {
  const stored = request.store.get(request.type.id, request.namespace, request.name!);
  if (!stored) {
    throw notFound(request.type, request.name!);
  }
  return presentObject(request, stored);
}

function refuseSubresource({ type, version, subresource, name }: ResourceRequest): void {
  if (
    subresource === undefined ||
    (subresource === 'status' && version.status) ||
    (subresource === 'finalize' && type.id === '/namespaces')
  ) {
    return;
  }
  if (type.id === '/pods' && ['log', 'exec', 'attach', 'portforward'].includes(subresource)) {
    throw new ApiError(501, 'NotImplemented', `pods "${name}": ${subresource} is not there: the sandbox's pods run no containers`);
  }
  throw unknownResource();
}

function deprecation({ version }: ResourceRequest): string[] {
  return version.deprecationWarning ? [version.deprecationWarning] : [];
}
