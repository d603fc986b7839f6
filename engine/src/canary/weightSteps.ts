import type { Problem } from './Canary';

/** What a user may write about the weights of a canary. */
export interface WeightSettings {
  stepWeight?: number;
  stepWeights?: number[];
  maxWeight?: number;
}

/**
 * The weights that a canary walks through (facts §3.2): a linear ladder may overshoot the maximum and is capped at 100,
 * an explicit one ignores the maximum. Settings with which Flagger would never finish are refused.
 */
export function weightSteps(settings: WeightSettings, path: string): { steps: number[]; problems: Problem[] } {
  const { stepWeight = 0, stepWeights = [], maxWeight = 0 } = settings;
  if (stepWeight < 0) {
    return refuse(`${path}.stepWeight`, `stepWeight is ${stepWeight}; it must be a percentage from 1 to 100.`);
  }
  if (maxWeight > 100 || maxWeight < 0) {
    return refuse(`${path}.maxWeight`, `maxWeight is ${maxWeight}; it must be a percentage from 1 to 100, or left out for 100.`);
  }
  if (stepWeight > 0) {
    return { steps: linear(stepWeight, maxWeight === 0 ? 100 : maxWeight), problems: [] };
  }
  const wrong = stepWeights.findIndex((weight, i) => weight <= (i === 0 ? 0 : stepWeights[i - 1]));
  if (wrong >= 0) {
    const before = wrong === 0 ? '0' : `${stepWeights[wrong - 1]}`;
    return refuse(
      `${path}.stepWeights[${wrong}]`,
      `stepWeights has ${stepWeights[wrong]} after ${before}; each weight must be greater than the one before it, or the rollout would never end.`,
    );
  }
  return { steps: [...new Set(stepWeights.map((weight) => Math.min(100, weight)))], problems: [] };
}

function linear(step: number, max: number): number[] {
  const steps: number[] = [];
  for (let weight = 0; weight < max;) {
    weight = Math.min(100, weight + step);
    steps.push(weight);
  }
  return steps;
}

function refuse(field: string, message: string): { steps: number[]; problems: Problem[] } {
  return { steps: [], problems: [{ field, message, kind: 'misconfigured' }] };
}
