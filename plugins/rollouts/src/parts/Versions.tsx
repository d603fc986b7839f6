import { RiArrowRightLine } from '@remixicon/react';
import { VisuallyHidden } from '@backstage/ui';
import type { Rollout } from '@aviary/plugin-rollouts-common';

/** `6.0.0 → 6.0.1`; `new → 1.0.0` while a first version is set up; one version where nothing has been rolled out. */
export function Versions({ rollout, className }: { rollout: Pick<Rollout, 'fromVersion' | 'toVersion' | 'phase'>; className?: string }) {
  const { fromVersion, toVersion } = rollout;
  if (toVersion === null && fromVersion === null) {
    return <span className={`av-versions ${className ?? ''}`}>–</span>;
  }
  if (toVersion === null || fromVersion === toVersion || (fromVersion === null && rollout.phase === 'Initialized')) {
    return <span className={`av-versions ${className ?? ''}`}>{fromVersion ?? toVersion}</span>;
  }
  return (
    <span className={`av-versions ${className ?? ''}`}>
      <VisuallyHidden>from </VisuallyHidden>
      {fromVersion ?? <span className="av-quiet">new</span>}
      <RiArrowRightLine size={16} aria-hidden />
      <VisuallyHidden> to </VisuallyHidden>
      {toVersion}
    </span>
  );
}
