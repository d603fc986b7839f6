import { setTimeout as sleep } from 'node:timers/promises';
import { ProviderError, type HttpClient, type HttpRequest, type HttpResponse } from '@aviary/provider-contract';
import { isKubeError, resolveAddress, type AddressOptions } from '../kubernetes';
import type { ClusterView } from './ClusterView';

/** Names of headers and query parameters that hold something which nobody else may see. */
const CREDENTIALS = /authorization|cookie|token|secret|passw|(api|application)-?_?key|^x-.*-key$|^[up]$/i;
const DEFAULT_TIMEOUT = 5_000;
/** Before the second try, in milliseconds; doubled for each further one. */
const RETRY = 100;

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
    asked: HttpRequest,
    to: { namespace: string; service: string; port: number; scheme: 'http' | 'https'; path: string },
    timeoutMs: number,
  ): Promise<HttpResponse> {
    const path = withQuery(to.path, asked.query);
    try {
      const answer = await view.client.serviceProxy({ namespace: to.namespace, name: to.service, port: to.port }, path, {
        method: asked.method,
        scheme: to.scheme,
        headers: asked.headers,
        body: asked.body,
        timeoutMs,
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
    const credentials = [...Object.keys(asked.headers ?? {}), ...Object.keys(asked.query ?? {})].some((name) => CREDENTIALS.test(name));
    const address = resolveAddress(asked.url, {
      ...addresses,
      credentials,
      serviceExists: (namespace, name) => view.get('services', namespace, name) !== undefined,
    });
    if (address.kind === 'misconfigured') throw new ProviderError('misconfigured', address.message);
    if (address.kind === 'direct') return direct.request({ ...asked, url: address.url });
    // As with direct requests the time limit spans all tries.
    const deadline = performance.now() + (asked.timeout ?? DEFAULT_TIMEOUT);
    for (let tries = 0; ; tries++) {
      const wait = RETRY * 2 ** tries;
      const last = tries >= (asked.retries ?? 0) || performance.now() + wait >= deadline;
      try {
        const response = await proxied(asked, address, Math.max(1, deadline - performance.now()));
        if (last || (response.status < 500 && response.status !== 429)) return response;
      } catch (error) {
        if (last || !(error instanceof ProviderError) || error.kind !== 'unavailable') throw error;
      }
      await sleep(wait);
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
