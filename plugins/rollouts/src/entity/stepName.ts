import type { PlanStep } from '@aviary/plugin-rollouts-common';
import { formatWeight } from '../format/formatValue';

/** A step as people say it: `20 %`, `look 3`. */
export function stepName(step: PlanStep): string {
  switch (step.kind) {
    case 'weight':
      return formatWeight(step.weight);
    case 'iteration':
      return `look ${step.iteration}`;
    case 'gate':
      return step.name;
    default:
      return 'promotion';
  }
}
