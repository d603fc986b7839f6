import type { Rollout } from '@aviary/plugin-rollouts-common';
import { isTrafficStep, readSteps } from '../readSteps';
import type { ConfirmedAction } from './ActionDialog';

/** The words of a dialog that asks before something is done. */
export interface ActionTexts {
  title: string;
  /** The row of the picture that shows what will be. */
  after: string;
  /** Weight of the canary afterwards, in percent. */
  afterWeight: number;
  sentences: string[];
  isReasonRequired: boolean;
  safe: string;
  confirm: string;
  isDestructive: boolean;
}

/** What a dialog says about an action: what will be, what will not, and how to leave it alone. */
export function actionTexts(action: ConfirmedAction, rollout: Rollout): ActionTexts {
  const to = rollout.toVersion ?? 'the new version';
  const from = rollout.fromVersion ?? 'the old version';
  switch (action) {
    case 'abort':
      return {
        title: `Abort the rollout of ${to}?`,
        after: 'After abort',
        afterWeight: 0,
        sentences: [
          `All traffic goes back to ${from} at once; the canary is scaled to zero.`,
          `${rollout.target} still asks for ${to}. It is not tried again until that changes or someone retries.`,
        ],
        isReasonRequired: true,
        safe: 'Keep running',
        confirm: 'Abort rollout',
        isDestructive: true,
      };
    case 'promote':
      return {
        title: `Promote ${to} now?`,
        after: 'After promotion',
        afterWeight: 100,
        sentences: [`${stepsLeft(rollout)} The primary gets ${to} as soon as its pods are ready.`],
        isReasonRequired: true,
        safe: 'Keep analysing',
        confirm: 'Promote now',
        isDestructive: false,
      };
    case 'retry':
      return {
        title: `Try ${to} again?`,
        after: 'First step',
        afterWeight: firstWeight(rollout),
        sentences: [`The same revision is analysed again from the first step. ${from} serves until it is promoted.`],
        isReasonRequired: false,
        safe: 'Leave it',
        confirm: 'Try again',
        isDestructive: false,
      };
    default:
      return {
        title: `Adopt the state of the cluster?`,
        after: 'After that',
        afterWeight: rollout.weight,
        sentences: ['The cluster is ahead of the database, as after a restore. The engine goes on from what it sees in the cluster.'],
        isReasonRequired: true,
        safe: 'Keep holding',
        confirm: 'Adopt and go on',
        isDestructive: false,
      };
  }
}

function stepsLeft(rollout: Rollout): string {
  const left = readSteps(rollout).filter((state, index) => state === 'ahead' && isTrafficStep(rollout.plan[index])).length;
  const all = rollout.plan.filter(isTrafficStep).length;
  return left === 0 ? 'The rest of the analysis is skipped.' : `${left} of ${all} steps are skipped, and nothing more is measured.`;
}

function firstWeight(rollout: Rollout): number {
  const first = rollout.plan.find((step) => step.kind === 'weight');
  return first?.kind === 'weight' ? first.weight : 0;
}
