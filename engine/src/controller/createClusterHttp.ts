import { ProviderError, type HttpClient, type HttpRequest, type HttpResponse } from '@aviary/provider-contract';
import { isKubeError, resolveAddress, type AddressOptions } from '../kubernetes';
import type { ClusterView } from './ClusterView';

const CREDENTIALS = /^(authorization|proxy-authorization|cookie|dd-api-key|x-.*-(key|token))$/i;
const DEFAULT_TIMEOUT = 5_000;

/**
 * The HTTP client that providers and webhooks get: addresses inside the cluster go through the API server when the
 * engine runs outside, everything else goes out directly, under the egress policy of `direct`.
 */
export function createClusterHttp(options: {
  direct: HttpClient;
  view: ClusterView;
  addresses: Pick<AddressOptions, 'inCluster' | 'addressOverrides'>;
}): HttpClient {
  const { direct, view, addresses } = options;

  async function proxied(
    request: HttpRequest,
    to: { namespace: string; service: string; port: number; scheme: 'http' | 'https'; path: string },
  ) {
    const path = withQuery(to.path, request.query);
    try {
      const answer = await view.client.serviceProxy({ namespace: to.namespace, name: to.service, port: to.port }, path, {
        method: request.method,
        scheme: to.scheme,
        headers: request.headers,
        body: request.body,
        timeoutMs: request.timeout ?? DEFAULT_TIMEOUT,
        maxBytes: 1024 * 1024,
      });
      return { status: answer.status, headers: answer.headers, body: answer.body };
    } catch (error) {
      if (!isKubeError(error)) throw error;
      const unauthorized = error.kind === 'forbidden' || error.kind === 'unauthorized';
      const missing = error.kind === 'notFound';
      throw new ProviderError(
        unauthorized ? 'unauthorized' : missing ? 'misconfigured' : 'unavailable',
        `${to.service}.${to.namespace} could not be reached through the API server: ${error.message}`,
        { cause: error, retryAfter: error.retryAfterMs },
      );
    }
  }

  async function request(asked: HttpRequest): Promise<HttpResponse> {
    const credentials = Object.keys(asked.headers ?? {}).some((header) => CREDENTIALS.test(header));
    const address = resolveAddress(asked.url, {
      ...addresses,
      credentials,
      serviceExists: (namespace, name) => view.get('services', namespace, name) !== undefined,
    });
    if (address.kind === 'misconfigured') throw new ProviderError('misconfigured', address.message);
    if (address.kind === 'direct') return direct.request({ ...asked, url: address.url });
    for (let tries = 0; ; tries++) {
      const last = tries >= (asked.retries ?? 0);
      try {
        const response = await proxied(asked, address);
        if (last || response.status < 500) return response;
      } catch (error) {
        if (last || !(error instanceof ProviderError) || error.kind !== 'unavailable') throw error;
      }
    }
  }

  return { request };
}

function withQuery(path: string, query: Record<string, string> | undefined): string {
  if (!query) return path;
  const parameters = new URLSearchParams(query).toString();
  if (parameters === '') return path;
  return `${path}${path.includes('?') ? '&' : '?'}${parameters}`;
}
