import type { KubeObject } from '@aviary/provider-contract';
import type { KubeClient } from '../client/KubeClient';
import { isKubeError, type KubeErrorKind } from '../client/KubeError';
import type { ResourceType } from '../client/ResourceType';
import { ObjectTable, type IndexFunctions, type TableChange } from './ObjectTable';
import { Reflector, type ReflectorOptions } from './Reflector';

/** Called for every change, one after the other. */
export type ChangeListener = (changes: TableChange[], source: 'watch' | 'write') => void;

/** Figures of one watch, for telemetry. */
export interface WatchMetrics {
  objects: number;
  /** Events received, bookmarks included. */
  events: number;
  /** Lists after the first. */
  relists: number;
  /** Failed lists and watches. */
  errors: number;
  /** Milliseconds since anything was heard; null before the first sign of life. */
  lastEventAge: number | null;
}

/** How long a broken watch still counts as healthy, in milliseconds. */
const GRACE = 30_000;
/** After so many milliseconds what a broken watch has shown is the past: most are mended within one. */
const SIGHT = 5_000;
/** What keeps everybody from looking; what the API server refuses or does not serve is another matter. */
const AWAY: readonly unknown[] = ['unavailable', 'unauthorized', 'tooManyRequests', 'expired'] satisfies KubeErrorKind[];

/**
 * The objects of one kind, cluster-wide or of one namespace, kept up to date. The objects are shared: treat them as
 * read-only and change copies. They come without `managedFields`.
 */
export class WatchedResource {
  readonly resource: ResourceType;
  readonly namespace: string | undefined;
  /** Only metadata is kept. */
  readonly metadataOnly: boolean;
  /** Resolves after the first list, or when the cluster turns out not to serve this kind (`absent`), or with `stop`. Never rejects. */
  readonly synced: Promise<void>;
  /** Resolves when the first list was tried, whatever came of it: see `problem`, `absent` and `healthy`. Never rejects. */
  readonly settled: Promise<void>;
  readonly #table: ObjectTable;
  readonly #reflector: Reflector;
  readonly #notify: ChangeListener;
  readonly #recovered: () => void;
  readonly #now: () => number;
  readonly #metrics = { events: 0, lists: 0, errors: 0 };
  #isSynced: () => void = () => undefined;
  #isSettled: () => void = () => undefined;
  #lastEventAt: number | undefined;
  #failingSince: number | undefined;
  #problem: unknown;
  #absent = false;
  #stopped = false;

