import type { Decision, PlanStep, Rollout } from '@aviary/plugin-rollouts-common';
import { formatDuration } from '../format/formatDuration';
import { formatMinute, formatTime } from '../format/formatTime';
import { isTrafficStep, type StepState } from '../readSteps';

const WIDE_ENOUGH_FOR_TIMES = 70;

/**
 * What stands under each step of the rail: when it was reached, how long it holds, the gate's name, when the end is due at best.
 *
 * @param decisions newest first
 * @param now the engine's time; null when the state shown is an old one
 * @param spacing pixels between two steps; where they are close only the first and the last that was reached have a time
 */
export function railCaptions(rollout: Rollout, states: StepState[], decisions: Decision[], now: number | null, spacing: number): string[] {
  const { plan } = rollout;
  const reachedAt = plan.map((step) => timeReached(step, decisions));
  const firstAhead = states.indexOf('ahead');
  const firstDone = states.findIndex((state, index) => state === 'done' && isTrafficStep(plan[index]));
  const lastDone = states.findLastIndex((state, index) => state === 'done' && isTrafficStep(plan[index]));
  return plan.map((step, index) => {
    const at = reachedAt[index];
    switch (states[index]) {
      case 'fell':
        return rollout.endedAt === null ? 'fell' : `fell at ${formatTime(rollout.endedAt)}`;
      case 'holding':
        return at === null || now === null ? 'held' : `held ${formatDuration(now - at)}`;
      case 'waiting':
        return step.kind === 'gate' ? step.name : 'waiting';
      case 'passed':
        return step.kind === 'gate' ? step.name : '';
      case 'current':
        return currentCaption(rollout, step, now);
      case 'done':
        return doneCaption(step, at, { spacing, isEdge: index === firstDone || index === lastDone, rollout });
      default:
        return aheadCaption(rollout, step, { now, isFirst: index === firstAhead, stepsAhead: stepsAhead(plan, states) });
    }
  });
}

function timeReached(step: PlanStep, decisions: Decision[]): number | null {
  const first = decisions.findLast((decision) => {
    if (step.kind === 'weight') {
      return decision.weight >= step.weight && decision.weightBefore < decision.weight;
    }
    return step.kind === 'iteration' && decision.verdict !== null && decision.iterations >= step.iteration;
  });
  return first?.at ?? null;
}

function currentCaption(rollout: Rollout, step: PlanStep, now: number | null): string {
  if (step.kind === 'promotion') {
    return 'promoting';
  }
  if (now === null || rollout.dueAt === null || rollout.paused !== null) {
    return rollout.paused === null ? '' : 'paused';
  }
  return rollout.dueAt > now ? `next look in ${formatDuration(rollout.dueAt - now + 999)}` : 'looking now';
}

function doneCaption(
  step: PlanStep,
  at: number | null,
  { spacing, isEdge, rollout }: { spacing: number; isEdge: boolean; rollout: Rollout },
): string {
  if (step.kind === 'promotion') {
    return rollout.endedAt === null ? 'promoted' : formatTime(rollout.endedAt);
  }
  if (at === null) {
    return '';
  }
  if (spacing >= WIDE_ENOUGH_FOR_TIMES) {
    return formatTime(at);
  }
  return isEdge ? formatMinute(at) : '';
}

function aheadCaption(
  rollout: Rollout,
  step: PlanStep,
  { now, isFirst, stepsAhead: ahead }: { now: number | null; isFirst: boolean; stepsAhead: number },
): string {
  if (step.kind === 'gate') {
    return rollout.phase === 'Failed' ? 'not reached' : step.name;
  }
  if (step.kind !== 'promotion' || rollout.phase === 'Failed') {
    return '';
  }
  if (rollout.phase !== 'Progressing' || rollout.dueAt === null || rollout.paused !== null || now === null || isFirst) {
    return 'promote';
  }
  return `from ${formatMinute(Math.max(rollout.dueAt, now) + ahead * rollout.interval)}`;
}

function stepsAhead(plan: PlanStep[], states: StepState[]): number {
  return states.filter((state, index) => state === 'ahead' && isTrafficStep(plan[index])).length;
}
