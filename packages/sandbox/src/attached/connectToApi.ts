import http from 'node:http';
import https from 'node:https';
import { ApiError } from '../apiserver/ApiError';

// A request that is not answered for so long is lost, in milliseconds.
const REQUEST_LIMIT = 15_000;
// The server ends a watch after so many seconds; one that goes on for longer hangs on a dead connection.
const WATCH_SECONDS = 30;
const WATCH_LIMIT = (WATCH_SECONDS + 10) * 1000;

/** An API server, reached as any client reaches it. Refusals are thrown as ApiError, everything else (no answer, broken off) as Error. */
export interface ApiConnection {
  /** The JSON at a path. */
  get(path: string): Promise<any>;
  /** Calls `onOpen` when a watch is accepted, and `onEvent` with each of its events; returns when the server has ended it. `path` with its query. */
  watch(path: string, onOpen: () => void, onEvent: (event: { type: string; object: any }) => void): Promise<void>;
  /** Breaks off what is under way: it fails with `problem`. */
  breakOff(problem: string): void;
  /** Breaks off what is under way, and refuses anything new. */
  close(): void;
}

/**
 * Reaches the cluster of a kubeconfig's current context with its credentials (token, client certificate, exec plug-in, …).
 *
 * @throws Error when the file cannot be read or names no cluster
 */
export function connectToApi(kubeconfigPath: string): ApiConnection {
  // Loaded here as it brings thousands of files along; by `require`, because Jest cannot `import()`.
  const { KubeConfig }: typeof import('@kubernetes/client-node') = require('@kubernetes/client-node');
  const config = new KubeConfig();
  try {
    config.loadFromFile(kubeconfigPath);
  } catch (error) {
    throw new Error(`the kubeconfig ${kubeconfigPath} cannot be read: ${(error as Error).message}`);
  }
  const server = config.getCurrentCluster()?.server;
  if (!server) throw new Error(`${kubeconfigPath}: the current context "${config.getCurrentContext() ?? ''}" names no cluster`);
  // Without TLS there is nothing to verify; the library asks for that to be said.
  if (server.startsWith('http:')) config.clusters = config.clusters.map((cluster) => ({ ...cluster, skipTLSVerify: true }));
  const underWay = new Set<(problem: Error) => void>();
  let closed = false;

  async function open(path: string, limit: number): Promise<http.IncomingMessage> {
    const options: https.RequestOptions = {};
    await config.applyToHTTPSOptions(options);
    if (closed) throw new Error('the connection was closed');
    return new Promise((resolve, reject) => {
      const headers = { ...options.headers, accept: 'application/json', 'user-agent': 'aviary-sandbox-simulator' };
      const url = server!.replace(/\/$/, '') + path;
      let stream: http.ClientRequest | http.IncomingMessage | undefined;
      const request = (server!.startsWith('http:') ? http : https).request(url, { ...options, headers }, (response) => {
        stream = response;
        resolve(response);
      });
      const lose = (problem: Error) => (stream ?? request).destroy(problem);
      const timer = setTimeout(() => lose(new Error(`no end within ${limit / 1000} s`)), limit);
      underWay.add(lose);
      request.on('error', (error) => reject(broken(url, error)));
      request.on('close', () => {
        clearTimeout(timer);
        underWay.delete(lose);
      });
      request.end();
    });
  }

  function breakOff(problem: string): void {
    for (const lose of [...underWay]) lose(new Error(problem));
  }

  return {
    async get(path) {
      const response = await open(path, REQUEST_LIMIT);
      return accept(path, response, await textOf(path, response));
    },
    async watch(path, onOpen, onEvent) {
      const response = await open(`${path}&timeoutSeconds=${WATCH_SECONDS}`, WATCH_LIMIT);
      if (response.statusCode !== 200) accept(path, response, await textOf(path, response));
      onOpen();
      try {
        for await (const line of linesOf(path, response)) onEvent(JSON.parse(line));
      } finally {
        response.destroy();
      }
    },
    breakOff,
    close() {
      closed = true;
      breakOff('the connection was closed');
    },
  };
}

async function* linesOf(path: string, response: http.IncomingMessage): AsyncGenerator<string> {
  let rest = '';
  for await (const text of textsOf(path, response)) {
    const lines = `${rest}${text}`.split('\n');
    rest = lines.pop()!;
    yield* lines.filter((line) => line !== '');
  }
}

async function textOf(path: string, response: http.IncomingMessage): Promise<string> {
  let all = '';
  for await (const text of textsOf(path, response)) all += text;
  return all;
}

async function* textsOf(path: string, response: http.IncomingMessage): AsyncGenerator<string> {
  try {
    yield* response.setEncoding('utf8');
  } catch (error) {
    throw broken(path, error as Error);
  }
}

// Which path is enough to know: the query of a watch is long and tells nothing.
function broken(path: string, error: Error & { code?: string }): Error {
  const problem = error.message === 'aborted' ? 'the connection broke off' : error.message || error.code;
  return new Error(`GET ${path.split('?')[0]}: ${problem}`);
}

function accept(path: string, response: http.IncomingMessage, text: string): any {
  const code = response.statusCode ?? 0;
  if (code >= 200 && code < 300) return JSON.parse(text);
  const { reason = '', message = text.slice(0, 300) } = statusIn(text);
  throw new ApiError(code, reason, `GET ${path.split('?')[0]}: ${code} ${message}`);
}

function statusIn(text: string): { reason?: string; message?: string } {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}
