import { isResourcePermission } from '@backstage/plugin-permission-common';
import { permissionOfCommand, RESOURCE_TYPE_ROLLOUT_CANARY, rolloutsPermissions } from './permissions';
import type { CommandType } from './types';

describe('permissions', () => {
  it('are all about one Canary and have names of their own', () => {
    expect(rolloutsPermissions.every((permission) => isResourcePermission(permission, RESOURCE_TYPE_ROLLOUT_CANARY))).toBe(true);
    expect(new Set(rolloutsPermissions.map((permission) => permission.name)).size).toBe(rolloutsPermissions.length);
  });

  it.each<[CommandType, string]>([
    ['pause', 'rollouts.control'],
    ['resume', 'rollouts.control'],
    ['retry', 'rollouts.control'],
    ['adopt', 'rollouts.control'],
    ['approve', 'rollouts.approve'],
    ['reject', 'rollouts.approve'],
    ['abort', 'rollouts.abort'],
    ['promote', 'rollouts.promote'],
  ])('%s asks for %s', (type, name) => {
    expect(permissionOfCommand(type).name).toBe(name);
  });
});
