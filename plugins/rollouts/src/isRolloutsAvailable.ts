import type { Entity } from '@backstage/catalog-model';
import { CANARY_ANNOTATION } from '@aviary/plugin-rollouts-common';

const BINDING_ANNOTATIONS = [CANARY_ANNOTATION, 'backstage.io/kubernetes-id', 'backstage.io/kubernetes-label-selector'];

/** Whether an entity may have Canaries: it names them itself, or the Kubernetes plugin's annotations lead to them. */
export function isRolloutsAvailable(entity: Entity): boolean {
  const annotations = entity.metadata.annotations ?? {};
  return BINDING_ANNOTATIONS.some((name) => Boolean(annotations[name]));
}
