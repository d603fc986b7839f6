import { lookup as dnsLookup } from 'node:dns/promises';
import http from 'node:http';
import https from 'node:https';
import type { LookupFunction } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { ProviderError } from '@aviary/provider-contract';
import type { HttpClient, HttpRequest, HttpResponse } from '@aviary/provider-contract';
import axios from 'axios';
import type { AxiosRequestConfig } from 'axios';
import { HttpsProxyAgent } from 'https-proxy-agent';
import type { EgressPolicy } from './createEgressPolicy';
import { networkError, printableAddress } from './networkError';
import { parseRetryAfter } from './parseRetryAfter';

const DEFAULT_TIMEOUT = 5_000;
const DEFAULT_MAX_RESPONSE_BYTES = 1024 * 1024;
/** Connections to one host at a time; more requests wait. */
const MAX_SOCKETS_PER_HOST = 50;
/** A server may ask for more; whoever called then decides, with the answer in hand. */
const LONGEST_RETRY_DELAY = 10_000;

/** An address that a name resolves to. */
export interface ResolvedAddress {
  address: string;
  family: number;
}

/** How a client is set up. */
export interface HttpClientOptions {
  egress: EgressPolicy;
  /** Largest answer in bytes, after decompression. Default 1 MiB. */
  maxResponseBytes?: number;
  /** How names become addresses. Default: the system's resolver. */
  resolve?: (hostname: string) => Promise<ResolvedAddress[]>;
  /** Milliseconds before try `attempt` + 2 (0 is the first failure) unless the server asks for more. Default 100 ms, doubled each time. */
  retryDelay?: (attempt: number) => number;
  /** Milliseconds since the epoch, to read `Retry-After` dates. Default `Date.now`. */
  now?: () => number;
}

/** An HTTP client that keeps connections open until it is closed. */
export interface ClosableHttpClient extends HttpClient {
  /** Closes the kept connections. */
  close(): void;
}

/** Why a try did not bring an answer, and whether the connection had been kept from an earlier request. */
type Outcome = { response: HttpResponse } | { error: ProviderError; staleConnection: boolean };

/**
 * The HTTP client for providers, on axios.
 *
 * - The time limit spans the whole call: name resolution, connection, answer and further tries.
 * - Redirects are answers: a 3xx is handed to the caller, never followed.
 * - The egress policy sees the host as written, every address it resolves to, and the same of a proxy. Behind a proxy,
 *   which resolves names itself, a target's name is judged by the name alone.
 * - Proxies of the environment (`HTTPS_PROXY`) are not used: a request goes where its configuration says.
 */
