import type { CanarySpec } from '../canary/Canary';
import { strategyOf } from '../canary/strategyOf';

/** The fields that go with an alert about a rollout, in Flagger's words (facts §6.2). */
export function alertFields(spec: CanarySpec, namespace: string): { name: string; value: string }[] {
  const { targetRef, analysis, progressDeadline } = spec;
  const routing = trafficRouting(spec);
  return [
    { name: 'Target', value: `${targetRef.kind}/${targetRef.name}.${namespace}` },
    { name: 'Failed checks threshold', value: `${analysis.threshold}` },
    { name: 'Progress deadline', value: `${progressDeadline / 1000}s` },
    ...(routing === null ? [] : [{ name: 'Traffic routing', value: routing }]),
  ];
}

function trafficRouting(spec: CanarySpec): string | null {
  switch (strategyOf(spec)) {
    case 'ab-testing':
      return 'A/B Testing';
    case 'blue-green':
      return 'Blue/Green';
    default: {
      const { stepWeight, stepWeights, maxWeight } = spec.analysis.written;
      if (stepWeight > 0) {
        return `Weight step: ${stepWeight} max: ${maxWeight}`;
      }
      return stepWeights.length > 0 ? `Weight steps: ${stepWeights.join(',')} max: ${maxWeight}` : null;
    }
  }
}
