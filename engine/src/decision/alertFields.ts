import type { CanarySpec } from '../canary/Canary';
import { strategyOf } from '../canary/strategyOf';

/** The fields that go with an alert about a rollout, in Flagger's words (facts §6.2). */
export function alertFields(spec: CanarySpec, namespace: string): { name: string; value: string }[] {
  const routing = trafficRouting(spec);
  return [
    { name: 'Target', value: `${spec.targetRef.kind}/${spec.targetRef.name}.${namespace}` },
    { name: 'Failed checks threshold', value: String(spec.analysis.threshold) },
    { name: 'Progress deadline', value: `${spec.progressDeadline / 1000}s` },
    ...(routing === null ? [] : [{ name: 'Traffic routing', value: routing }]),
  ];
}

function trafficRouting(spec: CanarySpec): string | null {
  const strategy = strategyOf(spec);
  if (strategy === 'ab-testing') return 'A/B Testing';
  if (strategy === 'blue-green') return 'Blue/Green';
  const { steps } = spec.analysis;
  if (steps.length === 0) return null;
  const step = steps[0];
  const linear = steps.every((weight, index) => weight === Math.min(100, step * (index + 1)));
  const max = steps[steps.length - 1];
  return linear ? `Weight step: ${step} max: ${max}` : `Weight steps: ${steps.join(',')} max: ${max}`;
}
