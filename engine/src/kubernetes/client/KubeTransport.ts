import { request, type Dispatcher } from 'undici';
import { systemTimers, type Timers } from '../Timers';
import { AgentPool } from './AgentPool';
import type { ClusterAccess } from './ClusterAccess';

/** Settings of a transport. Every one has a default that suits a production cluster. */
export interface KubeTransportOptions {
  /** Default `aviary`. The stand-alone process passes `aviary/<version>`. */
  userAgent?: string;
  /** Most connections for requests at a time. Default 32. */
  connections?: number;
  /** Time-outs in a row after which all connections are built anew. Default 3. */
  timeoutsInARow?: number;
  timers?: Timers;
}

/** One exchange with the API server. */
export interface TransportRequest {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'HEAD' | 'OPTIONS';
  /** From the server's base URL on, starting with a slash; already encoded. */
  path: string;
  query?: Record<string, string | undefined>;
  headers?: Record<string, string>;
  body?: string;
  /** Milliseconds for the whole exchange, credentials and body included. */
  deadlineMs: number;
  /** Bytes of the answer's body that are accepted. Default: no limit. */
  maxBytes?: number;
  signal?: AbortSignal;
}

/** An answer, whatever its status. Header names are lower case. */
export interface TransportAnswer {
  status: number;
  headers: Record<string, string>;
  body: string;
}

/** An answer whose body is read while it comes in. */
export interface TransportStream {
  status: number;
  headers: Record<string, string>;
  chunks: AsyncIterable<Uint8Array>;
  /** The whole body, for answers that are not a stream after all. */
  text(): Promise<string>;
}

/** No answer came. `aborted` means that the caller's signal fired. */
export class TransportFailure extends Error {
  readonly reason: 'Timeout' | 'Network' | 'Credentials' | 'TooLarge' | 'Aborted';

  constructor(reason: TransportFailure['reason'], message: string, cause?: unknown) {
    super(message, { cause });
    this.name = 'TransportFailure';
    this.reason = reason;
  }
}

/** Carries requests to one API server: credentials, connections and time limits, nothing of Kubernetes' objects. */
export class KubeTransport {
  readonly #access: ClusterAccess;
  readonly #base: string;
  readonly #pool: AgentPool;
  readonly #timers: Timers;
  readonly #userAgent: string;

  constructor(access: ClusterAccess, options: KubeTransportOptions = {}) {
    this.#access = access;
    this.#base = access.server.replace(/\/+$/, '');
    this.#timers = options.timers ?? systemTimers;
    this.#userAgent = options.userAgent ?? 'aviary';
    this.#pool = new AgentPool({
      proxyUrl: access.proxyUrl,
      connections: options.connections ?? 32,
      timeoutsInARow: options.timeoutsInARow ?? 3,
    });
  }

  /** Resolves with the answer, whatever its status. @throws TransportFailure */
  async request(ask: TransportRequest): Promise<TransportAnswer> {
    const limit = deadline(this.#timers, ask.deadlineMs, ask.signal);
    try {
      const response = await this.#send('requests', ask, limit.signal);
      const body = await readBody(response, ask.maxBytes);
      this.#pool.answered();
      return { status: response.statusCode, headers: flatHeaders(response.headers), body };
    } catch (error) {
      throw this.#failure(error, ask, limit.expired());
    } finally {
      limit.clear();
    }
  }

  /**
   * Opens a body that is read while it comes in. `deadlineMs` covers the time until the headers are there; after
   * that only `signal` ends it.
   *
   * @throws TransportFailure
   */
  async stream(ask: TransportRequest): Promise<TransportStream> {
    const limit = deadline(this.#timers, ask.deadlineMs, ask.signal);
    try {
      const response = await this.#send('watches', ask, limit.signal);
      limit.clearTimer();
      this.#pool.answered();
      return {
        status: response.statusCode,
        headers: flatHeaders(response.headers),
        chunks: response.body,
        text: () => response.body.text(),
      };
    } catch (error) {
      limit.clear();
      throw this.#failure(error, ask, limit.expired());
    }
  }

  /** Ends every connection. */
  async close(): Promise<void> {
    await this.#pool.close();
  }

  async #send(use: 'requests' | 'watches', ask: TransportRequest, signal: AbortSignal): Promise<Dispatcher.ResponseData> {
    const credentials = await orAborted(this.#credentials(), signal);
    return request(this.#url(ask), {
      dispatcher: this.#pool.agent(use, credentials.tls),
      method: ask.method,
      headers: { accept: 'application/json', 'user-agent': this.#userAgent, ...ask.headers, ...credentials.headers },
      body: ask.body,
      signal,
    });
  }

  async #credentials(): ReturnType<ClusterAccess['credentials']> {
    try {
      return await this.#access.credentials();
    } catch (error) {
      throw new TransportFailure('Credentials', `the credentials for ${this.#base} could not be obtained: ${messageOf(error)}`, error);
    }
  }

  #url(ask: TransportRequest): string {
    const query = new URLSearchParams();
    for (const [key, value] of Object.entries(ask.query ?? {})) if (value !== undefined) query.set(key, value);
    const text = query.toString();
    if (text === '') return this.#base + ask.path;
    return `${this.#base}${ask.path}${ask.path.includes('?') ? '&' : '?'}${text}`;
  }

  #failure(error: unknown, ask: TransportRequest, expired: boolean): TransportFailure {
    if (error instanceof TransportFailure) return error;
    if (expired) {
      this.#pool.timedOut();
      return new TransportFailure('Timeout', `no answer from ${this.#base} within ${ask.deadlineMs} ms`, error);
    }
    if (ask.signal?.aborted) return new TransportFailure('Aborted', 'the request was called off', error);
    return new TransportFailure('Network', `${this.#base} could not be reached: ${messageOf(error)}`, error);
  }
}

/** A signal that fires after `ms` or with the caller's, whichever is first. */
function deadline(timers: Timers, ms: number, caller: AbortSignal | undefined) {
  const controller = new AbortController();
  let expired = false;
  const clearTimer = timers.after(ms, () => {
    expired = true;
    controller.abort();
  });
  const forward = () => controller.abort();
  if (caller?.aborted) controller.abort();
  caller?.addEventListener('abort', forward, { once: true });
  return {
    signal: controller.signal,
    expired: () => expired,
    clearTimer,
    clear() {
      clearTimer();
      caller?.removeEventListener('abort', forward);
    },
  };
}

function orAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(new Error('aborted while credentials were obtained'));
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}

async function readBody(response: Dispatcher.ResponseData, maxBytes: number | undefined): Promise<string> {
  if (maxBytes === undefined) return response.body.text();
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response.body) {
    size += chunk.length;
    if (size > maxBytes) {
      response.body.destroy();
      throw new TransportFailure('TooLarge', `the answer is larger than the ${maxBytes} bytes that are accepted`);
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function flatHeaders(headers: Record<string, string | string[] | undefined>): Record<string, string> {
  const flat: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers))
    if (value !== undefined) flat[name] = Array.isArray(value) ? value.join(', ') : value;
  return flat;
}

function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const code = (error as { code?: string }).code;
  return error.message || code || error.name;
}
