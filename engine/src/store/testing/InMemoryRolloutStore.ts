import type { Command } from '../../decision/Situation';
import type { CanaryKey, CanaryRecord, ClaimedDelivery, DecisionToRecord, Lease, RecordResult, RolloutStore } from '../RolloutStore';
import { StoreUnavailable } from '../StoreUnavailable';
import { InMemoryLedger, type StoredCanary, sameKey } from './InMemoryLedger';

/**
 * The ledger in memory, for tests of what uses it; held to the same contract suite as Postgres. What goes in and out is copied, as a
 * database would.
 */
export class InMemoryRolloutStore implements RolloutStore {
  readonly ledger: InMemoryLedger;

  constructor(ledger = new InMemoryLedger()) {
    this.ledger = ledger;
  }

  async load(key: CanaryKey): Promise<CanaryRecord | null> {
    this.#reach();
    const canary = this.ledger.find(key);
    return canary ? recordOf(canary) : null;
  }

  async loadShards(cluster: string, shards: number[]): Promise<CanaryRecord[]> {
    this.#reach();
    return this.ledger.canaries
      .filter((canary) => !canary.gone && canary.key.cluster === cluster && shards.includes(canary.shard))
      .map(recordOf);
  }

  async record(lease: Lease, entry: DecisionToRecord): Promise<RecordResult> {
    this.#reach();
    const { key, uid, decision } = entry;
    const { sequence } = decision.state;
    const found = this.ledger.find(key);
    const previous = found?.uid === uid ? found.state.sequence : 0;
    if (!this.ledger.holds(key.cluster, lease) || sequence !== previous + 1) {
      return 'fenced';
    }
    if (found && found.uid !== uid) {
      found.gone = true;
    }
    const copy = copied(entry);
    const { state } = copy.decision;
    let canary = this.ledger.find(key);
    if (!canary) {
      canary = { key: copy.key, uid, shard: lease.shard, state, confirmedAt: null, dueAt: null, gone: false, entries: [] };
      this.ledger.canaries.push(canary);
    }
    Object.assign(canary, { state, confirmedAt: null, dueAt: null });
    canary.entries.push(copy);
    for (const { commandId, outcome, message } of copy.decision.answers) {
      const command = this.ledger.commands.find(({ id, outcome: answered }) => id === commandId && answered === null);
      Object.assign(command ?? {}, { outcome, message });
    }
    for (const delivery of copy.deliveries) {
      this.ledger.deliveries.push({ ...delivery, key, shard: lease.shard, attempts: 0, nextAt: entry.at, error: null, state: 'open' });
    }
    return 'recorded';
  }

  async confirm(lease: Lease, key: CanaryKey, sequence: number, confirmedAt: number, dueAt: number | null): Promise<RecordResult> {
    this.#reach();
    const canary = this.ledger.find(key);
    if (!this.ledger.holds(key.cluster, lease) || canary?.shard !== lease.shard || canary.state.sequence !== sequence) {
      return 'fenced';
    }
    Object.assign(canary, { confirmedAt, dueAt });
    return 'recorded';
  }

  async forget(lease: Lease, key: CanaryKey, _at: number): Promise<RecordResult> {
    this.#reach();
    if (!this.ledger.holds(key.cluster, lease)) {
      return 'fenced';
    }
    const canary = this.ledger.find(key);
    if (canary?.shard === lease.shard) {
      canary.gone = true;
      for (const command of this.ledger.commands.filter((each) => each.outcome === null && sameKey(each.key, key))) {
        Object.assign(command, { outcome: 'superseded', message: 'The Canary is gone from the cluster.' });
      }
    }
    return 'recorded';
  }

  async pendingCommands(cluster: string, shards: number[]): Promise<(Command & { key: CanaryKey })[]> {
    this.#reach();
    return this.ledger.commands
      .filter((command) => command.outcome === null && command.key.cluster === cluster && shards.includes(command.shard))
      .sort((one, other) => one.at - other.at)
      .map(({ shard: _shard, outcome: _outcome, message: _message, ...command }) => copied(command));
  }

  async promotedTemplate(key: CanaryKey, revision: string): Promise<unknown | null> {
    this.#reach();
    const templates = this.ledger.canaries.filter((canary) => sameKey(canary.key, key)).flatMap(({ entries }) => entries);
    const found = templates.findLast(({ promotedTemplate }) => promotedTemplate?.revision === revision);
    return found ? copied(found.promotedTemplate!.target) : null;
  }

  async claimDeliveries(cluster: string, shards: number[], now: number, limit: number): Promise<ClaimedDelivery[]> {
    this.#reach();
    const open = this.ledger.deliveries.filter(
      (delivery) => delivery.state === 'open' && delivery.key.cluster === cluster && shards.includes(delivery.shard),
    );
    const first = open.filter((delivery) => open.find((other) => sameKey(other.key, delivery.key)) === delivery);
    return first
      .filter(({ nextAt }) => nextAt <= now)
      .sort((one, other) => one.nextAt - other.nextAt)
      .slice(0, limit)
      .map(({ id, kind, target, payload, key, attempts }) => copied({ id, kind, target, payload, key, attempts }));
  }

  async delivered(id: string, _at: number): Promise<void> {
    this.#reach();
    for (const delivery of this.ledger.deliveries.filter((each) => each.id === id)) {
      Object.assign(delivery, { state: 'delivered', attempts: delivery.attempts + 1, error: null });
    }
  }

  async deliveryFailed(id: string, error: string, nextAt: number | null): Promise<void> {
    this.#reach();
    for (const delivery of this.ledger.deliveries.filter((each) => each.id === id && each.state !== 'delivered')) {
      delivery.attempts += 1;
      delivery.error = error;
      delivery.nextAt = nextAt ?? delivery.nextAt;
      delivery.state = nextAt === null ? 'givenUp' : 'open';
    }
  }

  onHint(listener: (hint: 'command' | 'shards') => void): () => void {
    return this.ledger.onHint(listener);
  }

  /** As RolloutReader.addCommand does it. */
  async addCommand(key: CanaryKey, command: Command): Promise<void> {
    this.#reach();
    const canary = this.ledger.find(key);
    if (!canary) {
      throw new Error(`There is no Canary ${key.namespace}/${key.name} in cluster ${key.cluster} to ${command.type}.`);
    }
    if (!this.ledger.commands.some(({ id }) => id === command.id)) {
      this.ledger.commands.push({ ...copied(command), key: canary.key, shard: canary.shard, outcome: null, message: null });
      this.ledger.hint('command');
    }
  }

  #reach(): void {
    if (this.ledger.away) {
      throw new StoreUnavailable('The database does not answer: it was told to be away.');
    }
  }
}

function recordOf({ key, uid, state, confirmedAt }: StoredCanary): CanaryRecord {
  return copied({ key, uid, state, confirmedAt });
}

/** What JSON keeps, as in the database. */
function copied<T>(value: T): T {
  return JSON.parse(JSON.stringify(value)) as T;
}
