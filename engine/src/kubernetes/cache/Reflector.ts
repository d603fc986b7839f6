import type { KubeObject } from '@aviary/provider-contract';
import { Backoff } from '../client/Backoff';
import type { KubeClient } from '../client/KubeClient';
import { isKubeError } from '../client/KubeError';
import type { ResourceType } from '../client/ResourceType';
import type { Timers } from '../Timers';
import { compareResourceVersions } from './versions';

/** What is to be kept up to date, and the limits of patience. Times in milliseconds. */
export interface ReflectorOptions {
  resource: ResourceType;
  namespace?: string;
  metadataOnly: boolean;
  timers: Timers;
  random: () => number;
  /** A watch without any event or bookmark for so long is made anew. Servers bookmark about once a minute. */
  inactivity: number;
  /** How long one page of a list may take. */
  listDeadline: number;
}

/** Where the reflector brings what it learns. Its methods must not throw. */
export interface ReflectorSink {
  /** Called right before a list is asked for; the answer comes back with that list. */
  beforeList(): number;
  listed(items: KubeObject[], resourceVersion: string, mark: number): void;
  event(type: 'ADDED' | 'MODIFIED' | 'DELETED', object: KubeObject): void;
  /** The watch is open: what is known is current. */
  open(): void;
  /** Any sign of life on the watch. */
  alive(): void;
  /** A list or watch failed; it will be tried again. `absent`: the cluster does not serve this kind. */
  failed(error: unknown, absent: boolean): void;
}

interface Outcome {
  /** Where to watch from next; undefined lists first. */
  version: string | undefined;
  pause: number;
}

/** How long an absent kind is left alone. One that was there before may come back any moment and is looked for sooner at first. */
const ABSENT_PAUSE = 30_000;
/** A watch that lived this long was healthy: the next failure starts from the shortest wait. */
const HEALTHY_AFTER = 60_000;
/** A watch that the server ends sooner than this, without an event, is a failure and waits. */
const TOO_SHORT = 1_000;
/** After so many watches in a row that broke, the version is distrusted and everything is listed again. */
const DISTRUST_AFTER = 3;

/**
 * List, then watch, for ever: survives broken, stalled and expired watches, refusals, and kinds that come and go.
 * `stop` is final.
 */
export class Reflector {
  readonly #client: KubeClient;
  readonly #options: ReflectorOptions;
  readonly #sink: ReflectorSink;
  readonly #backoff: Backoff;
  readonly #stopping = new AbortController();
  #listedOnce = false;
  #failedWatches = 0;
  #expired = false;
  #wake: () => void = () => undefined;
  /** Ends the watch that is open. */
  #leave: () => void = () => undefined;
  /** Who waits for a list that has not begun yet. */
  #wanted: (() => void)[] = [];
  #ended: Promise<void> | undefined;

  constructor(client: KubeClient, options: ReflectorOptions, sink: ReflectorSink) {
    this.#client = client;
    this.#options = options;
    this.#sink = sink;
    this.#backoff = new Backoff({ random: options.random });
  }

  /** Begins. */
  start(): void {
    this.#ended ??= this.#run();
  }

  /** Waits no longer before the next try: there is reason to believe that it succeeds. */
  retry(): void {
    this.#backoff.reset();
    this.#wake();
  }

