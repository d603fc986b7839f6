import type { KubeObject } from '@aviary/provider-contract';
import {
  compareFence,
  formatFence,
  isKubeError,
  readFence,
  type Fence,
  type KubeError,
  type ResourceType,
  type WriteOptions,
} from '../../kubernetes';
import type { Action } from '../../decision/Action';
import type { Situation } from '../../decision/Situation';
import { ActionFailure } from '../ActionFailure';
import type { CanaryObjects } from '../CanaryObjects';
import type { ClusterView } from '../ClusterView';

/** What every action gets: the world as it was read a moment ago, and a way to write. */
export interface ActionContext {
  objects: CanaryObjects;
  situation: Situation;
  writer: ClusterWriter;
  settings: { selectorLabels: readonly string[]; includeLabelPrefixes: readonly string[]; configTracking: boolean };
  /** The target as it was when the primary was promoted to `revision`; null when the ledger does not have it. */
  promotedTemplate(revision: string): Promise<KubeObject | null>;
}

/** Kubernetes writes under one lease and one decision. Each answer is in the cache before the call returns. */
export class ClusterWriter {
  readonly #view: ClusterView;
  readonly #mayWrite: () => boolean;
  readonly #rank: WriteOptions;
  readonly #adopted: ReadonlySet<string>;
  /** Place of the current decision: goes onto route objects and the primary. */
  readonly fence: Fence;

  /**
   * `direction`: what goes back to safety goes first. `adopted`: fences that may be written over although they are ahead
   * (`RolloutState.adoptedFences`).
   */
  constructor(
    view: ClusterView,
    options: { mayWrite: () => boolean; direction: Action['direction']; fence: Fence; adopted?: readonly string[] },
  ) {
    this.#view = view;
    this.#mayWrite = options.mayWrite;
    this.#rank = { rank: rankOf(options.direction) };
    this.#adopted = new Set(options.adopted);
    this.fence = options.fence;
  }

  async create(resource: ResourceType, object: KubeObject): Promise<KubeObject> {
    return this.#write(resource, () => this.#view.client.create(resource, object, this.#rank));
  }

  /** The object carries the resourceVersion that it was made from. Nobody writes over a higher fence. */
  async replace(resource: ResourceType, object: KubeObject, before: KubeObject): Promise<KubeObject> {
    this.#checkFence(before);
    return this.#write(resource, () => this.#view.client.replace(resource, object, this.#rank));
  }

  async patch(resource: ResourceType, object: KubeObject, patch: Record<string, unknown>): Promise<KubeObject> {
    this.#checkFence(object);
    const { namespace, name, resourceVersion } = object.metadata;
    const metadata = { ...(patch.metadata as Record<string, unknown> | undefined), resourceVersion };
    return this.#write(resource, () => this.#view.client.mergePatch(resource, { namespace, name }, { ...patch, metadata }, this.#rank));
  }

  async remove(resource: ResourceType, object: KubeObject): Promise<void> {
    this.#checkFence(object);
    const { namespace, name, uid, resourceVersion } = object.metadata;
    await this.#guarded(() => this.#view.client.delete(resource, { namespace, name }, { uid: uid ?? '', resourceVersion }, this.#rank));
    this.#view.cache.remove(resource, object);
  }

  async read(resource: ResourceType, namespace: string, name: string): Promise<KubeObject> {
    return this.#guarded(() => this.#view.client.get(resource, { namespace, name }));
  }

  async #write(resource: ResourceType, write: () => Promise<KubeObject>): Promise<KubeObject> {
    const written = await this.#guarded(write);
    this.#view.cache.put(resource, written);
    return written;
  }

  async #guarded<T>(write: () => Promise<T>): Promise<T> {
    if (!this.#mayWrite())
      throw new ActionFailure('failed', 'conflict', 'the lease is about to end; nothing is written until it is renewed');
    try {
      return await write();
    } catch (error) {
      throw isKubeError(error) ? failureOf(error) : error;
    }
  }

  #checkFence(object: KubeObject): void {
    const theirs = readFence(object);
    if (theirs === undefined || compareFence(theirs, this.fence) <= 0 || this.#adopted.has(formatFence(theirs))) return;
    const name = `${object.kind} ${object.metadata.name}`;
    const message = `${name} was written by a newer decision (${formatFence(theirs)}) than this one (${formatFence(this.fence)})`;
    throw new ActionFailure('superseded', 'conflict', message);
  }
}

/** Traffic goes home before anything else is written. */
export function rankOf(direction: Action['direction']): 'first' | 'usual' {
  return direction === 'backward' ? 'first' : 'usual';
}

/** What to do about a refusal that is one of permissions; admission refuses with 403 too. */
const GRANT = '; add it to the role of the engine (npm run engine -- permissions prints it)';

/** The table of engine rules §2: what an answer of the API server means for the action. */
function failureOf(error: KubeError): ActionFailure {
  const options = { retryAfter: error.retryAfterMs, cause: error };
  switch (error.kind) {
    case 'conflict':
    case 'alreadyExists':
    case 'notFound':
    case 'expired':
      return new ActionFailure('failed', 'conflict', error.message, options);
    case 'unauthorized':
    case 'forbidden':
      return new ActionFailure(
        'failed',
        'unauthorized',
        `${error.message}${/ cannot \S+ resource /.test(error.message) ? GRANT : ''}`,
        options,
      );
    case 'invalid':
      return new ActionFailure('failed', 'refused', error.message, options);
    default:
      return new ActionFailure('failed', 'unavailable', error.message, options);
  }
}
