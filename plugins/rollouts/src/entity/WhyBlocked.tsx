import { usePermission } from '@backstage/plugin-permission-react';
import { formatCanaryRef, permissionOfCommand, type CommandType, type Rollout } from '@aviary/plugin-rollouts-common';
import { PHASES, shownPhase } from '../phases';

/** Why a command cannot be given: the permission is missing, or the rollout is not where it would mean something. */
export function WhyBlocked({ type, rollout }: { type: CommandType; rollout: Rollout }) {
  const permission = permissionOfCommand(type);
  const { loading, allowed } = usePermission({ permission, resourceRef: formatCanaryRef(rollout.key) });
  if (loading) {
    return <>Not possible now</>;
  }
  return <>{allowed ? `Not possible while ${PHASES[shownPhase(rollout)].label.toLowerCase()}` : `Missing permission ${permission.name}`}</>;
}
