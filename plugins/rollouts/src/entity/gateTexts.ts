import type { Rollout } from '@aviary/plugin-rollouts-common';
import { readSteps } from '../readSteps';

/** What a gate asks, in words. */
export interface GateTexts {
  question: string;
  approve: string;
  reject: string;
  /** Weight of the canary after an approval, in percent. */
  approvedWeight: number;
  approvedNote: string;
}

/** The question that a gate of a webhook type puts to a person. */
export function gateTexts(type: string, rollout: Rollout): GateTexts {
  const to = rollout.toVersion ?? 'the new version';
  switch (type) {
    case 'confirm-rollout':
      return {
        question: `Start the rollout of ${to}?`,
        approve: 'Approve and start',
        reject: 'Reject',
        approvedWeight: nextWeight(rollout),
        approvedNote: ', as the first step',
      };
    case 'confirm-promotion':
      return {
        question: `Promote ${to} to all traffic?`,
        approve: 'Approve and promote',
        reject: 'Reject and roll back',
        approvedWeight: 100,
        approvedNote: ', once its pods are ready',
      };
    default:
      return {
        question: `Send more traffic to ${to}?`,
        approve: 'Approve and go on',
        reject: 'Reject and roll back',
        approvedWeight: nextWeight(rollout),
        approvedNote: ', as the next step',
      };
  }
}

function nextWeight(rollout: Rollout): number {
  const states = readSteps(rollout);
  const next = rollout.plan.find((step, index) => step.kind === 'weight' && states[index] === 'ahead');
  return next?.kind === 'weight' ? next.weight : rollout.weight;
}
