import type { PlanStep, Rollout } from '@aviary/plugin-rollouts-common';
import { isHolding } from './phases';

/** Where a step of the plan stands; `passed` and `waiting` are for gates. */
export type StepState = 'done' | 'current' | 'holding' | 'fell' | 'passed' | 'waiting' | 'ahead';

type Progressed = Pick<Rollout, 'phase' | 'paused' | 'verdict' | 'gate' | 'plan' | 'weight' | 'maxWeight' | 'iterations'>;

/** The state of every step of a rollout's plan, in the plan's order. */
export function readSteps(rollout: Progressed): StepState[] {
  const { plan, phase } = rollout;
  switch (phase) {
    case 'Succeeded':
      return plan.map((step) => behind(step));
    case 'Promoting':
    case 'Finalising':
      return plan.map((step) => (step.kind === 'promotion' ? 'current' : behind(step)));
    case 'Failed':
      return around(plan, reachedIndex(rollout), 'fell');
    case 'Waiting':
      return atGate(rollout, -1, 'confirm-rollout');
    case 'WaitingPromotion':
      return atGate(rollout, lastTrafficIndex(plan), 'confirm-promotion');
    case 'Progressing':
      return rollout.gate === null
        ? around(plan, reachedIndex(rollout), isHolding(rollout) || rollout.paused !== null ? 'holding' : 'current')
        : atGate(rollout, reachedIndex(rollout), rollout.gate.type);
    default:
      return plan.map(() => 'ahead');
  }
}

/** Whether a step sends traffic: a weight or an iteration. */
export function isTrafficStep(step: PlanStep): boolean {
  return step.kind === 'weight' || step.kind === 'iteration';
}

/** The highest weight that the rollout is known to have had. */
export function reachedWeight(rollout: Pick<Rollout, 'weight' | 'maxWeight'>): number {
  return Math.max(rollout.weight, rollout.maxWeight);
}

/** Index of the furthest traffic step that was reached; -1 when none was. */
function reachedIndex(rollout: Progressed): number {
  const ended = rollout.phase === 'Failed';
  const weight = ended ? reachedWeight(rollout) : rollout.weight;
  return rollout.plan.findLastIndex((step) => {
    if (step.kind === 'weight') {
      return weight > 0 && step.weight <= weight;
    }
    return step.kind === 'iteration' && step.iteration <= rollout.iterations + 1;
  });
}

function lastTrafficIndex(plan: PlanStep[]): number {
  return plan.findLastIndex(isTrafficStep);
}

function around(plan: PlanStep[], index: number, there: StepState): StepState[] {
  return plan.map((step, at) => {
    if (at === index) {
      return there;
    }
    return at < index ? behind(step) : 'ahead';
  });
}

/** The gate that holds is waiting; everything that was reached lies behind. */
function atGate(rollout: Progressed, reached: number, type: string): StepState[] {
  const { plan, gate } = rollout;
  const byName = plan.findIndex((step) => step.kind === 'gate' && gate !== null && step.name === gate.name && step.type === gate.type);
  const waiting = byName >= 0 ? byName : plan.findIndex((step) => step.kind === 'gate' && step.type === type);
  return plan.map((step, at) => {
    if (at === waiting) {
      return 'waiting';
    }
    if (at === reached && waiting < reached) {
      return 'holding';
    }
    return at <= Math.max(reached, waiting) ? behind(step) : 'ahead';
  });
}

function behind(step: PlanStep): StepState {
  return step.kind === 'gate' ? 'passed' : 'done';
}
