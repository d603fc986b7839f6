import type { Database } from './Database';
import type { Notifications } from './Notifications';
import type { CanaryKey } from './RolloutStore';
import { changedSince, databaseTime } from './reading/changedSince';

/** Longer than a write may take between its time stamp and its commit. */
const overlap = 10_000;

/** Tells which Canaries changed; after the connection was lost, also those that changed meanwhile. */
export class ChangeFeed {
  readonly #database: Database;
  readonly #notifications: Notifications;
  readonly #listeners = new Set<(key: CanaryKey) => void>();
  #unsubscribe: (() => void) | null = null;
  /** Database time up to which nothing was missed; null until it is known. */
  #heardUntil: Date | null = null;

  constructor(database: Database, notifications: Notifications) {
    this.#database = database;
    this.#notifications = notifications;
  }

  onChange(listener: (key: CanaryKey) => void): () => void {
    this.#listeners.add(listener);
    if (!this.#unsubscribe) {
      this.#unsubscribe = this.#notifications.listen(`${this.#database.schemaName}_changed`, (payload) => void this.#heard(payload));
      void this.#mark();
    }
    return () => this.#listeners.delete(listener);
  }

  async #heard(payload: string | null): Promise<void> {
    if (payload !== null) {
      const [cluster, namespace, name] = JSON.parse(payload);
      this.#tell({ cluster, namespace, name });
      return;
    }
    const since = this.#heardUntil;
    await this.#mark();
    if (since) {
      // A failure here means that the connection is lost again: the next one catches up from the same time.
      const missed = await changedSince(this.#database, since).catch(() => {
        this.#heardUntil = since;
        return [];
      });
      missed.forEach((key) => this.#tell(key));
    }
  }

  async #mark(): Promise<void> {
    const now = await databaseTime(this.#database).catch(() => null);
    if (now) {
      this.#heardUntil = new Date(now.getTime() - overlap);
    }
  }

  #tell(key: CanaryKey): void {
    this.#listeners.forEach((listener) => listener(key));
  }
}
