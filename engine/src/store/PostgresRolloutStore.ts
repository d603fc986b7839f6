import type { Database } from './Database';
import type { Notifications } from './Notifications';
import type { CanaryKey, DecisionToRecord, Lease, RolloutStore } from './RolloutStore';
import { Partitions } from './Partitions';
import { claimDeliveries } from './operations/claimDeliveries';
import { confirmDecision } from './operations/confirmDecision';
import { forgetCanary } from './operations/forgetCanary';
import { loadCanary, loadShards } from './operations/loadCanaries';
import { markDelivered, markDeliveryFailed } from './operations/markDelivery';
import { pendingCommands } from './operations/pendingCommands';
import { promotedTemplate } from './operations/promotedTemplate';
import { recordDecision } from './operations/recordDecision';

/** The ledger in Postgres. One file per operation; here they only get their database. */
export class PostgresRolloutStore implements RolloutStore {
  readonly #database: Database;
  readonly #partitions: Partitions;
  readonly #notifications: Notifications;

  constructor(database: Database, notifications: Notifications) {
    this.#database = database;
    this.#partitions = new Partitions(database);
    this.#notifications = notifications;
  }

  load(key: CanaryKey) {
    return loadCanary(this.#database, key);
  }

  loadShards(cluster: string, shards: number[]) {
    return loadShards(this.#database, cluster, shards);
  }

  async record(lease: Lease, entry: DecisionToRecord) {
    await this.#partitions.ensure(entry.at);
    return recordDecision(this.#database, lease, entry);
  }

  confirm(lease: Lease, key: CanaryKey, sequence: number, confirmedAt: number, dueAt: number | null) {
    return confirmDecision(this.#database, lease, { key, sequence, confirmedAt, dueAt });
  }

  forget(lease: Lease, key: CanaryKey, at: number) {
    return forgetCanary(this.#database, lease, key, at);
  }

  pendingCommands(cluster: string, shards: number[]) {
    return pendingCommands(this.#database, cluster, shards);
  }

  promotedTemplate(key: CanaryKey, revision: string) {
    return promotedTemplate(this.#database, key, revision);
  }

  claimDeliveries(cluster: string, shards: number[], now: number, limit: number) {
    return claimDeliveries(this.#database, cluster, shards, now, limit);
  }

  delivered(id: string, at: number) {
    return markDelivered(this.#database, id, at);
  }

  deliveryFailed(id: string, error: string, nextAt: number | null) {
    return markDeliveryFailed(this.#database, id, error, nextAt);
  }

  onHint(listener: (hint: 'command' | 'shards') => void) {
    const { schemaName } = this.#database;
    const unsubscribe = [
      this.#notifications.listen(`${schemaName}_commands`, () => listener('command')),
      this.#notifications.listen(`${schemaName}_shards`, () => listener('shards')),
    ];
    return () => unsubscribe.forEach((each) => each());
  }
}
