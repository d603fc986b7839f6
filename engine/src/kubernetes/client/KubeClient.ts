import type { KubeObject, ObjectRef } from '@aviary/provider-contract';
import { KubeCaller, type KubeCallerOptions } from './KubeCaller';
import { isKubeError, isOverload, KubeError, parseStatus, watchEventError, type KubeCall, type KubeVerb } from './KubeError';
import type { ListOptions, ObjectList, ServiceProxyRequest, WatchOptions, WriteOptions } from './KubeRequest';
import { systemTimers } from '../Timers';
import type { KubeTransport, TransportAnswer } from './KubeTransport';
import { apiVersionOf, resourceName, resourcePath, resourceTypes, type ObjectKey, type ResourceType } from './ResourceType';
import { watchEvents, type WatchEvent } from './watchEvents';
import { WindowFull, WriteWindow, type WriteRank } from './WriteWindow';

/** Settings of a client. */
export interface KubeClientOptions extends KubeCallerOptions {
  /** Default `flagger`: ignore rules of GitOps tools in the wild name it. */
  fieldManager?: string;
  /** Milliseconds for one write, its wait for room included unless nobody waits for it. Default 2000: leases are given up with that in mind. */
  writeDeadlineMs?: number;
  /** Milliseconds for one read with its repetitions. Default 10000. */
  readDeadlineMs?: number;
}

/** The requested fields of metadata in a list or watch; servers that do not know it send whole objects. */
const METADATA_LIST = 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json';
const METADATA_OBJECT = 'application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1,application/json';
const WATCH_OPEN_DEADLINE = 15_000;

/**
 * Kubernetes' API on raw JSON: nothing is dropped on the way in or out. Writes are tried once, because only the
 * caller knows whether a repetition is still wanted, and as many at a time as the server keeps up with; reads are repeated within their time limit.
 * Every method throws KubeError.
 */
export class KubeClient {
  readonly #caller: KubeCaller;
  readonly #window: WriteWindow;
  readonly #fieldManager: string;
  readonly #writeMs: number;
  readonly #readMs: number;

  constructor(transport: KubeTransport, options: KubeClientOptions = {}) {
    this.#caller = new KubeCaller(transport, options);
    this.#window = new WriteWindow(options.timers ?? systemTimers);
    this.#fieldManager = options.fieldManager ?? 'flagger';
    this.#writeMs = options.writeDeadlineMs ?? 2_000;
    this.#readMs = options.readDeadlineMs ?? 10_000;
  }

  /**
   * Calls `ready` once, when whoever found no room for a write (`Overload`) may try again; the returned function leaves
   * the line.
   */
  whenRoom(rank: Exclude<WriteRank, 'last'>, ready: () => void): () => void {
    return this.#window.whenRoom(rank, ready);
  }

  /** Requests so far by verb, every try counted. */
  counts(): Partial<Record<KubeVerb, number>> {
    return this.#caller.counter.counts();
  }

  /** The object as the API server has it now. */
  async get(resource: ResourceType, key: ObjectKey): Promise<KubeObject> {
    return this.#read(callOf('get', resource, key), resourcePath(resource, key));
  }

  /** The object's metadata alone, whatever the server sends along. */
  async getMetadata(resource: ResourceType, key: ObjectKey): Promise<KubeObject> {
    const object = await this.#read(callOf('get', resource, key), resourcePath(resource, key), METADATA_OBJECT);
    return metadataOf(object, resource);
  }

