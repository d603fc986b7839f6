import { Client, type Notification } from 'pg';
import { connectionObject, databaseLimits } from './Database';

/** Milliseconds. */
export interface NotificationTiming {
  /** A connection that lies dead without anybody noticing hears nothing: it is asked this often. */
  pingEvery: number;
  firstRetry: number;
  longestRetry: number;
}

const defaultTiming: NotificationTiming = { pingEvery: 10_000, firstRetry: 250, longestRetry: 5_000 };

/** Called with the payload of a notification; with null after a connection was made anew, when some may have been missed. */
export type NotificationListener = (payload: string | null) => void;

/**
 * LISTEN on a connection of its own, opened with the first listener, kept alive by pings, opened again when lost.
 * Notifications are hints: whoever listens must be able to find out for himself what changed.
 */
export class Notifications {
  readonly #connection: string | Record<string, unknown>;
  readonly #timing: NotificationTiming;
  readonly #listeners = new Map<string, Set<NotificationListener>>();
  #client: Client | null = null;
  #connected = false;
  #everConnected = false;
  #timer: NodeJS.Timeout | undefined;
  #retry: number;
  #closed = false;

  constructor(connection: string | Record<string, unknown>, timing: NotificationTiming = defaultTiming) {
    this.#connection = connection;
    this.#timing = timing;
    this.#retry = timing.firstRetry;
  }

  /** Whether notifications arrive at this moment. */
  get connected(): boolean {
    return this.#connected;
  }

  listen(channel: string, listener: NotificationListener): () => void {
    const listeners = this.#listeners.get(channel) ?? new Set();
    const isNew = listeners.size === 0;
    this.#listeners.set(channel, listeners.add(listener));
    if (!this.#client && !this.#timer) {
      void this.#connect();
    } else if (isNew && this.#connected) {
      this.#client!.query(listenStatement(channel)).catch(() => this.#lost(this.#client));
    }
    return () => listeners.delete(listener);
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    const client = this.#client;
    this.#client = null;
    this.#connected = false;
    await client?.end().catch(() => {});
  }

  async #connect(): Promise<void> {
    this.#timer = undefined;
    const client = new Client({
      ...connectionObject(this.#connection),
      connectionTimeoutMillis: databaseLimits.connect,
      query_timeout: databaseLimits.answer,
      keepAlive: true,
      application_name: 'aviary notifications',
    });
    this.#client = client;
    client.on('error', () => this.#lost(client));
    client.on('end', () => this.#lost(client));
    client.on('notification', (notification) => this.#heard(notification));
    try {
      await client.connect();
      for (const channel of this.#listeners.keys()) {
        await client.query(listenStatement(channel));
      }
    } catch {
      this.#lost(client);
      return;
    }
    if (client !== this.#client) {
      return;
    }
    this.#connected = true;
    this.#retry = this.#timing.firstRetry;
    this.#schedulePing(client);
    if (this.#everConnected) {
      this.#listeners.forEach((listeners) => listeners.forEach((listener) => listener(null)));
    }
    this.#everConnected = true;
  }

  #heard({ channel, payload }: Notification): void {
    this.#listeners.get(channel)?.forEach((listener) => listener(payload ?? ''));
  }

  #schedulePing(client: Client): void {
    this.#timer = setTimeout(() => {
      client.query('SELECT 1').then(
        () => client === this.#client && this.#schedulePing(client),
        () => this.#lost(client),
      );
    }, this.#timing.pingEvery);
    this.#timer.unref();
  }

  #lost(client: Client | null): void {
    if (!client || client !== this.#client || this.#closed) {
      return;
    }
    this.#client = null;
    this.#connected = false;
    // end() would wait for a server that may never answer.
    (client as unknown as { connection: { stream: { destroy(): void } } }).connection.stream.destroy();
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#connect(), this.#retry);
    this.#timer.unref();
    this.#retry = Math.min(this.#retry * 2, this.#timing.longestRetry);
  }
}

function listenStatement(channel: string): string {
  return `LISTEN "${channel}"`;
}
