import { type CanaryKey, formatCanaryRef, ROLLOUTS_CHANNEL } from '@aviary/plugin-rollouts-common';
import type { LoggerService } from '@backstage/backend-plugin-api';
import type { SignalsService } from '@backstage/plugin-signals-node';

/** Milliseconds between two signals about one Canary. */
const QUIET = 250;

/**
 * Tells open pages that a Canary changed: the first change at once, those that follow within 250 ms together. A lost signal
 * costs a page no more than its own next refetch.
 */
export class ChangeSignals {
  readonly #signals: SignalsService;
  readonly #logger: LoggerService;
  /** Canaries signalled a moment ago, and whether they changed since. */
  readonly #recent = new Map<string, { timer: NodeJS.Timeout; again: boolean }>();

  constructor(options: { signals: SignalsService; logger: LoggerService }) {
    this.#signals = options.signals;
    this.#logger = options.logger;
  }

  changed(key: CanaryKey): void {
    const recent = this.#recent.get(formatCanaryRef(key));
    if (recent) {
      recent.again = true;
    } else {
      this.#publish(key);
    }
  }

  stop(): void {
    this.#recent.forEach(({ timer }) => clearTimeout(timer));
    this.#recent.clear();
  }

  #publish(key: CanaryKey): void {
    const ref = formatCanaryRef(key);
    const timer = setTimeout(() => {
      const { again } = this.#recent.get(ref)!;
      this.#recent.delete(ref);
      if (again) {
        this.#publish(key);
      }
    }, QUIET);
    this.#recent.set(ref, { timer, again: false });
    this.#signals
      .publish({ recipients: { type: 'broadcast' }, channel: ROLLOUTS_CHANNEL, message: { kind: 'changed', key: { ...key } } })
      .catch((error) => this.#logger.warn(`Open pages could not be told that ${ref} changed`, error));
  }
}
