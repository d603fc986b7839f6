import { type CanaryKey, RESOURCE_TYPE_ROLLOUT_CANARY } from '@aviary/plugin-rollouts-common';
import { createPermissionResourceRef } from '@backstage/plugin-permission-node';

/** A Canary as permission rules see it. */
export interface CanaryResource {
  key: CanaryKey;
  /** Entity references of the owners of the entity that is bound to it. */
  owners: string[];
}

/** One rule as a filter. */
export type CanaryCondition =
  { field: 'owner'; values: string[] } | { field: 'namespace'; values: string[] } | { field: 'cluster'; values: string[] };

/** The resource of all permissions of this plugin. */
export const canaryResourceRef = createPermissionResourceRef<CanaryResource, CanaryCondition>().with({
  pluginId: 'rollouts',
  resourceType: RESOURCE_TYPE_ROLLOUT_CANARY,
});
