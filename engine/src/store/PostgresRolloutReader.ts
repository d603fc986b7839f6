import { ChangeFeed } from './ChangeFeed';
import type { Database } from './Database';
import type { Notifications } from './Notifications';
import type { CanaryKey, RolloutFilter, RolloutReader } from './RolloutStore';
import { addCommand, readCommand } from './reading/commands';
import { countRollouts } from './reading/countRollouts';
import { listRollouts, readRollout } from './reading/listRollouts';
import { readDecisions, readEvidence } from './reading/readDecisions';
import { readEvents, readRollouts } from './reading/readHistory';

/** The read side in Postgres. One file per kind of question; here they only get their database. */
export class PostgresRolloutReader implements RolloutReader {
  readonly #database: Database;
  readonly #changes: ChangeFeed;
  readonly #now: () => number;
  readonly #close: () => Promise<void>;

  constructor(database: Database, notifications: Notifications, options: { now: () => number; close: () => Promise<void> }) {
    this.#database = database;
    this.#changes = new ChangeFeed(database, notifications);
    this.#now = options.now;
    this.#close = options.close;
  }

  list(filter: RolloutFilter) {
    return listRollouts(this.#database, filter, this.#now());
  }

  counts(now: number, filter: Pick<RolloutFilter, 'cluster' | 'namespace' | 'keys'> = {}) {
    return countRollouts(this.#database, now, filter);
  }

  get(key: CanaryKey) {
    return readRollout(this.#database, key);
  }

  decisions(key: CanaryKey, options: { rolloutId?: string; limit: number; before?: number }) {
    return readDecisions(this.#database, key, options);
  }

  evidence(key: CanaryKey, sequence: number) {
    return readEvidence(this.#database, key, sequence);
  }

  events(key: CanaryKey, limit: number) {
    return readEvents(this.#database, key, limit);
  }

  rollouts(key: CanaryKey, options: { limit: number; before?: number }) {
    return readRollouts(this.#database, key, options);
  }

  addCommand(key: CanaryKey, command: Parameters<RolloutReader['addCommand']>[1]) {
    return addCommand(this.#database, key, command);
  }

  command(id: string) {
    return readCommand(this.#database, id);
  }

  onChange(listener: (key: CanaryKey) => void) {
    return this.#changes.onChange(listener);
  }

  close() {
    return this.#close();
  }
}
