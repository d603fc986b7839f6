import { CANARY_ANNOTATION } from '@aviary/plugin-rollouts-common';
import type { AuthService, LoggerService } from '@backstage/backend-plugin-api';
import { CATALOG_FILTER_EXISTS } from '@backstage/catalog-client';
import type { CatalogService } from '@backstage/plugin-catalog-node';
import { BindingTable } from './BindingTable';

/** Milliseconds that a reading of the catalogue is used. An empty one is asked again sooner: the catalogue may be starting. */
const MAX_AGE = 20_000;
const MAX_AGE_EMPTY = 2_000;

const FILTER = [CANARY_ANNOTATION, 'backstage.io/kubernetes-id', 'backstage.io/kubernetes-label-selector'].map((annotation) => ({
  [`metadata.annotations.${annotation}`]: CATALOG_FILTER_EXISTS,
}));

const FIELDS = ['kind', 'metadata.name', 'metadata.namespace', 'metadata.annotations', 'relations', 'spec.owner'];

/**
 * Reads from the catalogue which entity has which Canary, at most every 20 seconds. While the catalogue does not answer, the last
 * reading is used; rollouts are shown without entities when there is none.
 */
export class EntityBindings {
  readonly #options: { catalog: CatalogService; auth: AuthService; logger: LoggerService; now: () => number };
  #table = new BindingTable([]);
  #readAt = -Infinity;
  #reading: Promise<void> | null = null;

  constructor(options: { catalog: CatalogService; auth: AuthService; logger: LoggerService; now?: () => number }) {
    this.#options = { now: Date.now, ...options };
  }

  async table(): Promise<BindingTable> {
    const maxAge = this.#table.isEmpty() ? MAX_AGE_EMPTY : MAX_AGE;
    if (this.#options.now() - this.#readAt > maxAge) {
      this.#reading ??= this.#read().finally(() => {
        this.#reading = null;
      });
      await this.#reading;
    }
    return this.#table;
  }

  async #read(): Promise<void> {
    const { catalog, auth, logger, now } = this.#options;
    try {
      const credentials = await auth.getOwnServiceCredentials();
      const { items } = await catalog.getEntities({ filter: FILTER, fields: FIELDS }, { credentials });
      this.#table = new BindingTable(items);
      this.#readAt = now();
    } catch (error) {
      logger.warn('The catalogue did not say which entities have Canaries; the last answer is used', error as Error);
    }
  }
}
