import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ServiceBackends } from '../ServiceBackend';
import { ApiError, notFound } from './ApiError';
import type { ApiPath } from './http/parsePath';
import type { ObjectStore } from './ObjectStore';

/**
 * Hands a request for `…/services/[scheme:]{name}[:{port}]/proxy/{path}` to what answers for the Service.
 * 404 without such a Service, 503 when nothing answers for it.
 */
export function proxyToService(
  path: Extract<ApiPath, { kind: 'resource' }>,
  request: IncomingMessage,
  response: ServerResponse,
  { store, backends }: { store: ObjectStore; backends: ServiceBackends },
): void {
  const parts = path.name!.split(':');
  const [name, port] = parts.length === 3 ? parts.slice(1) : parts;
  const service = store.get('/services', path.namespace, name);
  if (!service) {
    throw notFound({ group: '', plural: 'services', kind: 'Service' }, name);
  }
  const known = (service.spec?.ports ?? []).some((entry: any) => entry.name === port || String(entry.port) === port);
  if (port && !known) {
    throw unavailable(`no service port "${port}" found for service "${name}"`);
  }
  const answer = backends.find(path.namespace!, name, port || undefined);
  if (!answer) {
    throw unavailable(`no endpoints available for service "${name}"`);
  }
  const query = request.url?.indexOf('?') ?? -1;
  request.url = `/${path.rest}${query < 0 ? '' : request.url!.slice(query)}`;
  // The real API server keeps its caller's credentials to itself as well.
  delete request.headers.authorization;
  answer(request, response);
}

function unavailable(why: string): ApiError {
  return new ApiError(503, 'ServiceUnavailable', why);
}