export function createHttpClient(options: HttpClientOptions): ClosableHttpClient {
  const maxResponseBytes = options.maxResponseBytes ?? DEFAULT_MAX_RESPONSE_BYTES;
  const resolve = options.resolve ?? ((hostname) => dnsLookup(hostname, { all: true }));
  const retryDelay = options.retryDelay ?? backoff;
  const now = options.now ?? Date.now;
  const keep = { keepAlive: true, maxSockets: MAX_SOCKETS_PER_HOST };
  const plain = new http.Agent(keep);
  const verified = new https.Agent(keep);
  const unverified = new https.Agent({ ...keep, rejectUnauthorized: false });

  async function request(asked: HttpRequest): Promise<HttpResponse> {
    const target = parseAddress(asked.url, 'address');
    for (const [name, value] of Object.entries(asked.query ?? {})) target.searchParams.append(name, value);
    const proxy = asked.proxy ? parseAddress(asked.proxy, 'proxy') : undefined;
    for (const host of proxy ? [target, proxy] : [target]) refuse(options.egress.refusal(host));

    const timeout = asked.timeout ?? DEFAULT_TIMEOUT;
    const deadline = performance.now() + timeout;
    const signal = AbortSignal.timeout(timeout);
    const config = { ...axiosConfig(asked, target, proxy), signal };

    let retries = asked.retries ?? 0;
    for (let attempt = 0; ; attempt++) {
      const outcome = await exchange(asked, target, config, timeout);
      if ('error' in outcome && outcome.staleConnection && asked.method === 'GET' && attempt === 0) {
        // The server closed a kept connection while the request was on its way: not a failure of anything.
        retries = Math.max(retries, 1);
      }
      const wait = delayBefore(outcome, attempt);
      if (attempt >= retries || wait === undefined || performance.now() + wait >= deadline) {
        if ('response' in outcome) return outcome.response;
        throw outcome.error;
      }
      await sleep(wait);
    }
  }

  async function exchange(asked: HttpRequest, target: URL, config: AxiosRequestConfig, timeout: number): Promise<Outcome> {
    try {
      const { status, headers, data } = await axios.request<string>(config);
      const flat = Object.entries(headers).map(([name, value]): [string, string] => [name.toLowerCase(), String(value)]);
      return { response: { status, headers: Object.fromEntries(flat), body: data ?? '' } };
    } catch (error) {
      const { code, request: sent } = error as { code?: string; request?: { reusedSocket?: boolean } };
      const staleConnection = sent?.reusedSocket === true && (code === 'ECONNRESET' || code === 'EPIPE');
      return { error: networkError(error, asked, target, { timeout, maxResponseBytes }), staleConnection };
    }
  }

  function axiosConfig(asked: HttpRequest, target: URL, proxy: URL | undefined): AxiosRequestConfig {
    const secure = asked.insecureSkipVerify ? unverified : verified;
    const tunnel = proxy && target.protocol === 'https:';
    return {
      method: asked.method,
      url: target.href,
      headers: { 'User-Agent': 'aviary', ...asked.headers },
      data: asked.body,
      adapter: 'http',
      httpAgent: plain,
      httpsAgent: tunnel ? tunnelAgent(proxy, asked.insecureSkipVerify === true) : secure,
      // axios sends every request to a proxy in the absolute form; for https that would hand the proxy the plain text.
      proxy: proxy && !tunnel ? forwardProxy(proxy) : false,
      lookup: guardedLookup(proxy ?? target) as AxiosRequestConfig['lookup'],
      maxRedirects: 0,
      maxContentLength: maxResponseBytes,
      responseType: 'text',
      transformRequest: (body) => body,
      transformResponse: (body) => body,
      validateStatus: () => true,
    };
  }

  function tunnelAgent(proxy: URL, insecureSkipVerify: boolean): HttpsProxyAgent<string> {
    const agent = new HttpsProxyAgent(proxy, { lookup: guardedLookup(proxy) });
    agent.options = { ...agent.options, rejectUnauthorized: !insecureSkipVerify };
    return agent;
  }

  /** Node's lookup hook: only the addresses that the policy allows reach the connection. */
  function guardedLookup(target: URL): LookupFunction {
    return (hostname, lookupOptions, done) => {
      resolve(hostname).then(
        (found) => {
          const refusals = found.map(({ address }) => options.egress.refusal(target, address));
          const allowed = found.filter((_, index) => refusals[index] === undefined);
          const [first] = allowed;
          if (!first) return done(new ProviderError('misconfigured', refusals[0] ?? `${hostname} has no address`), '');
          return lookupOptions.all ? done(null, allowed) : done(null, first.address, first.family);
        },
        (error) => done(error, ''),
      );
    };
  }

  function delayBefore(outcome: Outcome, attempt: number): number | undefined {
    if ('error' in outcome) return outcome.error.kind === 'unavailable' ? retryDelay(attempt) : undefined;
    const { status, headers } = outcome.response;
    if (status !== 429 && status < 500) return undefined;
    const wished = parseRetryAfter(headers['retry-after'], now()) ?? 0;
    return wished > LONGEST_RETRY_DELAY ? undefined : Math.max(wished, retryDelay(attempt));
  }

  return {
    request,
    close() {
      for (const agent of [plain, verified, unverified]) agent.destroy();
    },
  };
}

function parseAddress(text: string, field: string): URL {
  if (!URL.canParse(text)) {
    throw new ProviderError('misconfigured', `The ${field} is not a URL; write it as http://host:port or https://host`);
  }
  const url = new URL(text);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw new ProviderError(
      'misconfigured',
      `The ${field} ${printableAddress(url)} has the scheme "${url.protocol}"; only http and https are supported`,
    );
  }
  return url;
}

function refuse(refusal: string | undefined): void {
  if (refusal !== undefined) throw new ProviderError('misconfigured', refusal);
}

function forwardProxy(proxy: URL): AxiosRequestConfig['proxy'] {
  const defaultPort = proxy.protocol === 'https:' ? 443 : 80;
  const auth = { username: decodeURIComponent(proxy.username), password: decodeURIComponent(proxy.password) };
  return {
    protocol: proxy.protocol,
    host: proxy.hostname.replace(/^\[(.*)\]$/, '$1'),
    port: proxy.port ? Number(proxy.port) : defaultPort,
    ...(proxy.username ? { auth } : {}),
  };
}

function backoff(attempt: number): number {
  return 100 * 2 ** attempt;
}
