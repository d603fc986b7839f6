import type { Problem } from '../canary/Canary';
import type { RolloutState } from '../decision/RolloutState';
import { compareFence, formatFence, readFence } from '../kubernetes';
import type { CanaryObjects } from './CanaryObjects';

/**
 * A fence in the cluster that is ahead of what we know means that the database was restored from a backup, or that
 * another engine with another database is at work. Then nothing moves until somebody says `adopt`.
 */
export function observeFences({ primary, routes }: CanaryObjects, state: RolloutState | null, epoch: number): Problem | null {
  const ours = { epoch, sequence: state?.sequence ?? 0 };
  for (const object of primary ? [primary, ...routes] : routes) {
    const fence = readFence(object);
    // A new database has no state at all; its first decision imports what it finds.
    if (!fence || state === null) continue;
    if (compareFence(fence, ours) <= 0 && fence.sequence <= ours.sequence) continue;
    return {
      field: 'metadata',
      message:
        `StateBehindCluster: ${object.kind} ${object.metadata.name} was written by decision ${formatFence(fence)}, the database knows ` +
        `decisions up to ${formatFence(ours)}. Was it restored from a backup? Send the command adopt to go on from what the cluster has`,
      kind: 'unavailable',
    };
  }
  return null;
}
