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
  /** Calls `onEvent` with every event of a watch; returns when the server has ended it. `path` with its query. */
  watch(path: string, onEvent: (event: { type: string; object: any }) => void): Promise<void>;
  /** Breaks off what is under way. */
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
  const underWay = new Set<http.ClientRequest>();
  let closed = false;

  async function open(path: string, limit: number): Promise<http.IncomingMessage> {
    const options: https.RequestOptions = {};
    await config.applyToHTTPSOptions(options);
    if (closed) throw new Error('the connection was closed');
    return new Promise((resolve, reject) => {
      const lost = (error: Error) => reject(new Error(`GET ${server}${path}: ${error.message || (error as { code?: string }).code}`));
      const headers = { ...options.headers, accept: 'application/json', 'user-agent': 'aviary-sandbox-simulator' };
      const request = (server!.startsWith('http:') ? http : https).request(
        server!.replace(/\/$/, '') + path,
        { ...options, headers },
        resolve,
      );
      const timer = setTimeout(() => request.destroy(new Error(`no end within ${limit / 1000} s`)), limit);
      underWay.add(request);
      request.on('error', lost);
      request.on('close', () => {
        clearTimeout(timer);
        underWay.delete(request);
      });
      request.end();
    });
  }

  return {
    async get(path) {
      const response = await open(path, REQUEST_LIMIT);
      return accept(path, response, await textOf(response));
    },
    async watch(path, onEvent) {
      const response = await open(`${path}&timeoutSeconds=${WATCH_SECONDS}`, WATCH_LIMIT);
      if (response.statusCode !== 200) accept(path, response, await textOf(response));
      try {
        for await (const line of linesOf(response)) onEvent(JSON.parse(line));
      } finally {
        response.destroy();
      }
    },
    close() {
      closed = true;
      for (const request of underWay) request.destroy();
    },
  };
}

async function* linesOf(response: http.IncomingMessage): AsyncGenerator<string> {
  let rest = '';
  for await (const chunk of response.setEncoding('utf8')) {
    const lines = `${rest}${chunk}`.split('\n');
    rest = lines.pop()!;
    yield* lines.filter((line) => line !== '');
  }
}

async function textOf(response: http.IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

function accept(path: string, response: http.IncomingMessage, text: string): any {
  const code = response.statusCode ?? 0;
  if (code >= 200 && code < 300) return JSON.parse(text);
  throw new ApiError(code, reasonIn(text), `GET ${path}: ${code} ${text.slice(0, 300)}`);
}

function reasonIn(text: string): string {
  try {
    return JSON.parse(text).reason ?? '';
  } catch {
    return '';
  }
}