  /** All pages of a collection. Kinds are filled in, which the API server leaves out of lists. */
  async list(resource: ResourceType, options: ListOptions = {}): Promise<ObjectList> {
    const { items, resourceVersion } = await this.#pages(resource, options).catch((error) => {
      // The continue token grew too old on the way: once more, in one piece.
      if (isKubeError(error) && error.kind === 'expired' && options.limit !== 0) return this.#pages(resource, { ...options, limit: 0 });
      throw error;
    });
    const apiVersion = apiVersionOf(resource);
    return {
      resourceVersion,
      items: options.metadataOnly
        ? items.map((item) => metadataOf(item, resource))
        : items.map((item) => (item.kind ? item : { ...item, apiVersion, kind: resource.kind })),
    };
  }

  /** The collection's version now, for the price of one object. Tried once. */
  async currentVersion(resource: ResourceType, options: Pick<ListOptions, 'namespace' | 'deadlineMs' | 'signal'>): Promise<string> {
    const call = callOf('list', resource, options);
    const path = resourcePath(resource, { namespace: options.namespace });
    const request = { method: 'GET', path, query: { limit: '1' }, headers: { accept: METADATA_LIST }, signal: options.signal } as const;
    return parse(call, await this.#caller.once(call, request, options.deadlineMs ?? this.#readMs)).metadata?.resourceVersion ?? '';
  }

  /**
   * What keeps the API server from being ready, as it says itself; undefined when it is ready or does not tell, as a
   * proxy in front of it may not. @throws KubeError without an answer, and for credentials that are not accepted
   */
  async readiness(options: { deadlineMs: number; signal?: AbortSignal }): Promise<string | undefined> {
    const call: KubeCall = { verb: 'request', resource: '/readyz' };
    const request = { method: 'GET', path: '/readyz', headers: { accept: '*/*' }, signal: options.signal, maxBytes: 64 * 1024 } as const;
    const answer = await this.#caller.exchange(call, request, options.deadlineMs);
    if (answer.status === 401) throw this.#caller.refusal(call, answer);
    if (answer.status < 500) return undefined;
    const failing = answer.body.split('\n').filter((line) => line.startsWith('[-]'));
    return `the API server is not ready: ${failing.join(', ') || `${answer.status} ${answer.body.slice(0, 300)}`.trim()}`;
  }

  /** The changes since `resourceVersion`. Ends when the server ends it; throws KubeError for an ERROR event. */
  async *watch(resource: ResourceType, options: WatchOptions): AsyncGenerator<Exclude<WatchEvent, { type: 'ERROR' }>> {
    const call = callOf('watch', resource, options);
    const stream = await this.#caller.stream(
      call,
      {
        method: 'GET',
        path: resourcePath(resource, { namespace: options.namespace }),
        query: {
          watch: 'true',
          allowWatchBookmarks: 'true',
          resourceVersion: options.resourceVersion,
          timeoutSeconds: String(options.timeoutSeconds),
        },
        headers: options.metadataOnly ? { accept: METADATA_OBJECT } : undefined,
        signal: options.signal,
      },
      WATCH_OPEN_DEADLINE,
    );
    options.onOpen?.();
    try {
      for await (const event of watchEvents(stream.chunks)) {
        if (event.type === 'ERROR') throw watchEventError(call, event.object);
        yield options.metadataOnly && event.type !== 'BOOKMARK' ? { ...event, object: metadataOf(event.object, resource) } : event;
      }
    } catch (error) {
      if (isKubeError(error)) throw error;
      const message = error instanceof Error ? error.message : String(error);
      throw new KubeError('unavailable', call, { status: 0, reason: 'Network', message: `the watch broke: ${message}`, cause: error });
    }
  }

  /** Creates the object, refusing unknown and duplicate fields; `alreadyExists` when the name is taken. */
  async create(resource: ResourceType, object: KubeObject, options: WriteOptions = {}): Promise<KubeObject> {
    const { namespace, name } = object.metadata;
    const path = resourcePath(resource, { namespace });
    return this.#write(callOf('create', resource, { namespace, name }), 'POST', path, object, options);
  }

  /** Replaces the object; `conflict` when its `metadata.resourceVersion` is not current. */
  async replace(resource: ResourceType, object: KubeObject, options: WriteOptions = {}): Promise<KubeObject> {
    const { namespace, name } = object.metadata;
    return this.#write(
      callOf('update', resource, { namespace, name }),
      'PUT',
      resourcePath(resource, { namespace, name }),
      object,
      options,
    );
  }

  /** Replaces the status subresource; the rest of the object is ignored by the server. */
  async replaceStatus(resource: ResourceType, object: KubeObject): Promise<KubeObject> {
    const { namespace, name } = object.metadata;
    const path = resourcePath(resource, { namespace, name, subresource: 'status' });
    return this.#write(callOf('update', resource, { namespace, name }, 'status'), 'PUT', path, object);
  }

  /** JSON merge patch. Put `metadata.resourceVersion` in it to make it conditional. */
  async mergePatch(
    resource: ResourceType,
    key: ObjectKey,
    patch: Record<string, unknown>,
    options: WriteOptions = {},
  ): Promise<KubeObject> {
    return this.#write(callOf('patch', resource, key), 'PATCH', resourcePath(resource, key), patch, options);
  }

  /** JSON merge patch of the status subresource. */
  async mergePatchStatus(resource: ResourceType, key: ObjectKey, patch: Record<string, unknown>): Promise<KubeObject> {
    const path = resourcePath(resource, { ...key, subresource: 'status' });
    return this.#write(callOf('patch', resource, key, 'status'), 'PATCH', path, patch);
  }

  /**
   * Deletes the object only while it is the one that was seen: `conflict` otherwise. Dependants go in the background.
   * Answers with the object when finalizers keep it for now.
   */
  async delete(
    resource: ResourceType,
    key: ObjectKey,
    seen: { uid: string; resourceVersion?: string },
    options: WriteOptions = {},
  ): Promise<KubeObject | undefined> {
    const preconditions = { uid: seen.uid, resourceVersion: seen.resourceVersion };
    const body = { apiVersion: 'v1', kind: 'DeleteOptions', preconditions, propagationPolicy: 'Background' };
    const answer = await this.#write(callOf('delete', resource, key), 'DELETE', resourcePath(resource, key), body, options);
    return answer.kind === 'Status' ? undefined : answer;
  }

  /**
   * A request to a Service through the API server (needs `services/proxy`). The Service's own answer comes back
   * whatever its status; a refusal of the API server itself is thrown.
   */
  async serviceProxy(
    service: { namespace: string; name: string; port: number | string },
    path: string,
    request: ServiceProxyRequest = {},
  ): Promise<TransportAnswer> {
    const call: KubeCall = { verb: 'proxy', resource: 'services', namespace: service.namespace, name: service.name };
    for (const header of Object.keys(request.headers ?? {})) {
      if (!/^(authorization|proxy-authorization|impersonate-.*|x-remote-.*)$/i.test(header)) continue;
      const message = `the header ${header} cannot go through the API server, which takes it for its own; use an address that is reachable directly`;
      throw new KubeError('invalid', call, { status: 0, reason: 'Credentials', message });
    }
    const scheme = request.scheme === 'https' ? 'https:' : '';
    const target = `${scheme}${service.name}:${service.port}`;
    const base = resourcePath(resourceTypes.service, { namespace: service.namespace });
    // Dot segments must not climb out of the proxy into the rest of the API.
    const inside = new URL(path, 'http://service/');
    const answer = await this.#caller.exchange(
      call,
      {
        method: request.method ?? 'GET',
        path: `${base}/${target}/proxy${inside.pathname}${inside.search}`,
        headers: { accept: '*/*', ...request.headers },
        body: request.body,
        maxBytes: request.maxBytes ?? 4 * 1024 * 1024,
      },
      request.timeoutMs ?? this.#readMs,
    );
    if (answer.status >= 400 && parseStatus(answer.body)) throw this.#caller.refusal(call, answer);
    return answer;
  }

  /** Whether our credentials allow it. Without `namespace`: in every one. */
  async mayWe(asked: {
    verb: string;
    group: string;
    resource: string;
    subresource?: string;
    namespace?: string;
    name?: string;
  }): Promise<boolean> {
    const call: KubeCall = { verb: 'create', resource: 'selfsubjectaccessreviews.authorization.k8s.io' };
    const review = {
      apiVersion: 'authorization.k8s.io/v1',
      kind: 'SelfSubjectAccessReview',
      metadata: {},
      spec: { resourceAttributes: asked },
    };
    const request = {
      method: 'POST' as const,
      path: '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(review),
    };
    // Nothing is kept of a review, so that it may be repeated as a read.
    return parse(call, await this.#caller.repeated(call, request, this.#readMs)).status?.allowed === true;
  }

  /** Any request as it is, once, for providers that must talk to the API server. Every status is an answer. */
  async request(request: {
    method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
    path: string;
    query?: Record<string, string>;
    headers?: Record<string, string>;
    body?: string;
    timeoutMs?: number;
  }): Promise<TransportAnswer> {
    return this.#caller.exchange({ verb: 'request', resource: request.path }, request, request.timeoutMs ?? this.#readMs);
  }

  /** What the cluster serves under `apps/v1` or `v1`; `notFound` when it knows no such version. */
  async discover(apiVersion: string): Promise<ResourceType[]> {
    const [group, version] = apiVersion.includes('/') ? apiVersion.split('/') : ['', apiVersion];
    const path = group === '' ? `/api/${version}` : `/apis/${group}/${version}`;
    const list: KubeObject = await this.#read({ verb: 'discover', resource: apiVersion }, path);
    return (list.resources as { name: string; kind: string; namespaced: boolean }[])
      .filter((each) => !each.name.includes('/'))
      .map((each) => ({ group, version, plural: each.name, kind: each.kind, namespaced: each.namespaced }));
  }

  async #pages(resource: ResourceType, options: ListOptions): Promise<ObjectList> {
    const call = callOf('list', resource, options);
    const items: KubeObject[] = [];
    let next: string | undefined;
    for (;;) {
      const answer = await this.#caller[options.once ? 'once' : 'repeated'](
        call,
        {
          method: 'GET',
          path: resourcePath(resource, { namespace: options.namespace }),
          query: {
            labelSelector: options.labelSelector,
            fieldSelector: options.fieldSelector,
            limit: options.limit === 0 ? undefined : String(options.limit ?? 500),
            continue: next,
          },
          headers: options.metadataOnly ? { accept: METADATA_LIST } : undefined,
          signal: options.signal,
        },
        options.deadlineMs ?? this.#readMs,
      );
      const page = parse(call, answer);
      items.push(...((page.items as KubeObject[] | null | undefined) ?? []));
      next = (page.metadata?.continue as string | undefined) || undefined;
      if (next === undefined) return { items, resourceVersion: page.metadata?.resourceVersion ?? '' };
    }
  }

  async #read(call: KubeCall, path: string, accept?: string): Promise<KubeObject> {
    return parse(call, await this.#caller.repeated(call, { method: 'GET', path, headers: accept ? { accept } : undefined }, this.#readMs));
  }

  async #write(
    call: KubeCall,
    method: 'POST' | 'PUT' | 'PATCH' | 'DELETE',
    path: string,
    body: object,
    { rank = 'usual' }: WriteOptions = {},
  ): Promise<KubeObject> {
    const headers = { 'content-type': method === 'PATCH' ? 'application/merge-patch+json' : 'application/json' };
    const query = {
      ...(method === 'POST' && { fieldValidation: 'Strict' }),
      ...(method !== 'DELETE' && { fieldManager: this.#fieldManager }),
    };
    const request = { method, path, headers, query, body: JSON.stringify(body) };
    try {
      const send = (left: number) => this.#caller.once(call, request, left);
      return parse(call, await this.#window.run(send, { ms: this.#writeMs, rank, isOverload }));
    } catch (error) {
      if (!(error instanceof WindowFull)) throw error;
      throw new KubeError('unavailable', call, { status: 0, reason: 'Overload', message: error.message });
    }
  }
}

/** A reference's place, for the methods that take a key. */
export function keyOf(ref: ObjectRef): ObjectKey {
  return { namespace: ref.namespace, name: ref.name };
}

function callOf(verb: KubeVerb, resource: ResourceType, at: { namespace?: string; name?: string }, subresource?: string): KubeCall {
  const name = resourceName(resource);
  return { verb, resource: subresource ? `${name}/${subresource}` : name, namespace: at.namespace, name: at.name };
}

function metadataOf(object: KubeObject, resource: ResourceType): KubeObject {
  return { apiVersion: apiVersionOf(resource), kind: resource.kind, metadata: object.metadata };
}

function parse(call: KubeCall, answer: TransportAnswer): KubeObject {
  try {
    return JSON.parse(answer.body);
  } catch (error) {
    const message = `the answer is not JSON: ${answer.body.slice(0, 200)}`;
    throw new KubeError('unavailable', call, { status: answer.status, reason: 'BadAnswer', message, cause: error });
  }
}
