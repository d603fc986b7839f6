import { readFileSync } from 'node:fs';
import { Agent, request } from 'undici';
import { parse } from 'yaml';
import { type Ground, type GroundName, startGround } from '../harness/grounds';
import { Watch } from './Watch';

/** Media types of request bodies; the four of patches by the names that `kubectl patch --type` gives them. */
export const media = {
  json: 'application/json',
  yaml: 'application/yaml',
  jsonPatch: 'application/json-patch+json',
  merge: 'application/merge-patch+json',
  strategic: 'application/strategic-merge-patch+json',
  apply: 'application/apply-patch+yaml',
} as const;

/** Accept headers of the shapes that an answer can have besides whole objects. */
export const shapes = {
  table: 'application/json;as=Table;v=v1;g=meta.k8s.io',
  metadata: 'application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io',
  metadataList: 'application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io',
} as const;

/** Query parameters; what is undefined is left out. */
export type Query = Record<string, string | number | boolean | undefined>;

/** What a request may have besides method and path. */
export interface RequestOptions {
  query?: Query;
  /** Sent as JSON (which is YAML as well), a string as it is. */
  body?: unknown;
  /** JSON when not given. */
  contentType?: string;
  accept?: string;
  /** Aborts the request. */
  signal?: AbortSignal;
}

/** An answer, whatever its status. */
export interface Answer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  /** The body as JSON, or the text of one that is not JSON. */
  body: any;
  /** Texts of the Warning headers. */
  warnings: string[];
}

/** Raw HTTP against a Kubernetes API: nothing is retried, completed or thrown, so that tests see what the server does. */
export class Api {
  readonly #server: string;
  readonly #headers: Record<string, string>;
  readonly #agent: Agent;
  readonly #watches = new Set<Watch>();
  #ground: Ground | undefined;

  /** Server, CA and bearer token of the kubeconfig's current context. */
  constructor(kubeconfigPath: string) {
    const config: any = parse(readFileSync(kubeconfigPath, 'utf8'));
    const { context } = config.contexts.find(({ name }: any) => name === config['current-context']);
    const { cluster } = config.clusters.find(({ name }: any) => name === context.cluster);
    const { user } = config.users.find(({ name }: any) => name === context.user);
    const ca = cluster['certificate-authority-data']
      ? Buffer.from(cluster['certificate-authority-data'], 'base64')
      : cluster['certificate-authority'] && readFileSync(cluster['certificate-authority']);
    this.#server = cluster.server;
    this.#headers = { 'user-agent': 'behaviour/1.0', ...(user?.token ? { authorization: `Bearer ${user.token}` } : {}) };
    // A watch may rightly be silent for as long as it likes.
    this.#agent = new Agent({ bodyTimeout: 0, connect: { ca, rejectUnauthorized: !cluster['insecure-skip-tls-verify'] } });
  }

  /** On a ground of its own, which closes with it. */
  static async onGround(name: GroundName): Promise<Api> {
    const ground = await startGround(name);
    const api = new Api(ground.kubeconfigPath);
    api.#ground = ground;
    return api;
  }

  /** Sends one request and reads the whole answer. */
  async send(method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE', path: string, options: RequestOptions = {}): Promise<Answer> {
    const answer = await this.#open(method, path, options);
    const text = await answer.body.text();
    return { status: answer.statusCode, headers: answer.headers, body: parsed(text), warnings: warningsOf(answer.headers.warning) };
  }

  get(path: string, query?: Query, accept?: string): Promise<Answer> {
    return this.send('GET', path, { query, accept });
  }

  create(path: string, body: unknown, query?: Query): Promise<Answer> {
    return this.send('POST', path, { body, query });
  }

  replace(path: string, body: unknown, query?: Query): Promise<Answer> {
    return this.send('PUT', path, { body, query });
  }

  patch(path: string, kind: 'jsonPatch' | 'merge' | 'strategic', body: unknown, query?: Query): Promise<Answer> {
    return this.send('PATCH', path, { body, query, contentType: media[kind] });
  }

  /** Server-side apply. */
  apply(path: string, body: unknown, fieldManager: string, query: Query = {}): Promise<Answer> {
    return this.send('PATCH', path, { body, query: { fieldManager, ...query }, contentType: media.apply });
  }

  /** `body` are DeleteOptions. */
  delete(path: string, body?: unknown, query?: Query): Promise<Answer> {
    return this.send('DELETE', path, { body, query });
  }

  /** Opens a watch; resolves when the server has begun to answer. Throws when it refuses: use `get` to see how. */
  async watch(path: string, query: Query = {}, accept?: string): Promise<Watch> {
    const abort = new AbortController();
    const answer = await this.#open('GET', path, { query: { watch: true, ...query }, accept, signal: abort.signal });
    if (answer.statusCode !== 200) {
      throw new Error(`a watch of ${path} was answered with ${answer.statusCode}: ${await answer.body.text()}`);
    }
    const watch = new Watch(answer.body, () => abort.abort());
    this.#watches.add(watch);
    return watch;
  }

  /** Ends all watches and connections, and the ground if it is its own. */
  async close(): Promise<void> {
    await Promise.all([...this.#watches].map((watch) => watch.close()));
    await this.#agent.destroy();
    await this.#ground?.close();
  }

  #open(method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE', path: string, options: RequestOptions) {
    const url = new URL(path, this.#server);
    for (const [name, value] of Object.entries(options.query ?? {})) {
      if (value !== undefined) url.searchParams.set(name, String(value));
    }
    const { body, contentType = media.json, accept = media.json, signal } = options;
    return request(url, {
      method,
      headers: { ...this.#headers, accept, ...(body === undefined ? {} : { 'content-type': contentType }) },
      body: body === undefined || typeof body === 'string' ? body : JSON.stringify(body),
      dispatcher: this.#agent,
      signal,
    });
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** `299 - "text"`, quotes within the text escaped. */
function warningsOf(header: string | string[] | undefined): string[] {
  return [header ?? []].flat().flatMap((line) => [...line.matchAll(/299 - ("(?:[^"\\]|\\.)*")/g)].map(([, text]) => JSON.parse(text)));
}
