import type { RolloutReader } from '@aviary/engine/store';
import type { CanaryKey } from '@aviary/plugin-rollouts-common';
import type { LoggerService } from '@backstage/backend-plugin-api';
import { ServiceUnavailableError } from '@backstage/errors';

/** Milliseconds between two tries to open the database in the background. */
const RETRY = 500;

/**
 * Opens the engine's database when it is there: the portal may start before the database does, or before the engine has
 * migrated it.
 */
export class ReaderConnection {
  readonly #open: () => Promise<RolloutReader>;
  readonly #logger: LoggerService;
  readonly #listeners = new Set<(key: CanaryKey) => void>();
  #opening: Promise<RolloutReader> | null = null;
  #opened = false;
  #timer: NodeJS.Timeout | null = null;
  #closed = false;
  #complaint = '';

  constructor(options: { open: () => Promise<RolloutReader>; logger: LoggerService }) {
    this.#open = options.open;
    this.#logger = options.logger;
  }

  /** Keeps trying to open, so that changes are heard of without anybody asking. */
  start(): void {
    this.reader().catch((error) => {
      if (error.message !== this.#complaint) {
        this.#complaint = error.message;
        this.#logger.warn(error.message);
      }
      if (!this.#closed) {
        this.#timer = setTimeout(() => this.start(), RETRY);
      }
    });
  }

  /** @throws ServiceUnavailableError while the database cannot be read */
  async reader(): Promise<RolloutReader> {
    this.#opening ??= this.#open().then(
      (reader) => {
        this.#opened = true;
        reader.onChange((key) => this.#listeners.forEach((listener) => listener(key)));
        return reader;
      },
      (error) => {
        this.#opening = null;
        throw new ServiceUnavailableError(`The rollouts cannot be read now: ${error.message}`);
      },
    );
    return this.#opening;
  }

  /** Whether the database has been opened; it may be away again. */
  isOpen(): boolean {
    return this.#opened;
  }

  onChange(listener: (key: CanaryKey) => void): void {
    this.#listeners.add(listener);
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer ?? undefined);
    const reader = await this.#opening?.catch(() => null);
    await reader?.close();
  }
}
