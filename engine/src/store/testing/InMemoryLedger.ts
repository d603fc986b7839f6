import type { CanaryKey, ClaimedDelivery, DecisionToRecord, Lease } from '../RolloutStore';
import type { Command } from '../../decision/Situation';
import type { RolloutState } from '../../decision/RolloutState';
import { shardCount } from '../shardOf';

/** One Canary of the ledger with everything that was recorded of it. */
export interface StoredCanary {
  key: CanaryKey;
  uid: string;
  shard: number;
  state: RolloutState;
  confirmedAt: number | null;
  dueAt: number | null;
  gone: boolean;
  /** All decisions, oldest first. */
  entries: DecisionToRecord[];
}

/** A command and its answer. */
export interface StoredCommand extends Command {
  key: CanaryKey;
  shard: number;
  outcome: 'done' | 'superseded' | 'refused' | null;
  message: string | null;
}

/** A delivery of the outbox. */
export interface StoredDelivery extends ClaimedDelivery {
  shard: number;
  nextAt: number;
  error: string | null;
  state: 'open' | 'delivered' | 'givenUp';
}

/** What an in-memory store and its leases share, as Postgres is what several engines share. Tests may look inside. */
export class InMemoryLedger {
  readonly canaries: StoredCanary[] = [];
  readonly commands: StoredCommand[] = [];
  readonly deliveries: StoredDelivery[] = [];
  /** By `<cluster>/<engine>`: when its lease ends, on the leases' clock. */
  readonly engines = new Map<string, number>();
  readonly #shards = new Map<string, { owner: string | null; epoch: number }[]>();
  readonly #listeners = new Set<(hint: 'command' | 'shards') => void>();
  /** While true every operation throws StoreUnavailable, as when the database is away. */
  away = false;

  /** The shards of a cluster, by number. */
  shards(cluster: string): { owner: string | null; epoch: number }[] {
    let shards = this.#shards.get(cluster);
    if (!shards) {
      shards = Array.from({ length: shardCount }, () => ({ owner: null, epoch: 0 }));
      this.#shards.set(cluster, shards);
    }
    return shards;
  }

  holds(cluster: string, lease: Lease): boolean {
    const { owner, epoch } = this.shards(cluster)[lease.shard];
    return owner === lease.engineId && epoch === lease.epoch;
  }

  /** The Canary that has the key now. */
  find(key: CanaryKey): StoredCanary | undefined {
    return this.canaries.find((canary) => !canary.gone && sameKey(canary.key, key));
  }

  onHint(listener: (hint: 'command' | 'shards') => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  hint(hint: 'command' | 'shards'): void {
    this.#listeners.forEach((listener) => listener(hint));
  }
}

/** Whether two keys name the same Canary. */
export function sameKey(one: CanaryKey, other: CanaryKey): boolean {
  return one.cluster === other.cluster && one.namespace === other.namespace && one.name === other.name;
}
