import type { Clock } from '../Clock';
import type { ClaimedDelivery, RolloutStore } from '../store/RolloutStore';
import type { Logger } from '../telemetry/Logger';

/** Brings one delivery to its receiver. Throws when it did not take it; the message goes into the ledger and holds no secret. */
export type Deliver = (delivery: ClaimedDelivery) => Promise<void>;

/** Milliseconds of the engine's clock. */
export interface DeliveryTiming {
  /** How often the outbox is looked at without a hint. */
  every: number;
  firstRetry: number;
  longestRetry: number;
  /** Tries after which a delivery is given up, about a day with the delays above. */
  tries: number;
}

export const DELIVERY_TIMING: DeliveryTiming = { every: 5_000, firstRetry: 1_000, longestRetry: 300_000, tries: 300 };

/**
 * Empties the outbox: alerts and event webhooks that were written together with decisions go out at least once,
 * in order per Canary, however long the receiver is away.
 */
export class DeliveryWorker {
  readonly #store: RolloutStore;
  readonly #cluster: string;
  readonly #shards: () => number[];
  readonly #deliver: Deliver;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #timing: DeliveryTiming;
  #working: Promise<void> | null = null;
  #again = false;
  #cancel: (() => void) | null = null;
  #stopped = false;

  constructor(options: {
    store: RolloutStore;
    cluster: string;
    /** The shards whose deliveries are ours now. */
    shards: () => number[];
    deliver: Deliver;
    clock: Clock;
    logger: Logger;
    timing?: DeliveryTiming;
  }) {
    this.#store = options.store;
    this.#cluster = options.cluster;
    this.#shards = options.shards;
    this.#deliver = options.deliver;
    this.#clock = options.clock;
    this.#logger = options.logger;
    this.#timing = options.timing ?? DELIVERY_TIMING;
  }

  /** Looks now; a decision has just been recorded. */
  hint(): void {
    if (this.#stopped) return;
    this.#again = true;
    this.#working ??= this.#work().finally(() => {
      this.#working = null;
      this.#schedule();
    });
  }

  /** Takes nothing new; resolves when what is on its way has arrived or failed. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#cancel?.();
    await this.#working;
  }

  #schedule(): void {
    this.#cancel?.();
    if (!this.#stopped) this.#cancel = this.#clock.after(this.#timing.every, () => this.hint());
  }

  async #work(): Promise<void> {
    while (this.#again && !this.#stopped) {
      this.#again = false;
      try {
        const claimed = await this.#store.claimDeliveries(this.#cluster, this.#shards(), this.#clock.now(), 50);
        await Promise.all(claimed.map((delivery) => this.#bring(delivery)));
        // The next delivery of a Canary becomes visible only when the one before it has gone out.
        if (claimed.length > 0) this.#again = true;
      } catch (error) {
        this.#logger.warn('the outbox could not be worked on', { error: messageOf(error) });
      }
    }
  }

  async #bring(delivery: ClaimedDelivery): Promise<void> {
    try {
      await this.#deliver(delivery);
    } catch (error) {
      const message = messageOf(error);
      const tries = delivery.attempts + 1;
      const delay = Math.min(this.#timing.longestRetry, this.#timing.firstRetry * 2 ** Math.min(tries - 1, 20));
      const givenUp = tries >= this.#timing.tries;
      this.#logger.warn(givenUp ? 'gave a delivery up' : 'a delivery did not arrive', { delivery: delivery.id, tries, error: message });
      await this.#store.deliveryFailed(delivery.id, message, givenUp ? null : this.#clock.now() + delay);
      return;
    }
    await this.#store.delivered(delivery.id, this.#clock.now());
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
