import type { RouterAbilities } from '@aviary/provider-contract';
import type { CanarySpec, WebhookType } from './Canary';
import { effectiveAnalysis, strategyOf } from './strategyOf';

/** One mark on the portal's step rail. */
export type PlanStep =
  | { kind: 'gate'; type: WebhookType; name: string }
  | { kind: 'weight'; weight: number }
  | { kind: 'iteration'; iteration: number; of: number }
  /** `weights`: the canary's weight after each shift back; a single 0 when all traffic moves at once. */
  | { kind: 'promotion'; weights: number[] };

/** The way a rollout of this Canary goes when everything passes: weights or iterations with the gates around them. */
export function planOf(spec: CanarySpec, abilities: Pick<RouterAbilities, 'weights'> = { weights: true }): PlanStep[] {
  const analysis = effectiveAnalysis(spec.analysis, abilities);
  const isByWeight = strategyOf(spec, abilities) === 'canary';
  const gates = (type: WebhookType): PlanStep[] =>
    analysis.webhooks.filter((hook) => hook.type === type).map((hook) => ({ kind: 'gate', type, name: hook.name }));
  if (spec.skipAnalysis) {
    return [...gates('confirm-rollout'), { kind: 'promotion', weights: [0] }];
  }
  const increase = gates('confirm-traffic-increase');
  const steps: PlanStep[] = isByWeight
    ? analysis.steps.flatMap((weight) => [...increase, { kind: 'weight', weight } as const])
    : Array.from({ length: analysis.iterations }, (_, i) => ({ kind: 'iteration', iteration: i + 1, of: analysis.iterations }));
  const last = isByWeight ? (analysis.steps.at(-1) ?? 0) : 100;
  return [
    ...gates('confirm-rollout'),
    ...gates('pre-rollout'),
    ...steps,
    ...gates('confirm-promotion'),
    { kind: 'promotion', weights: weightsBack(last, abilities.weights ? analysis.stepWeightPromotion : 0) },
  ];
}

function weightsBack(from: number, step: number): number[] {
  const weights: number[] = [];
  for (let weight = from; weight > 0 && step > 0;) {
    weight = Math.max(0, weight - step);
    weights.push(weight);
  }
  return weights.length > 0 ? weights : [0];
}
