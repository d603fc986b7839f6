import { randomUUID } from 'node:crypto';
import type { Clock } from '../Clock';
import { randomSuffix } from '../workloads/randomSuffix';
import { admit } from './admission/admit';
import { checkDelete, checkFinalizers, checkUpdate } from './admission/checkPreconditions';
import { ClusterAddresses } from './admission/ClusterAddresses';
import { initialStatus } from './admission/defaultObject';
import { alreadyExists, ApiError, badRequest, forbidden, invalid, notFound, unknownResource } from './ApiError';
import { crdResource } from './builtinTypes';
import { definitionStatus } from './definitions/definitionStatus';
import { type Ending, endingOf } from './endingOf';
import { GarbageCollector } from './GarbageCollector';
import { Journal } from './Journal';
import { cloneJson, equalJson, freezeJson } from './json';
import type { DeleteOptions, KubeObject, ObjectStore, StoreEvent } from './ObjectStore';
import { ObjectTable } from './ObjectTable';
import { checkQuotas } from './quotas/checkQuotas';
import { versionName, versionOf, type ResourceType } from './ResourceType';
import { ResourceTypes } from './ResourceTypes';
import { statusMetadata } from './statusMetadata';
import { toView } from './views';

/** The object store of the sandbox: in memory, and in a journal file when one is given. */
export class MemoryObjectStore implements ObjectStore {
  readonly types = new ResourceTypes();
  readonly #clock: Clock;
  readonly #table = new ObjectTable();
  readonly #addresses = new ClusterAddresses();
  readonly #collector: GarbageCollector;
  readonly #journal: Journal | undefined;
  readonly #listeners = new Set<(event: StoreEvent) => void>();
  readonly #queue: StoreEvent[] = [];
  #delivering = false;
  #revision = 0;

