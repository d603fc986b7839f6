import { rolloutOf, type Pass } from '../Pass';
import { abTestStep } from './abTest';
import { blueGreenStep } from './blueGreen';
import { canaryStep } from './canary';
import type { Step } from './Step';

/** The step that a passed look leads to, by the rollout's strategy. */
export function nextStep(pass: Pass): Step {
  switch (rolloutOf(pass).strategy) {
    case 'ab-testing':
      return abTestStep(pass);
    case 'blue-green':
      return blueGreenStep(pass);
    default:
      return canaryStep(pass);
  }
}
