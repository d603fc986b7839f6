import type { Rollout } from '@aviary/plugin-rollouts-common';
import { formatWeight } from './format/formatValue';
import { PHASES, shownPhase, type Tone } from './phases';
import { isTrafficStep, readSteps, reachedWeight, type StepState } from './readSteps';

/** A rollout's way in one cell of a table. */
export interface Progress {
  blocks: ('filled' | 'current' | 'empty')[];
  tone: Tone;
  /** `20 %`, `look 3 of 10`, `fell at 25 %`. */
  text: string;
  /** Whether someone is waited for, or will be at the next step. */
  gate: 'waiting' | 'ahead' | null;
}

const MOST_BLOCKS = 20;
const BLOCKS_INSTEAD = 10;

/** Null when there is no rollout to speak of. */
export function readProgress(rollout: Rollout): Progress | null {
  if (rollout.rolloutId === null || rollout.phase === 'Initializing' || rollout.phase === 'Initialized') {
    return null;
  }
  const states = readSteps(rollout);
  const traffic = states.filter((_, index) => isTrafficStep(rollout.plan[index]));
  const last = states.findLastIndex((state) => state === 'current' || state === 'holding');
  const next = last >= 0 ? rollout.plan[last + 1] : undefined;
  const isGateAhead = next?.kind === 'gate' && states[last + 1] === 'ahead';
  return {
    blocks: fewerBlocks(traffic.map(toBlock)),
    tone: PHASES[shownPhase(rollout)].tone,
    text: progressText(rollout),
    gate: rollout.gate !== null || states.includes('waiting') ? 'waiting' : (isGateAhead && 'ahead') || null,
  };
}

function progressText(rollout: Rollout): string {
  const looks = rollout.plan.filter((step) => step.kind === 'iteration').length;
  const look = Math.min(rollout.iterations + 1, looks);
  switch (rollout.phase) {
    case 'Succeeded':
      return formatWeight(100);
    case 'Failed':
      return looks > 0 ? `fell at look ${look}` : `fell at ${formatWeight(reachedWeight(rollout))}`;
    case 'Progressing':
      return looks > 0 ? `look ${look} of ${looks}` : formatWeight(rollout.weight);
    case 'Waiting':
      return looks > 0 ? `look 0 of ${looks}` : formatWeight(rollout.weight);
    default:
      return looks > 0 ? `${looks} of ${looks} looks` : formatWeight(rollout.weight);
  }
}

function toBlock(state: StepState): Progress['blocks'][number] {
  if (state === 'ahead') {
    return 'empty';
  }
  return state === 'current' || state === 'holding' ? 'current' : 'filled';
}

function fewerBlocks(blocks: Progress['blocks']): Progress['blocks'] {
  if (blocks.length <= MOST_BLOCKS) {
    return blocks;
  }
  return Array.from({ length: BLOCKS_INSTEAD }, (_, index) => {
    const part = blocks.slice(
      Math.floor((index * blocks.length) / BLOCKS_INSTEAD),
      Math.floor(((index + 1) * blocks.length) / BLOCKS_INSTEAD),
    );
    if (part.includes('current')) {
      return 'current';
    }
    return part.at(-1)!;
  });
}