  /** `journal` is the path of a file that keeps the objects across restarts; without it they end with the process. */
  constructor(options: { clock: Clock; journal?: string }) {
    this.#clock = options.clock;
    this.#collector = new GarbageCollector(this, this.#table, options.clock, this.#finish.bind(this));
    if (options.journal) {
      this.#journal = new Journal(options.journal);
      this.#restore(this.#journal);
    }
    for (const name of ['default', 'kube-system', 'kube-public']) {
      if (!this.#table.get('/namespaces', '', name)) {
        this.create('/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
      }
    }
  }

  get revision(): number {
    return this.#revision;
  }

  skipRevision(): number {
    this.#revision += 1;
    return this.#revision;
  }

  get(resource: string, namespace: string | undefined, name: string): KubeObject | undefined {
    const type = this.#type(resource);
    return this.#table.get(type.storedAs ?? type.id, type.namespaced ? (namespace ?? '') : '', name);
  }

  list(resource: string, namespace?: string): KubeObject[] {
    const type = this.#type(resource);
    return this.#table.list(type.storedAs ?? type.id, type.namespaced ? namespace : undefined);
  }

  create(resource: string, object: KubeObject, options: { dryRun?: boolean } = {}): KubeObject {
    const type = this.#type(resource);
    const draft = this.#draft(type, object);
    const stored = admit(type, draft);
    this.#checkNamespace(type, stored);
    if (type.terminating) {
      throw forbidden(type, stored.metadata.name, 'create not allowed while custom resource definition is terminating');
    }
    checkQuotas(type, stored, (kind, namespace) => this.#table.list(kind, namespace));
    if (this.#table.get(type.storedAs ?? type.id, stored.metadata.namespace ?? '', stored.metadata.name)) {
      throw alreadyExists(type, stored.metadata.name);
    }
    if (type.id === '/services') {
      this.#addresses.assign(stored, type, this.#table.list(type.id));
    }
    if (type.id === crdResource) {
      stored.status = definitionStatus(stored, this.#table.list(type.id), this.#timestamp());
    }
    if (options.dryRun) {
      return freezeJson(stored);
    }
    return this.#commit({ type: 'ADDED', resource: type.storedAs ?? type.id, object: stored });
  }

  update(resource: string, object: KubeObject, options: { subresource?: 'status' | 'binding'; dryRun?: boolean } = {}): KubeObject {
    const type = this.#type(resource);
    const current = this.get(resource, object.metadata.namespace, object.metadata.name);
    if (!current) {
      throw notFound(type, object.metadata.name);
    }
    checkUpdate(type, current, object.metadata);
    const hasStatus = versionOf(type, versionName(object.apiVersion))?.status ?? false;
    if (options.subresource === 'status' && !hasStatus) {
      throw unknownResource();
    }
    const isBinding = options.subresource === 'binding';
    const draft =
      options.subresource === 'status'
        ? this.#statusDraft(type, current, object)
        : this.#updateDraft(current, object, hasStatus && !isBinding);
    const next = admit(type, draft, current);
    if (type.id === crdResource && options.subresource !== 'status') {
      next.status = definitionStatus(next, this.#table.list(type.id), this.#timestamp());
    }
    checkFinalizers(type, current, next);
    if (equalJson(current, next)) {
      return current;
    }
    if (type.generation && !isBinding && !sameContent(current, next, hasStatus || !type.custom)) {
      next.metadata.generation = (current.metadata.generation ?? 0) + 1;
    }
    if (options.dryRun) {
      return freezeJson(next);
    }
    const resourceId = type.storedAs ?? type.id;
    const { deletionTimestamp, deletionGracePeriodSeconds, finalizers } = next.metadata;
    if (deletionTimestamp && !deletionGracePeriodSeconds && !finalizers?.length && !this.#collector.holds(type, next)) {
      return this.#commit({ type: 'DELETED', resource: resourceId, object: next, old: current });
    }
    return this.#commit({ type: 'MODIFIED', resource: resourceId, object: next, old: current });
  }

  delete(resource: string, namespace: string | undefined, name: string, options: DeleteOptions = {}): KubeObject {
    const type = this.#type(resource);
    const current = this.get(resource, namespace, name);
    if (!current) {
      throw notFound(type, name);
    }
    checkDelete(type, current, options);
    if (type.id === '/namespaces' && ['default', 'kube-system', 'kube-public'].includes(name)) {
      throw forbidden(type, name, 'this namespace may not be deleted');
    }
    if (options.dryRun) {
      return current;
    }
    if (options.propagation === 'Orphan') {
      this.#collector.orphan(current);
    }
    const foreground = options.propagation === 'Foreground' && this.#table.dependentsOf(current.metadata.uid!).length > 0;
    const finalizers = [...(current.metadata.finalizers ?? [])];
    if (foreground && !finalizers.includes('foregroundDeletion')) {
      finalizers.push('foregroundDeletion');
    }
    const ending = endingOf(type.id, current, options.gracePeriodSeconds, this.#clock.now());
    const isHeld = finalizers.length > 0 || this.#collector.holds(type, current);
    if (!isHeld && type.id !== '/pods') {
      return this.#finish(type, current);
    }
    const isNews = !current.metadata.deletionTimestamp || ending.grace !== current.metadata.deletionGracePeriodSeconds;
    const ended =
      isNews || finalizers.length !== (current.metadata.finalizers?.length ?? 0)
        ? this.#startDeletion(type, current, finalizers, ending)
        : current;
    // A pod is seen to be deleted before it is gone, also when it goes at once.
    return isHeld || ending.grace > 0 ? ended : this.#finish(type, ended);
  }

  subscribe(listener: (event: StoreEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Ends timers and closes the journal. The store must not be written to afterwards. */
  close(): void {
    this.#collector.close();
    this.#journal?.close();
  }

  #type(resource: string): ResourceType {
    const type = this.types.find(resource);
    if (!type) {
      throw unknownResource();
    }
    return type;
  }

  #draft(type: ResourceType, object: KubeObject): KubeObject {
    const draft = cloneJson(object);
    draft.metadata ??= { name: '' };
    const { metadata } = draft;
    if (metadata.resourceVersion && metadata.resourceVersion !== '0') {
      throw new ApiError(500, '', 'resourceVersion should not be set on objects to be created');
    }
    if (!metadata.name && metadata.generateName) {
      metadata.name = `${String(metadata.generateName).slice(0, 58)}${randomSuffix()}`;
    }
    if (!metadata.name) {
      throw invalid(type, '', [
        { reason: 'FieldValueRequired', message: 'Required value: name or generateName is required', field: 'metadata.name' },
      ]);
    }
    for (const field of ['resourceVersion', 'selfLink', 'deletionTimestamp', 'deletionGracePeriodSeconds', 'generation']) {
      delete metadata[field];
    }
    if (!type.namespaced) {
      delete metadata.namespace;
    }
    metadata.uid = randomUUID();
    metadata.creationTimestamp = this.#timestamp();
    if (type.generation) {
      metadata.generation = 1;
    }
    if (versionOf(type, versionName(draft.apiVersion ?? ''))?.status) {
      const status = type.custom ? undefined : initialStatus(type.id, draft);
      delete draft.status;
      Object.assign(draft, status && { status });
    }
    return draft;
  }

  #updateDraft(current: KubeObject, object: KubeObject, keepStatus: boolean): KubeObject {
    const draft = cloneJson(object);
    takeSystemFields(draft, current);
    if (keepStatus) {
      delete draft.status;
      Object.assign(draft, current.status !== undefined && { status: cloneJson(current.status) });
    }
    return draft;
  }

  #statusDraft(type: ResourceType, current: KubeObject, object: KubeObject): KubeObject {
    const draft = cloneJson(toView(current, type, versionName(object.apiVersion)));
    delete draft.status;
    Object.assign(draft, object.status !== undefined && { status: cloneJson(object.status) });
    Object.assign(draft.metadata, statusMetadata(type, object.metadata));
    draft.metadata.managedFields = cloneJson(object.metadata.managedFields ?? current.metadata.managedFields);
    return cloneJson(draft);
  }

  #checkNamespace(type: ResourceType, object: KubeObject): void {
    if (!type.namespaced) {
      return;
    }
    const name = object.metadata.namespace;
    if (!name) {
      throw badRequest(`an empty namespace may not be set during creation: ${type.kind} "${object.metadata.name}" needs one`);
    }
    const namespace = this.#table.get('/namespaces', '', name);
    if (!namespace) {
      throw notFound({ group: '', plural: 'namespaces', kind: 'Namespace' }, name);
    }
    if (namespace.metadata.deletionTimestamp) {
      const why = `unable to create new content in namespace ${name} because it is being terminated`;
      const cause = { reason: 'NamespaceTerminating', message: `namespace ${name} is being terminated`, field: 'metadata.namespace' };
      throw forbidden(type, object.metadata.name, why, [cause]);
    }
  }

  #startDeletion(type: ResourceType, current: KubeObject, finalizers: string[], ending: Ending): KubeObject {
    const next = cloneJson(current);
    next.metadata.deletionTimestamp = this.#timestamp(ending.at);
    next.metadata.deletionGracePeriodSeconds = ending.grace;
    if (type.generation && !current.metadata.deletionTimestamp) {
      next.metadata.generation = (current.metadata.generation ?? 0) + 1;
    }
    if (finalizers.length) {
      next.metadata.finalizers = finalizers;
    }
    if (type.id === '/namespaces') {
      next.status = { ...next.status, phase: 'Terminating' };
    }
    if (type.id === crdResource) {
      next.status = definitionStatus(next, this.#table.list(type.id), this.#timestamp());
    }
    return this.#commit({ type: 'MODIFIED', resource: type.storedAs ?? type.id, object: next, old: current });
  }

  #finish(type: ResourceType, current: KubeObject): KubeObject {
    return this.#commit({ type: 'DELETED', resource: type.storedAs ?? type.id, object: cloneJson(current), old: current });
  }

  #commit(event: StoreEvent): KubeObject {
    const { object, resource } = event;
    object.metadata.resourceVersion = String(this.skipRevision());
    freezeJson(object);
    if (event.type === 'DELETED') {
      this.#table.remove(resource, object);
    } else {
      this.#table.put(resource, object);
    }
    this.#define(event);
    this.#journal?.append({ resource, revision: this.#revision, object, ...(event.type === 'DELETED' ? { deleted: true } : {}) });
    this.#queue.push(event);
    this.#deliver();
    return object;
  }

