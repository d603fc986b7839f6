import { ApiError } from '../apiserver/ApiError';
import type { KubeObject, ObjectStore } from '../apiserver/ObjectStore';
import type { Clock } from '../Clock';
import { EventCorrelator } from './EventCorrelator';
import { timestamp } from './timestamp';

/** Who tells: a controller, or a kubelet with the node that it is on. */
export interface EventSource {
  component: string;
  host?: string;
}

/** What happened to an object. */
export interface Happening {
  type: 'Normal' | 'Warning';
  /** One word in CamelCase. */
  reason: string;
  message: string;
  /** The part of the object that it is about: `spec.containers{main}`. */
  fieldPath?: string;
}

/**
 * Writes the events that `kubectl describe` and `kubectl events` show, as Kubernetes' own controllers do. One recorder serves all of them.
 * The store drops events after an hour.
 */
export class EventRecorder {
  private readonly correlator = new EventCorrelator();
  private last = 0n;

  constructor(
    private readonly store: ObjectStore,
    private readonly clock: Clock,
  ) {}

  /** Tells of an object. What cannot be written (its namespace is ending) is lost, as in a cluster. */
  record(source: EventSource, object: KubeObject, { type, reason, message, fieldPath }: Happening): void {
    const { kind, metadata } = object;
    const about = [source.component, kind, metadata.uid, type].join(' ');
    const now = this.clock.now();
    const { key, skip, name, ...event } = this.correlator.correlate({ about, reason: `${fieldPath} ${reason}`, message }, now);
    if (skip) return;
    const lastTimestamp = timestamp(now);
    this.attempt(() => {
      const before = name === undefined ? undefined : this.store.get('/events', metadata.namespace, name);
      if (before) {
        this.store.update('/events', { ...before, message: event.message, count: event.count, lastTimestamp });
        return;
      }
      const created = this.store.create('/events', {
        ...this.skeleton(object, type, reason),
        ...(fieldPath ? { involvedObject: { ...reference(object), fieldPath } } : {}),
        message: event.message,
        source,
        eventTime: null,
        firstTimestamp: timestamp(event.first),
        lastTimestamp,
        count: event.count,
        reportingComponent: source.component,
        reportingInstance: source.host ?? '',
      });
      this.correlator.written(key, created.metadata.name);
    });
  }

  /** Tells of an object in the newer form that the scheduler uses: an action, and a time in microseconds. */
  recordAction(source: Required<EventSource>, object: KubeObject, { type, reason, message, action }: Happening & { action: string }): void {
    this.attempt(() =>
      this.store.create('/events', {
        ...this.skeleton(object, type, reason),
        message,
        action,
        source: {},
        eventTime: new Date(this.clock.now()).toISOString().replace('Z', '000Z'),
        firstTimestamp: null,
        lastTimestamp: null,
        reportingComponent: source.component,
        reportingInstance: `${source.component}-${source.host}`,
      }),
    );
  }

  private skeleton(object: KubeObject, type: string, reason: string) {
    const { name, namespace } = object.metadata;
    const metadata = { name: `${name}.${this.moment()}`, namespace };
    return { apiVersion: 'v1', kind: 'Event', metadata, involvedObject: reference(object), reason, type };
  }

  private attempt(write: () => void): void {
    try {
      write();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
    }
  }

  /** The time in nanoseconds, in hexadecimal, as the real ones name their events: never the same twice, in order. */
  private moment(): string {
    const now = BigInt(this.clock.now()) * 1_000_000n;
    this.last = now > this.last ? now : this.last + 1n;
    return this.last.toString(16);
  }
}

function reference({ apiVersion, kind, metadata }: KubeObject): Record<string, unknown> {
  const { name, namespace, uid, resourceVersion } = metadata;
  return { apiVersion, kind, name, namespace, uid, resourceVersion };
}
