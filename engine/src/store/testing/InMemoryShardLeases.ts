import type { ShardLeases } from '../RolloutStore';
import { StoreUnavailable } from '../StoreUnavailable';
import { shardCount } from '../shardOf';
import type { InMemoryLedger } from './InMemoryLedger';

/** Shard leases in memory, with the rules of the real ones (engine rules §3). */
export class InMemoryShardLeases implements ShardLeases {
  readonly #ledger: InMemoryLedger;
  readonly #engineId: string;
  readonly #cluster: string;
  readonly #ttlMs: number;
  readonly #now: () => number;

  /** `now`: the clock of expiry, in milliseconds; by default the monotonic one. */
  constructor(ledger: InMemoryLedger, options: { engineId: string; cluster: string; ttlMs?: number; now?: () => number }) {
    this.#ledger = ledger;
    this.#engineId = options.engineId;
    this.#cluster = options.cluster;
    this.#ttlMs = options.ttlMs ?? 10_000;
    this.#now = options.now ?? (() => performance.now());
  }

  async renew({ claim } = { claim: true }): Promise<{ shards: Map<number, number>; sentAt: number }> {
    this.#reach();
    const sentAt = performance.now();
    this.#ledger.engines.set(this.#nameOf(this.#engineId), this.#now() + this.#ttlMs);
    const shards = this.#ledger.shards(this.#cluster);
    const live = [...this.#ledger.engines].filter(([name, end]) => name.startsWith(`${this.#cluster}/`) && end > this.#now());
    const fair = Math.ceil(shardCount / live.length);
    const mine = shards.filter(({ owner }) => owner === this.#engineId);
    const free = shards.filter(({ owner }) => owner === null || (this.#ledger.engines.get(this.#nameOf(owner)) ?? 0) <= this.#now());
    for (const shard of free.slice(0, claim ? Math.max(0, fair - mine.length) : 0)) {
      shard.owner = this.#engineId;
      shard.epoch += 1;
    }
    const surplus = mine.slice(fair);
    for (const shard of surplus) {
      shard.owner = null;
    }
    if (surplus.length > 0) {
      this.#ledger.hint('shards');
    }
    const held = shards.map(({ owner, epoch }, shard) => ({ owner, epoch, shard })).filter(({ owner }) => owner === this.#engineId);
    return { shards: new Map(held.map(({ shard, epoch }) => [shard, epoch])), sentAt };
  }

  async release(): Promise<void> {
    this.#reach();
    this.#ledger.engines.delete(this.#nameOf(this.#engineId));
    for (const shard of this.#ledger.shards(this.#cluster).filter(({ owner }) => owner === this.#engineId)) {
      shard.owner = null;
    }
    this.#ledger.hint('shards');
  }

  #nameOf(engineId: string): string {
    return `${this.#cluster}/${engineId}`;
  }

  #reach(): void {
    if (this.#ledger.away) {
      throw new StoreUnavailable('The database does not answer: it was told to be away.');
    }
  }
}