  #define(event: StoreEvent): void {
    if (event.resource === crdResource) {
      if (event.type === 'DELETED') {
        this.types.undefine(event.object);
      } else {
        this.types.define(event.object);
      }
    }
  }

  /** A listener that writes does not overtake: what it causes is delivered after what caused it. */
  #deliver(): void {
    if (this.#delivering) {
      return;
    }
    this.#delivering = true;
    for (let event = this.#queue.shift(); event; event = this.#queue.shift()) {
      const current = event;
      for (const listener of [...this.#listeners]) {
        isolate(() => listener(current));
      }
      isolate(() => this.#collector.observe(current));
    }
    this.#delivering = false;
  }

  #restore(journal: Journal): void {
    const live = new Map<string, { resource: string; revision: number; object: KubeObject }>();
    for (const entry of journal.read()) {
      const key = `${entry.resource} ${entry.object.metadata.namespace ?? ''} ${entry.object.metadata.name}`;
      this.#revision = Math.max(this.#revision, entry.revision);
      live.delete(key);
      if (!entry.deleted) {
        live.set(key, entry);
      }
    }
    for (const { resource, object } of live.values()) {
      freezeJson(object);
      this.#table.put(resource, object);
      this.#define({ type: 'ADDED', resource, object });
      this.#collector.restore(resource, object);
    }
    // The revision of a last, deleted object must not be given out again: the first entry carries the highest.
    journal.rewrite([...live.values()].map((entry, index) => (index === 0 ? { ...entry, revision: this.#revision } : entry)));
  }

  #timestamp(at = this.#clock.now()): string {
    return new Date(at).toISOString().replace(/\.\d+Z$/, 'Z');
  }
}

function takeSystemFields(draft: KubeObject, current: KubeObject): void {
  for (const field of [
    'uid',
    'resourceVersion',
    'generation',
    'creationTimestamp',
    'deletionTimestamp',
    'deletionGracePeriodSeconds',
    'namespace',
    'selfLink',
  ]) {
    if (current.metadata[field] === undefined) {
      delete draft.metadata[field];
    } else {
      draft.metadata[field] = current.metadata[field];
    }
  }
}

function sameContent(left: KubeObject, right: KubeObject, statusApart: boolean): boolean {
  const content = (object: KubeObject) => ({ ...object, metadata: undefined, ...(statusApart ? { status: undefined } : {}) });
  return equalJson(content(left), content(right));
}

/** One listener's mistake must fail neither the writer nor the other listeners, but must not go unseen either. */
function isolate(run: () => void): void {
  try {
    run();
  } catch (error) {
    queueMicrotask(() => {
      throw error;
    });
  }
}
