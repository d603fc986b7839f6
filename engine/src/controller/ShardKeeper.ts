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

/** What this engine sees of its cluster. */
export interface Sight {
  /** False while the API server is away: what is known may be the past. */
  inSight(): boolean;
  /** Asks for everything that is known anew; false when not all of it was answered. Never rejects. */
  lookAnew(): Promise<boolean>;
}

/**
 * How long the cluster may be out of sight before the shards are given back, in real milliseconds: as long as a silent
 * engine keeps its lease. It counts from when the sight is known to be lost, 5 to 22 s after the API server was last
 * heard. What ends by itself (an API server that is replaced, etcd electing) is mostly over by then, and to give back
 * for it would cost a read of every Canary's state and a write to every running rollout, here and in other engines.
 */
const BLIND_LIMIT = 10_000;
/** How often it is looked whether the cluster is in sight again, in real milliseconds. Asks nobody anything. */
const LOOK_EVERY = 1_000;

/**
 * Renews this engine's lease and knows which shards it may decide about. An engine that does not see its cluster claims
 * none, and after a while gives back those it has.
 */
export class ShardKeeper {
  readonly #leases: ShardLeases;
  readonly #sight: Sight;
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
  /** When the cluster was first found to be out of sight; undefined while it is not. */
  #unseenSince: number | undefined;
  #gaveBack = false;
  #returning: Promise<void> | undefined;

  /** `now`: the monotonic clock by which `ShardLeases` tells when it renewed. */
  constructor(options: { leases: ShardLeases; sight: Sight; engineId: string; logger: Logger; timing?: LeaseTiming; now?: () => number }) {
    this.#leases = options.leases;
    this.#sight = options.sight;
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
    await this.#giveBack();
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

  /** Why nothing is decided here; undefined while something may be. */
  get problem(): string | undefined {
    if (this.#gaveBack) {
      const seconds = Math.floor((this.#now() - (this.#unseenSince ?? this.#now())) / 1_000);
      return `gave its shards back: the API server has not been seen for ${seconds} s`;
    }
    return this.valid ? undefined : 'no valid lease: the database does not answer, or has not answered for too long';
  }

  shards(): number[] {
    return [...this.#held.keys()];
  }

  /** Renews now and claims what is missing to a fair share. Failures are logged: the lease then runs out by itself. */
  async renew(): Promise<void> {
    this.#renewing ??= this.#renewOnce().finally(() => {
      this.#renewing = undefined;
    });
    await this.#renewing;
  }

  async #renewOnce(): Promise<void> {
    if (this.#stopped) return;
    await this.#look();
    if (this.#gaveBack || this.#stopped) return;
    try {
      const { shards, sentAt } = await this.#leases.renew({ claim: this.#unseenSince === undefined });
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

  async #look(): Promise<void> {
    if (this.#sight.inSight()) {
      if (this.#gaveBack) this.#returning ??= this.#takePartAgain();
      else this.#unseenSince = undefined;
      return;
    }
    this.#unseenSince ??= this.#now();
    if (this.#gaveBack || this.#now() - this.#unseenSince < BLIND_LIMIT) return;
    const shards = this.#held.size;
    this.#gaveBack = true;
    this.#logger.warn(this.problem!, { shards });
    await this.#giveBack();
  }

  /**
   * Others have decided meanwhile, by what they saw. Watches that were open all the time may be silent for some more,
   * and what they showed before would be taken for what was done since: a revision of the past for a new one.
   */
  async #takePartAgain(): Promise<void> {
    const seen = await this.#sight.lookAnew();
    this.#returning = undefined;
    if (!seen || this.#stopped || !this.#sight.inSight()) return;
    this.#gaveBack = false;
    this.#unseenSince = undefined;
    this.#logger.info('the cluster is in sight again: takes its share of the shards');
    await this.renew();
  }

  /** When the database does not hear of it the lease runs out by itself, as nobody renews it. */
  async #giveBack(): Promise<void> {
    this.#validUntil = 0;
    this.#replace(new Map(), true);
    await this.#leases.release().catch((error) => this.#logger.warn('could not give the shards back', { error: String(error) }));
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
    this.#timer = setTimeout(
      async () => {
        await this.renew();
        this.#schedule();
      },
      this.#unseenSince === undefined ? this.#timing.renewEvery : LOOK_EVERY,
    );
  }
}
