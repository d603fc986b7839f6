import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { stringify } from 'yaml';
import type { Clock } from '../Clock';
import type { ServiceBackends } from '../ServiceBackend';
import { ApiError, asApiError } from './ApiError';
import { Faults } from './Faults';
import { handleRequest, sendJson, verbOf } from './http/handleRequest';
import { parsePath } from './http/parsePath';
import type { ObjectStore } from './ObjectStore';
import { RequestLog } from './RequestLog';
import { ChangeHistory } from './watch/ChangeHistory';

/** What an API server is made of. */
export interface ApiServerOptions {
  store: ObjectStore;
  /** Ages, bookmarks and time limits follow this clock. */
  clock: Clock;
  /** What answers behind the service proxy. */
  backends: ServiceBackends;
  /** 0 or nothing for any free port. */
  port?: number;
  /** How many changes watches can go back; 10,000 when not given. */
  historySize?: number;
}

/** A running API server. */
export interface ApiServer {
  url: string;
  port: number;
  faults: Faults;
  requests: RequestLog;
  /** A kubeconfig (YAML) with the context `aviary-sandbox`. */
  kubeconfig(): string;
  /** Ends every watch and connection. */
  close(): Promise<void>;
}

/** Serves a store as a Kubernetes API on 127.0.0.1, without TLS and without asking who calls. */
export async function startApiServer(options: ApiServerOptions): Promise<ApiServer> {
  const { store, clock, backends } = options;
  const history = new ChangeHistory(store, options.historySize ?? 10_000);
  const faults = new Faults(() => history.expire());
  const requests = new RequestLog();
  const sockets = new Set<Socket>();

  const server = createServer((request, response) => {
    log(requests, clock, request);
    answer(request, response).catch((error) => sendError(response, error));
  });
  server.keepAliveTimeout = 65_000;
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.setNoDelay(true);
    socket.on('close', () => sockets.delete(socket));
  });

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    await faults.thawed();
    if (response.destroyed) {
      return;
    }
    const failure = faults.take(request.method ?? 'GET', request.url ?? '/');
    if (failure) {
      if (failure.retryAfter !== undefined) {
        response.setHeader('Retry-After', String(failure.retryAfter));
      }
      throw new ApiError(failure.status, 'Injected', `a fault was injected for ${request.method} ${request.url}`);
    }
    await handleRequest({ store, clock, backends, history, faults }, request, response);
  }

  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}`;

  return {
    url,
    port,
    faults,
    requests,
    kubeconfig: () => kubeconfig(url),
    async close() {
      history.close();
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      sockets.forEach((socket) => socket.destroy());
      await closed;
    },
  };
}

function log(requests: RequestLog, clock: Clock, request: IncomingMessage): void {
  const { method = 'GET', url: path = '/' } = request;
  const [pathname, search = ''] = path.split('?');
  const verb = verbOf(method, parsePath(pathname), new URLSearchParams(search));
  requests.add({ method, path, at: clock.now(), userAgent: request.headers['user-agent'] ?? '', verb });
}

function sendError(response: ServerResponse, error: unknown): void {
  if (response.destroyed || response.headersSent) {
    response.destroy();
    return;
  }
  const apiError = asApiError(error);
  sendJson(response, apiError.code, apiError.toStatus());
}

function kubeconfig(server: string): string {
  const name = 'aviary-sandbox';
  return stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name, cluster: { server } }],
    users: [{ name, user: { token: name } }],
    contexts: [{ name, context: { cluster: name, user: name, namespace: 'default' } }],
    'current-context': name,
  });
}
