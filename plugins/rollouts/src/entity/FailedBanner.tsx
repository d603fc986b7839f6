import { RiGitBranchLine } from '@remixicon/react';
import { Alert } from '@backstage/ui';
import type { Rollout } from '@aviary/plugin-rollouts-common';

/** After a rollback the workload still asks for what failed: says so, and what to do. */
export function FailedBanner({ rollout }: { rollout: Rollout }) {
  const { fromVersion, toVersion, target } = rollout;
  if (fromVersion === null || toVersion === null || fromVersion === toVersion) {
    return null;
  }
  return (
    <Alert
      className="av-alert av-waiting"
      status="warning"
      role="note"
      icon={<RiGitBranchLine aria-hidden />}
      title={`${target} still asks for ${toVersion}; ${fromVersion} serves.`}
      description="The same revision is not tried again by itself. Revert the change, push a fix, or retry when the cause is gone."
    />
  );
}
