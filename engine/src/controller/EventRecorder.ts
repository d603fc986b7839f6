import type { KubeObject } from '@aviary/provider-contract';
import type { Clock } from '../Clock';
import type { Logger } from '../telemetry/Logger';

/** The part of the Kubernetes client that events need. */
export interface EventClient {
  createEvent(event: KubeObject): Promise<KubeObject>;
  mergePatchEvent(key: { namespace: string; name: string }, patch: Record<string, unknown>): Promise<KubeObject>;
}

interface Seen {
  name: string;
  count: number;
  at: number;
}

/** A repeated text within this time counts up the event that is there, as kubectl users know it. */
const SAME_EVENT = 10 * 60_000;
/** How many texts are remembered; the oldest are forgotten first. */
const REMEMBERED = 4_096;

/**
 * Writes Kubernetes events about Canaries: Flagger's reason and component, nothing combined, nothing dropped.
 * The ledger has every event already, so a write that fails is logged and not repeated.
 */
export class EventRecorder {
  readonly #client: EventClient;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #seen = new Map<string, Seen>();

  constructor(options: { client: EventClient; clock: Clock; logger: Logger }) {
    this.#client = options.client;
    this.#clock = options.clock;
    this.#logger = options.logger;
  }

  /** Writes one event about `canary`. `id` makes its name, so that a repeated call after a crash writes no second one. */
  async record(canary: KubeObject, event: { type: 'Normal' | 'Warning'; message: string }, id: string): Promise<void> {
    const now = this.#clock.now();
    const key = `${canary.metadata.uid}\0${event.type}\0${event.message}`;
    const before = this.#seen.get(key);
    const namespace = canary.metadata.namespace ?? 'default';
    try {
      if (before && now - before.at < SAME_EVENT) {
        await this.#client.mergePatchEvent({ namespace, name: before.name }, { count: before.count + 1, lastTimestamp: timestamp(now) });
        this.#remember(key, { name: before.name, count: before.count + 1, at: now });
        return;
      }
      const name = `${canary.metadata.name}.${id}`;
      await this.#client.createEvent(render(canary, event, { name, namespace, now }));
      this.#remember(key, { name, count: 1, at: now });
    } catch (error) {
      this.#logger.warn('could not write a Kubernetes event', {
        canary: `${namespace}/${canary.metadata.name}`,
        message: event.message,
        error: error instanceof Error ? error.message : String(error),
      });
    }
  }

  #remember(key: string, seen: Seen): void {
    this.#seen.delete(key);
    this.#seen.set(key, seen);
    if (this.#seen.size > REMEMBERED) this.#seen.delete(this.#seen.keys().next().value!);
  }
}

function render(
  canary: KubeObject,
  event: { type: string; message: string },
  at: { name: string; namespace: string; now: number },
): KubeObject {
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
