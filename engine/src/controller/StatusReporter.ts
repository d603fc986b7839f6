import { isDeepStrictEqual } from 'node:util';
import type { KubeObject } from '@aviary/provider-contract';
import { isKubeError, resourceTypes } from '../kubernetes';
import { ActionFailure } from './ActionFailure';
import type { ClusterView } from './ClusterView';

/** Fields of the status that nobody but the engine that drives a Canary writes. */
const DRIVEN = ['phase', 'canaryWeight', 'failedChecks', 'iterations', 'lastAppliedSpec', 'lastPromotedSpec'] as const;

/**
 * Writes one Canary's status, only when it differs (R10), and notices when somebody else writes it: then another
 * engine drives this Canary, and we hold.
 */
export class StatusReporter {
  readonly #view: ClusterView;
  /** The status as it was after our last write. */
  #written: Record<string, unknown> | null = null;
  /** What the status is if writes of ours arrived that were never answered: an API server that hung takes them afterwards. */
  #perhaps: Record<string, unknown>[] = [];

  constructor(view: ClusterView) {
    this.#view = view;
  }

  /** Who changed the status since we wrote it; null when nobody did. */
  drivenByAnother(canary: KubeObject): string | null {
    const written = this.#written;
    if (!written) return null;
    const status = canary.status ?? {};
    const foreign = differences(status, written);
    if (foreign.length > 0 && this.#perhaps.some((perhaps) => differences(status, perhaps).length === 0)) {
      this.#know(status);
      return null;
    }
    return foreign.length === 0 ? null : `status.${foreign.join(', status.')} was changed by somebody else`;
  }

  /** Another engine may have written since: what we last wrote is no measure any more. */
  forget(): void {
    this.#written = null;
    this.#perhaps = [];
  }

  /**
   * Brings `status` in line with `wanted`. Fields that are not ours stay; while another engine drives the Canary only
   * the conditions are ours to write. Without a lease that covers the write nothing is written.
   *
   * @throws KubeError or ActionFailure when the status is not as wanted and could not be written: it must be tried again
   */
  async report(
    canary: KubeObject,
    wanted: Record<string, unknown>,
    { mayWrite, driven }: { mayWrite: boolean; driven: boolean },
  ): Promise<void> {
    const current = canary.status ?? {};
    const differing = Object.entries(driven ? { conditions: wanted.conditions } : wanted).filter(
      ([field, value]) => !isDeepStrictEqual(current[field] ?? null, value ?? null),
    );
    // A time that moved alone is no news.
    if (differing.every(([field]) => field === 'lastTransitionTime')) {
      if (!driven) this.#written ??= current;
      return;
    }
    if (!mayWrite) throw new ActionFailure('failed', 'conflict', 'the lease is about to end; nothing is written until it is renewed');
    const { namespace, name, resourceVersion } = canary.metadata;
    const status = Object.fromEntries(differing);
    try {
      // Of that version alone: a write that was given up and arrives late must not undo a later one.
      const patch = { metadata: { resourceVersion }, status };
      const written = await this.#view.client.mergePatchStatus(resourceTypes.canary, { namespace, name }, patch);
      if (!driven) this.#know(written.status ?? {});
      this.#view.cache.put(resourceTypes.canary, written);
    } catch (error) {
      if (isKubeError(error) && error.kind === 'notFound') return;
      if (!driven && isKubeError(error) && error.kind === 'unavailable') this.#suppose({ ...current, ...status });
      throw error;
    }
  }

  #know(status: Record<string, unknown>): void {
    this.#written = status;
    this.#perhaps = [];
  }

  #suppose(status: Record<string, unknown>): void {
    if (this.#perhaps.every((perhaps) => differences(status, perhaps).length > 0)) this.#perhaps.push(status);
  }
}

function differences(status: Record<string, unknown>, measure: Record<string, unknown>): string[] {
  return DRIVEN.filter((field) => (status[field] ?? null) !== (measure[field] ?? null));
}
