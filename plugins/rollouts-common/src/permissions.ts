import { createPermission, type ResourcePermission } from '@backstage/plugin-permission-common';
import type { CommandType } from './types';

/** The resource of every permission here: one Canary, referred to as `cluster/namespace/name`. */
export const RESOURCE_TYPE_ROLLOUT_CANARY = 'rollout-canary';

/** To see a Canary, its rollouts, decisions and events. */
export const rolloutsReadPermission = createPermission({
  name: 'rollouts.read',
  attributes: { action: 'read' },
  resourceType: RESOURCE_TYPE_ROLLOUT_CANARY,
});

/** To pause, resume, retry and adopt: nothing that sends a version to all traffic or takes it away. */
export const rolloutsControlPermission = createPermission({
  name: 'rollouts.control',
  attributes: { action: 'update' },
  resourceType: RESOURCE_TYPE_ROLLOUT_CANARY,
});

/** To answer a gate, with yes or with no. */
export const rolloutsApprovePermission = createPermission({
  name: 'rollouts.approve',
  attributes: { action: 'update' },
  resourceType: RESOURCE_TYPE_ROLLOUT_CANARY,
});

/** To send all traffic back to the primary. */
export const rolloutsAbortPermission = createPermission({
  name: 'rollouts.abort',
  attributes: { action: 'update' },
  resourceType: RESOURCE_TYPE_ROLLOUT_CANARY,
});

/** To promote before the analysis has ended. */
export const rolloutsPromotePermission = createPermission({
  name: 'rollouts.promote',
  attributes: { action: 'update' },
  resourceType: RESOURCE_TYPE_ROLLOUT_CANARY,
});

/** All permissions of the plugin, for the permission registry of the backend. */
export const rolloutsPermissions = [
  rolloutsReadPermission,
  rolloutsControlPermission,
  rolloutsApprovePermission,
  rolloutsAbortPermission,
  rolloutsPromotePermission,
];

const PERMISSION_OF: Record<CommandType, ResourcePermission<typeof RESOURCE_TYPE_ROLLOUT_CANARY>> = {
  pause: rolloutsControlPermission,
  resume: rolloutsControlPermission,
  retry: rolloutsControlPermission,
  adopt: rolloutsControlPermission,
  approve: rolloutsApprovePermission,
  reject: rolloutsApprovePermission,
  abort: rolloutsAbortPermission,
  promote: rolloutsPromotePermission,
};

/** The permission that a command asks for. */
export function permissionOfCommand(type: CommandType): ResourcePermission<typeof RESOURCE_TYPE_ROLLOUT_CANARY> {
  return PERMISSION_OF[type];
}
