import type { KubeObject } from '@aviary/provider-contract';
import type { Clock } from '../Clock';
import { isKubeError, systemTimers, type Timers } from '../kubernetes';
import type { Logger } from '../telemetry/Logger';

/** The part of the Kubernetes client that events need. */
export interface EventClient {
  createEvent(event: KubeObject): Promise<KubeObject>;
  mergePatchEvent(key: { namespace: string; name: string }, patch: Record<string, unknown>): Promise<KubeObject>;
}

/** An event's kind and text. */
export interface EventText {
  type: 'Normal' | 'Warning';
  message: string;
}

interface Seen {
  name: string;
  count: number;
  at: number;
}

/** A repeated text within this time counts up the event that is there, as kubectl users know it. */
const SAME_EVENT = 10 * 60_000;
/** How long a stopping engine waits for an API server that does not keep up, in milliseconds. */
const LAST_WORDS = 5_000;
/** How many texts are remembered; the oldest are forgotten first. */
const REMEMBERED = 4_096;

/**
 * Writes Kubernetes events about Canaries: Flagger's reason and component, nothing combined, nothing dropped, those
 * of one Canary in order. Nobody waits for them: traffic goes home before its event is written. The ledger has every
 * event already, so a write that fails is logged and not repeated.
 */
export class EventRecorder {
  readonly #client: EventClient;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #timers: Timers;
  readonly #seen = new Map<string, Seen>();
  /** The last write under way, by uid of the Canary. */
  readonly #writing = new Map<string, Promise<void>>();

  /** `timers`: the machine's own, however fast `clock` goes. */
  constructor(options: { client: EventClient; clock: Clock; logger: Logger; timers?: Timers }) {
    this.#client = options.client;
    this.#clock = options.clock;
    this.#logger = options.logger;
    this.#timers = options.timers ?? systemTimers;
  }

  /** Writes one event about `canary` soon. `id` makes its name, so that a repeated call writes no second one. */
  record(canary: KubeObject, event: EventText, id: string): void {
    const uid = canary.metadata.uid ?? '';
    const now = this.#clock.now();
    const written = (this.#writing.get(uid) ?? Promise.resolve())
      .then(() => this.#write(canary, event, { id, now }))
      .catch((error) => this.#failed(canary, event, error))
      .finally(() => {
        if (this.#writing.get(uid) === written) this.#writing.delete(uid);
      });
    this.#writing.set(uid, written);
  }

  /** Resolves when everything is written, or has had time enough. */
  async stop(): Promise<void> {
    const written = Promise.all(this.#writing.values());
    let cancel = () => {};
    const late = new Promise<void>((resolve) => {
      cancel = this.#timers.after(LAST_WORDS, resolve);
    });
    await Promise.race([written, late]);
    cancel();
    if (this.#writing.size > 0)
      this.#logger.warn('stopped before every Kubernetes event was written; the ledger has them', { canaries: this.#writing.size });
  }

  async #write(canary: KubeObject, event: EventText, { id, now }: { id: string; now: number }): Promise<void> {
    const key = `${canary.metadata.uid}\0${event.type}\0${event.message}`;
    const namespace = canary.metadata.namespace ?? 'default';
    const before = this.#seen.get(key);
    if (before && now - before.at < SAME_EVENT && (await this.#countUp(namespace, before, now))) {
      this.#remember(key, { name: before.name, count: before.count + 1, at: now });
      return;
    }
    const name = `${canary.metadata.name}.${id}`;
    try {
      await this.#client.createEvent(render(canary, event, { name, namespace, now }));
    } catch (error) {
      if (!isKubeError(error) || error.kind !== 'alreadyExists') throw error;
    }
    this.#remember(key, { name, count: 1, at: now });
  }

  /** False when the event is gone: the API server keeps events for a while only. */
  async #countUp(namespace: string, { name, count }: Seen, now: number): Promise<boolean> {
    try {
      await this.#client.mergePatchEvent({ namespace, name }, { count: count + 1, lastTimestamp: timestamp(now) });
      return true;
    } catch (error) {
      if (isKubeError(error) && error.kind === 'notFound') return false;
      throw error;
    }
  }

  #remember(key: string, seen: Seen): void {
    this.#seen.delete(key);
    this.#seen.set(key, seen);
    if (this.#seen.size > REMEMBERED) this.#seen.delete(this.#seen.keys().next().value!);
  }

  #failed(canary: KubeObject, event: EventText, error: unknown): void {
    this.#logger.warn('could not write a Kubernetes event', {
      canary: `${canary.metadata.namespace}/${canary.metadata.name}`,
      message: event.message,
      error: error instanceof Error ? error.message : String(error),
    });
  }
}

function render(canary: KubeObject, event: EventText, at: { name: string; namespace: string; now: number }): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name: at.name, namespace: at.namespace },
    involvedObject: {
      apiVersion: 'flagger.app/v1beta1',
      kind: 'Canary',
      namespace: at.namespace,
      name: canary.metadata.name,
      uid: canary.metadata.uid,
      resourceVersion: canary.metadata.resourceVersion,
    },
    type: event.type,
    reason: 'Synced',
    message: event.message,
    source: { component: 'flagger' },
    firstTimestamp: timestamp(at.now),
    lastTimestamp: timestamp(at.now),
    count: 1,
    reportingComponent: 'flagger',
    reportingInstance: '',
  };
}

function timestamp(ms: number): string {
  return new Date(ms).toISOString().replace(/\.\d{3}Z$/, 'Z');
}