  /** `recovered` is called when a kind has been listed that could not be seen at all before: absent, refused, or never listed. */
  constructor(
    client: KubeClient,
    options: ReflectorOptions & { indexes?: IndexFunctions },
    notify: ChangeListener,
    recovered: () => void = () => undefined,
  ) {
    this.resource = options.resource;
    this.namespace = options.namespace;
    this.metadataOnly = options.metadataOnly;
    this.#table = new ObjectTable(options.indexes);
    this.#notify = notify;
    this.#recovered = recovered;
    this.#now = () => options.timers.now();
    this.synced = new Promise((resolve) => {
      this.#isSynced = resolve;
    });
    this.settled = new Promise((resolve) => {
      this.#isSettled = resolve;
    });
    this.#reflector = new Reflector(client, options, {
      beforeList: () => this.#table.mark(),
      listed: (items, version, mark) => this.#listed(items, version, mark),
      event: (type, object) => this.#event(type, object),
      open: () => this.#heard(),
      alive: () => {
        this.#metrics.events += 1;
        this.#heard();
      },
      failed: (error, absent) => this.#failed(error, absent),
    });
  }

  /** Begins to list and watch. */
  start(): void {
    this.#reflector.start();
  }

  /** Tries again at once what failed and waits: there is reason to believe that it succeeds now. */
  retry(): void {
    this.#reflector.retry();
  }

  /** Lists anew, whatever the watch says. False when the API server did not let us look; it is tried again then. */
  async relist(): Promise<boolean> {
    await this.#reflector.relist();
    return !this.#stopped && !this.#isAway();
  }

  /** Ends for good. What is known stays readable and is not healthy any more. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#reflector.stop();
    this.#isSynced();
    this.#isSettled();
  }

  /** The object of that name; the namespace of cluster-scoped kinds is undefined. */
  get(namespace: string | undefined, name: string): KubeObject | undefined {
    return this.#table.get(namespace ?? '', name);
  }

  /** All objects, or those of one namespace. */
  list(namespace?: string): KubeObject[] {
    return this.#table.list(namespace);
  }

  /** The objects that the declared index function gave this value for. */
  byIndex(index: string, value: string): KubeObject[] {
    return this.#table.byIndex(index, value);
  }

  /** Enters the answer to a write of ours at once; no older event or list replaces it. */
  put(object: KubeObject): void {
    this.#tell(this.#table.put(this.#kept(object)), 'write');
  }

  /** A delete of ours was answered and the object is gone. */
  remove(uid: string): void {
    this.#tell(this.#table.remove(uid), 'write');
  }

  /** The cluster does not serve this kind (its CRD is not installed); asked for again every 30 s. */
  get absent(): boolean {
    return this.#absent;
  }

  /** Listed, and the watch is open or was until less than 30 s ago. */
  get healthy(): boolean {
    if (this.#stopped || this.#metrics.lists === 0 || this.#absent) return false;
    return this.#failingSince === undefined || this.#now() - this.#failingSince < GRACE;
  }

  /** The API server has not let us look for 5 s: what is known may be the past. */
  get outOfSight(): boolean {
    if (this.#failingSince === undefined || this.#now() - this.#failingSince < SIGHT) return false;
    return this.#isAway();
  }

  /** What the last list or watch failed with; undefined while all is well. */
  get problem(): unknown {
    return this.#problem;
  }

  /** When anything was last heard, in milliseconds since the epoch. */
  get lastEventAt(): number | undefined {
    return this.#lastEventAt;
  }

  /** Figures for telemetry. */
  metrics(): WatchMetrics {
    return {
      objects: this.#table.size,
      events: this.#metrics.events,
      relists: Math.max(0, this.#metrics.lists - 1),
      errors: this.#metrics.errors,
      lastEventAge: this.#lastEventAt === undefined ? null : this.#now() - this.#lastEventAt,
    };
  }

  #listed(items: KubeObject[], version: string, mark: number): void {
    const wasUnseen =
      this.#failingSince !== undefined &&
      (this.#metrics.lists === 0 || this.#absent || (isKubeError(this.#problem) && this.#problem.kind === 'forbidden'));
    this.#metrics.lists += 1;
    this.#absent = false;
    this.#heard();
    this.#tell(
      this.#table.replaceAll(
        items.map((item) => this.#kept(item)),
        version,
        mark,
      ),
      'watch',
    );
    this.#isSynced();
    this.#isSettled();
    if (wasUnseen) this.#recovered();
  }

  #event(type: 'ADDED' | 'MODIFIED' | 'DELETED', object: KubeObject): void {
    const kept = this.#kept(object);
    this.#tell(type === 'DELETED' ? this.#table.gone(kept) : this.#table.seen(kept), 'watch');
  }

  #heard(): void {
    this.#lastEventAt = this.#now();
    this.#failingSince = undefined;
    this.#problem = undefined;
  }

  #failed(error: unknown, absent: boolean): void {
    this.#metrics.errors += 1;
    this.#failingSince ??= this.#now();
    this.#problem = error;
    this.#absent = absent;
    if (absent) this.#isSynced();
    this.#isSettled();
  }

  #tell(changes: TableChange[], source: 'watch' | 'write'): void {
    if (changes.length > 0) this.#notify(changes, source);
  }

  #isAway(): boolean {
    return isKubeError(this.#problem) && AWAY.includes(this.#problem.kind);
  }

  #kept(object: KubeObject): KubeObject {
    const { managedFields, ...metadata } = object.metadata;
    if (!this.metadataOnly) return managedFields === undefined ? object : { ...object, metadata };
    return { apiVersion: object.apiVersion, kind: object.kind, metadata };
  }
}
