import type { KubeObject } from '@aviary/provider-contract';
import { isOwnedBy, type RenderableCanary } from './RenderableCanary';

/** What may be done with an object that exists already under a name that we need. */
export type Adoption =
  /** Ours: it has this Canary as owner. */
  | { kind: 'ours' }
  /** Nobody's: it may be used and changed, but is not ours to delete. */
  | { kind: 'adoptable' }
  /** Somebody else's: hands off. */
  | { kind: 'foreign'; owner: string; message: string };

/**
 * Whose an existing object is (facts §2.10). Objects without a controller are adoptable, as with Flagger: the apex
 * service is usually the user's own, and a Canary deleted with its dependants kept leaves the rest so. The apex
 * service stays adoptable whoever applied it, unless another Canary claims it.
 */
export function adoption(existing: KubeObject, canary: Pick<RenderableCanary, 'name' | 'uid'>, role?: 'apexService'): Adoption {
  if (isOwnedBy(existing, canary)) return { kind: 'ours' };
  const controller = existing.metadata.ownerReferences?.find((owner) => owner.controller);
  if (!controller) return { kind: 'adoptable' };
  if (role === 'apexService' && controller.kind !== 'Canary') return { kind: 'adoptable' };
  const owner = `${controller.kind} ${controller.name}`;
  const name = `${existing.kind} ${existing.metadata.name}.${existing.metadata.namespace}`;
  return {
    kind: 'foreign',
    owner,
    message: `${name} is needed by Canary ${canary.name} but belongs to ${owner}: rename the target or spec.service.name, or remove that owner`,
  };
}
