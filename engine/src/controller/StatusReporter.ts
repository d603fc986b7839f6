import { isDeepStrictEqual } from 'node:util';
import type { KubeObject } from '@aviary/provider-contract';
import { isKubeError, resourceTypes } from '../kubernetes';
import type { Logger } from '../telemetry/Logger';
import type { ClusterView } from './ClusterView';

/** Fields of the status that nobody but the engine that drives a Canary writes. */
const DRIVEN = ['phase', 'canaryWeight', 'failedChecks', 'iterations', 'lastAppliedSpec', 'lastPromotedSpec'] as const;

/**
 * Writes one Canary's status, only when it differs (R10), and notices when somebody else writes it: then another
 * engine drives this Canary, and we hold.
 */
export class StatusReporter {
  readonly #view: ClusterView;
  readonly #logger: Logger;
  #written: Record<string, unknown> | null = null;

  constructor(view: ClusterView, logger: Logger) {
    this.#view = view;
    this.#logger = logger;
  }

  /** Who changed the status since we wrote it; null when nobody did. */
  drivenByAnother(canary: KubeObject): string | null {
    if (!this.#written) return null;
    const foreign = DRIVEN.filter((field) => (canary.status?.[field] ?? null) !== (this.#written![field] ?? null));
    return foreign.length === 0 ? null : `status.${foreign.join(', status.')} was changed by somebody else`;
  }

  /** Another engine may have written since: what we last wrote is no measure any more. */
  forget(): void {
    this.#written = null;
  }

  /** Brings `status` in line with `wanted`. Fields that are not ours stay. */
  async report(canary: KubeObject, wanted: Record<string, unknown>): Promise<void> {
    const current = canary.status ?? {};
    const patch = Object.fromEntries(
      Object.entries(wanted).filter(([field, value]) => !isDeepStrictEqual(current[field] ?? null, value ?? null)),
    );
    // A time that moved alone is no news.
    if (Object.keys(patch).every((field) => field === 'lastTransitionTime')) {
      this.#written ??= wanted;
      return;
    }
    const { namespace, name } = canary.metadata;
    try {
      const written = await this.#view.client.mergePatchStatus(resourceTypes.canary, { namespace, name }, { status: patch });
      this.#written = wanted;
      this.#view.cache.put(resourceTypes.canary, written);
    } catch (error) {
      if (!isKubeError(error) || error.kind === 'notFound') return;
      this.#logger.warn('could not write the status', { error: error.message });
      throw error;
    }
  }
}
