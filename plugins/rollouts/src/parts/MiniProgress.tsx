import { RiLock2Line } from '@remixicon/react';
import { VisuallyHidden } from '@backstage/ui';
import type { Rollout } from '@aviary/plugin-rollouts-common';
import { readProgress } from '../readProgress';

/** A rollout's steps as blocks, a lock where someone is asked, and the weight in words. */
export function MiniProgress({ rollout }: { rollout: Rollout }) {
  const progress = readProgress(rollout);
  if (progress === null) {
    return <span>–</span>;
  }
  return (
    <span className={`av-mini av-${progress.tone}`}>
      <span className="av-blocks" aria-hidden>
        {progress.blocks.map((block, index) => (
          <i key={index} className={`av-${block}`} />
        ))}
      </span>
      <span className={`av-mini-gate ${progress.gate === 'waiting' ? 'av-waiting' : ''}`}>
        {progress.gate !== null && <RiLock2Line size={16} aria-hidden />}
        {progress.gate !== null && <VisuallyHidden>{progress.gate === 'waiting' ? 'a gate waits, ' : 'a gate is next, '}</VisuallyHidden>}
      </span>
      <span>{progress.text}</span>
    </span>
  );
}
