import type { RolloutReader } from '@aviary/engine/store';
import { type CanaryKey, formatCanaryRef } from '@aviary/plugin-rollouts-common';
import type { CanaryAddress } from './canaryAddress';

/** Milliseconds after which all keys are read again. Between, changes are learnt from the reader's pings. */
const MAX_AGE = 300_000;
const PAGE = 500;

/** The names of all Canaries in the ledger: what turns `namespace/name` into keys, and permission rules into filters. */
export class CanaryIndex {
  readonly #reader: () => Promise<Pick<RolloutReader, 'list'>>;
  readonly #now: () => number;
  #keys = new Map<string, CanaryKey>();
  /** Heard of while the keys are read: the page that has them may be past. */
  #heard: CanaryKey[] = [];
  #readAt = -Infinity;
  #reading: Promise<void> | null = null;

  constructor(reader: () => Promise<Pick<RolloutReader, 'list'>>, now: () => number = Date.now) {
    this.#reader = reader;
    this.#now = now;
  }

  /** A Canary was heard of. */
  add(key: CanaryKey): void {
    this.#keys.set(formatCanaryRef(key), key);
    this.#heard.push(key);
  }

  async all(): Promise<CanaryKey[]> {
    if (this.#now() - this.#readAt > MAX_AGE) {
      this.#reading ??= this.#read().finally(() => {
        this.#reading = null;
      });
      await this.#reading;
    }
    return [...this.#keys.values()];
  }

  /** The Canaries that exist under the addresses. */
  async resolve(addresses: CanaryAddress[]): Promise<CanaryKey[]> {
    const names = new Map<string, CanaryAddress[]>();
    for (const address of addresses) {
      names.set(address.name, [...(names.get(address.name) ?? []), address]);
    }
    return (await this.all()).filter((key) =>
      names
        .get(key.name)
        ?.some(
          (address) =>
            (address.cluster === null || address.cluster === key.cluster) &&
            (address.namespace === null || address.namespace === key.namespace),
        ),
    );
  }

  async #read(): Promise<void> {
    const reader = await this.#reader();
    this.#heard = [];
    const keys = new Map<string, CanaryKey>();
    let cursor: string | undefined;
    do {
      const page = await reader.list({ limit: PAGE, cursor });
      page.items.forEach((row) => keys.set(formatCanaryRef(row.key), row.key));
      cursor = page.next ?? undefined;
    } while (cursor);
    this.#heard.forEach((key) => keys.set(formatCanaryRef(key), key));
    this.#keys = keys;
    this.#readAt = this.#now();
  }
}
