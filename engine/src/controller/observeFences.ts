import type { RolloutState } from '../decision/RolloutState';
import { compareFence, formatFence, readFence, type Fence } from '../kubernetes';
import type { CanaryObjects } from './CanaryObjects';

/**
 * Fences in the cluster that are ahead of what the database knows: it was restored from a backup, or is another one.
 * Those that a person adopted, or that were there before our first decision, are left out. Empty in ordinary life.
 */
export function observeFences(
  { primary, routes }: Pick<CanaryObjects, 'primary' | 'routes'>,
  state: Pick<RolloutState, 'sequence' | 'adoptedFences'> | null,
  epoch: number,
): string[] {
  const ours = { epoch, sequence: state?.sequence ?? 0 };
  const adopted = new Set(state?.adoptedFences);
  const ahead = [primary, ...routes]
    .map(readFence)
    // The epoch may have grown again since the restore: a sequence that we have not reached gives it away.
    .filter((fence): fence is Fence => fence !== undefined && (compareFence(fence, ours) > 0 || fence.sequence > ours.sequence))
    .map(formatFence);
  return [...new Set(ahead)].filter((fence) => !adopted.has(fence)).sort();
}