  /** Lists once more, after the wait that a failure demands; resolves when that was tried, or with `stop`. */
  relist(): Promise<void> {
    return new Promise((resolve) => {
      if (this.#stopping.signal.aborted) return resolve();
      this.#wanted.push(resolve);
      this.#leave();
    });
  }

  /** Ends, and resolves when no request is under way any more. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#ended;
  }

  async #run(): Promise<void> {
    let version: string | undefined;
    while (!this.#stopping.signal.aborted) {
      const outcome: Outcome = version === undefined ? await this.#list() : await this.#watch(version);
      if (outcome.pause > 0) await this.#pause(outcome.pause);
      version = this.#wanted.length > 0 ? undefined : outcome.version;
    }
    for (const tried of this.#wanted.splice(0)) tried();
  }

  async #list(): Promise<Outcome> {
    const { resource, namespace, metadataOnly, listDeadline } = this.#options;
    const mark = this.#sink.beforeList();
    const wanted = this.#wanted.splice(0);
    try {
      // Always the newest. What an API server has in memory may be older than what another one has shown before, to us or
      // to the engine that wrote the ledger: an old revision would be taken for a new one.
      const list = await this.#client.list(resource, {
        namespace,
        metadataOnly,
        once: true,
        deadlineMs: listDeadline,
        signal: this.#stopping.signal,
      });
      if (this.#stopping.signal.aborted) return { version: undefined, pause: 0 };
      this.#sink.listed(list.items, list.resourceVersion, mark);
      this.#listedOnce = true;
      this.#failedWatches = 0;
      return { version: list.resourceVersion, pause: 0 };
    } catch (error) {
      if (this.#stopping.signal.aborted) return { version: undefined, pause: 0 };
      const absent = isKubeError(error) && error.kind === 'notFound';
      this.#sink.failed(error, absent);
      return { version: undefined, pause: absent && !this.#listedOnce ? ABSENT_PAUSE : this.#wait(error) };
    } finally {
      for (const tried of wanted) tried();
    }
  }

  async #watch(from: string): Promise<Outcome> {
    const startedAt = this.#options.timers.now();
    const attempt = this.#attempt();
    let version = from;
    let events = 0;
    let opened = false;
    try {
      const stream = this.#client.watch(this.#options.resource, {
        namespace: this.#options.namespace,
        metadataOnly: this.#options.metadataOnly,
        resourceVersion: from,
        timeoutSeconds: 290 + Math.floor(this.#options.random() * 291),
        onOpen: () => {
          opened = true;
          this.#sink.open();
        },
        signal: attempt.signal,
      });
      for await (const event of stream) {
        attempt.alive();
        if (this.#stopping.signal.aborted) break;
        events += 1;
        this.#expired = false;
        this.#sink.alive();
        if (event.type !== 'BOOKMARK') this.#sink.event(event.type, event.object);
        version = event.object.metadata.resourceVersion ?? version;
      }
      this.#healthy(startedAt);
      const tooShort = events === 0 && this.#options.timers.now() - startedAt < TOO_SHORT;
      return { version, pause: tooShort ? this.#backoff.next() : 0 };
    } catch (error) {
      if (this.#stopping.signal.aborted) return { version, pause: 0 };
      this.#healthy(startedAt);
      if (attempt.left()) return { version: undefined, pause: 0 };
      if (attempt.stalled()) return await this.#afterSilence(version);
      this.#sink.failed(error, false);
      return this.#afterFailure(error, opened ? version : undefined, version);
    } finally {
      attempt.end();
    }
  }

  /**
   * Either the watch died without a word, or nobody wrote and the server left a bookmark out: then it goes on where it
   * was. Or it waits for a version that the cluster has yet to reach once more, its etcd restored from a backup.
   */
  async #afterSilence(version: string): Promise<Outcome> {
    const { resource, namespace, listDeadline } = this.#options;
    try {
      const now = await this.#client.currentVersion(resource, { namespace, deadlineMs: listDeadline, signal: this.#stopping.signal });
      const wentBack = (compareResourceVersions(now, version) ?? 0) < 0;
      return { version: wentBack ? undefined : version, pause: 0 };
    } catch (error) {
      if (this.#stopping.signal.aborted) return { version, pause: 0 };
      this.#sink.failed(error, false);
      return { version: undefined, pause: this.#wait(error) };
    }
  }

  #afterFailure(error: unknown, trusted: string | undefined, version: string): Outcome {
    this.#failedWatches += 1;
    const kind = isKubeError(error) ? error.kind : undefined;
    // Expired: the events since `version` are lost. Not found: the kind itself may be gone. Both need a list, and at once
    // unless the version of the last list was expired too.
    if (kind === 'expired' || kind === 'notFound') {
      const again = this.#expired;
      this.#expired = true;
      return { version: undefined, pause: again ? this.#wait(error) : 0 };
    }
    // A server that has enough to do is spared the list.
    if (kind === 'tooManyRequests') return { version, pause: this.#wait(error) };
    // A server that could not be reached may come back with another past.
    return { version: this.#failedWatches >= DISTRUST_AFTER ? undefined : trusted, pause: this.#wait(error) };
  }

  #healthy(startedAt: number): void {
    if (this.#options.timers.now() - startedAt < HEALTHY_AFTER) return;
    this.#backoff.reset();
    this.#failedWatches = 0;
    this.#expired = false;
  }

  #wait(error: unknown): number {
    return Math.max(this.#backoff.next(), (isKubeError(error) && error.retryAfterMs) || 0);
  }

  /** One watch's own signal, which also fires when nothing was heard for too long, and when a list is wanted. */
  #attempt() {
    const { timers, inactivity } = this.#options;
    const controller = new AbortController();
    const stop = () => controller.abort();
    this.#stopping.signal.addEventListener('abort', stop, { once: true });
    if (this.#stopping.signal.aborted) controller.abort();
    let stalled = false;
    let left = false;
    this.#leave = () => {
      left = true;
      controller.abort();
    };
    const stall = () => {
      stalled = true;
      controller.abort();
    };
    let cancel = timers.after(inactivity, stall);
    return {
      signal: controller.signal,
      stalled: () => stalled,
      left: () => left,
      alive() {
        cancel();
        cancel = timers.after(inactivity, stall);
      },
      end: () => {
        cancel();
        this.#leave = () => undefined;
        this.#stopping.signal.removeEventListener('abort', stop);
      },
    };
  }

  #pause(ms: number): Promise<void> {
    const { signal } = this.#stopping;
    return new Promise((resolve) => {
      const done = () => {
        cancel();
        signal.removeEventListener('abort', done);
        this.#wake = () => undefined;
        resolve();
      };
      this.#wake = done;
      const cancel = this.#options.timers.after(ms, done);
      signal.addEventListener('abort', done, { once: true });
      if (signal.aborted) done();
    });
  }
}
