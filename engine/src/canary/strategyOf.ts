import type { RouterAbilities } from '@aviary/provider-contract';
import type { AnalysisSpec, CanarySpec, Strategy } from './Canary';

/** What Flagger's kubernetes provider uses when the Canary has no iterations (facts §2.3 step 26). */
export const DEFAULT_ITERATIONS = 10;

/** A/B with conditions and iterations, blue/green with iterations alone, otherwise by weights (facts §3.1). */
export function strategyOf(
  { analysis }: Pick<CanarySpec, 'analysis'>,
  abilities: Pick<RouterAbilities, 'weights'> = { weights: true },
): Strategy {
  const { iterations, hasMatch } = effectiveAnalysis(analysis, abilities);
  if (iterations > 0) {
    return hasMatch ? 'ab-testing' : 'blue-green';
  }
  return 'canary';
}

/** The analysis as it will run: a router that cannot split traffic looks at the idle canary instead, as blue/green. */
export function effectiveAnalysis(analysis: AnalysisSpec, abilities: Pick<RouterAbilities, 'weights'>): AnalysisSpec {
  if (abilities.weights) {
    return analysis;
  }
  return { ...analysis, steps: [], hasMatch: false, mirror: false, iterations: analysis.iterations || DEFAULT_ITERATIONS };
}
