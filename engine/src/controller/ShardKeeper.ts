import type { Lease, ShardLeases } from '../store/RolloutStore';
import type { Logger } from '../telemetry/Logger';

/** Timing of leases, in real milliseconds (engine rules §3). */
export interface LeaseTiming {
  renewEvery: number;
  ttl: number;
  /** How long before the end of the lease we stop to trust it. */
  margin: number;
  /** Time limit of one Kubernetes write: none starts that could outlive the lease. */
  writeLimit: number;
}

export const LEASE_TIMING: LeaseTiming = { renewEvery: 3_000, ttl: 10_000, margin: 3_000, writeLimit: 2_000 };

/** Renews this engine's lease and knows which shards it may decide about. */
export class ShardKeeper {
  readonly #leases: ShardLeases;
  readonly #engineId: string;
  readonly #timing: LeaseTiming;
  readonly #logger: Logger;
  readonly #now: () => number;
  readonly #listeners = new Set<(gained: number[], lost: number[]) => void>();
  #held = new Map<number, number>();
  #validUntil = 0;
  #timer: NodeJS.Timeout | undefined;
  #renewing: Promise<void> | undefined;
  #stopped = false;

  /** `now`: the monotonic clock by which `ShardLeases` tells when it renewed. */
  constructor(options: { leases: ShardLeases; engineId: string; logger: Logger; timing?: LeaseTiming; now?: () => number }) {
    this.#leases = options.leases;
    this.#engineId = options.engineId;
    this.#timing = options.timing ?? LEASE_TIMING;
    this.#logger = options.logger;
    this.#now = options.now ?? (() => performance.now());
  }

  /**
   * Called after each renewal that changed what may be decided here. Losing a shard's epoch counts as losing and
   * gaining it; after a time without a valid lease everything that is held counts as gained.
   */
  onChange(listener: (gained: number[], lost: number[]) => void): void {
    this.#listeners.add(listener);
  }

  async start(): Promise<void> {
    await this.renew();
    this.#schedule();
  }

  /** Gives all shards back, so that another engine need not wait for the lease to end. */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    await this.#renewing;
    this.#validUntil = 0;
    this.#replace(new Map(), true);
    await this.#leases.release().catch((error) => this.#logger.warn('could not give the shards back', { error: String(error) }));
  }

  /** The lease under which a Canary of this shard may be decided; null without a valid one. */
  lease(shard: number): Lease | null {
    const epoch = this.#held.get(shard);
    if (epoch === undefined || !this.valid) return null;
    return { engineId: this.#engineId, shard, epoch };
  }

  /** Whether a Kubernetes write under this lease that starts now is over before the lease is. */
  mayWrite({ shard, epoch }: Lease): boolean {
    return this.#held.get(shard) === epoch && this.#now() + this.#timing.writeLimit <= this.#validUntil;
  }

  /** Whether any lease is valid: without one nobody here moves traffic. */
  get valid(): boolean {
    return this.#now() < this.#validUntil;
  }

  shards(): number[] {
    return [...this.#held.keys()];
  }

  /** Renews now; the first time also claims. Failures are logged: the lease then runs out by itself. */
  async renew(): Promise<void> {
    this.#renewing ??= this.#renewOnce().finally(() => {
      this.#renewing = undefined;
    });
    await this.#renewing;
  }

  async #renewOnce(): Promise<void> {
    try {
      const { shards, sentAt } = await this.#leases.renew();
      if (this.#stopped) return;
      const wasValid = this.valid;
      this.#validUntil = sentAt + this.#timing.ttl - this.#timing.margin;
      if (!wasValid && this.#held.size > 0) this.#logger.info('the lease is valid again', { shards: shards.size });
      this.#replace(shards, wasValid);
    } catch (error) {
      this.#logger.warn('could not renew the lease: traffic stays where it is until the database answers', {
        error: error instanceof Error ? error.message : String(error),
        validForMs: Math.max(0, Math.round(this.#validUntil - this.#now())),
      });
    }
  }

  #replace(shards: Map<number, number>, wasValid: boolean): void {
    const before = this.#held;
    const gained = [...shards].filter(([shard, epoch]) => !wasValid || before.get(shard) !== epoch).map(([shard]) => shard);
    const lost = [...before].filter(([shard, epoch]) => shards.get(shard) !== epoch).map(([shard]) => shard);
    this.#held = shards;
    if (gained.length + lost.length > 0) for (const listener of this.#listeners) listener(gained, lost);
  }

  #schedule(): void {
    if (this.#stopped) return;
    this.#timer = setTimeout(async () => {
      await this.renew();
      this.#schedule();
    }, this.#timing.renewEvery);
  }
}
