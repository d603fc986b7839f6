import type { OwnerReference } from '@aviary/provider-contract';
import type { CanarySpec } from '../../canary/Canary';

/** What the renderers need of a Canary; an ObservedCanary is one. */
export interface RenderableCanary {
  namespace: string;
  name: string;
  uid: string;
  spec: Pick<CanarySpec, 'targetRef' | 'autoscalerRef' | 'service'>;
}

/** Names of what belongs to a Canary (facts §2.10). */
export interface CanaryObjectNames {
  apexService: string;
  primaryService: string;
  canaryService: string;
  /** The workload that the user changes. */
  target: string;
  /** The workload that serves. */
  primary: string;
  /** Null without an autoscalerRef. */
  primaryScaler: string | null;
}

/** The names of a Canary's objects: services after `spec.service.name`, the primary after the target. */
export function objectNames({ spec }: Pick<RenderableCanary, 'spec'>): CanaryObjectNames {
  const apex = spec.service.name;
  const target = spec.targetRef.name;
  return {
    apexService: apex,
    primaryService: `${apex}-primary`,
    canaryService: `${apex}-canary`,
    target,
    primary: `${target}-primary`,
    primaryScaler: spec.autoscalerRef ? `${spec.autoscalerRef.name}-primary` : null,
  };
}

/** The reference that makes the garbage collector remove an object together with its Canary. */
export function ownerReferenceOf(canary: Pick<RenderableCanary, 'name' | 'uid'>): OwnerReference {
  return {
    apiVersion: 'flagger.app/v1beta1',
    kind: 'Canary',
    name: canary.name,
    uid: canary.uid,
    controller: true,
    blockOwnerDeletion: true,
  };
}

/** Whether the object carries an owner reference to this very Canary. */
export function isOwnedBy(object: { metadata: { ownerReferences?: OwnerReference[] } }, canary: Pick<RenderableCanary, 'uid'>): boolean {
  return object.metadata.ownerReferences?.some((owner) => owner.uid === canary.uid) ?? false;
}
