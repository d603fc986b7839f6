import type { RouterAbilities } from '@aviary/provider-contract';
import type { CanarySpec, Problem } from './Canary';
import { strategyOf } from './strategyOf';

/** What a Canary asks of its router that the router cannot do; each problem names the field and the way out. */
export function checkAbilities(spec: CanarySpec, abilities: RouterAbilities, routerId: string): Problem[] {
  const problems: Problem[] = [];
  const refuse = (field: string, message: string) => problems.push({ field, message, kind: 'unsupported' });
  const { analysis } = spec;
  if (spec.skipAnalysis) {
    return problems;
  }
  if (!abilities.weights) {
    // Flagger drops conditions and weights for a router without traffic and looks at the idle canary; so do we, with its warnings.
    return problems;
  }
  const { stepWeight, stepWeights } = analysis.written;
  if (strategyOf(spec) === 'canary' && stepWeight === 0 && stepWeights.length === 0) {
    problems.push({
      field: 'spec.analysis.stepWeight',
      message: 'spec.analysis has no stepWeight, stepWeights or iterations; say by which steps traffic moves, for example stepWeight: 10.',
      kind: 'misconfigured',
    });
  }
  if (analysis.hasMatch && !abilities.headerMatch) {
    refuse(
      'spec.analysis.match',
      `spec.analysis.match asks for requests to be chosen by header, which router ${routerId} cannot do: it would send all live traffic to the canary. Remove match for blue/green, or choose a router that matches headers.`,
    );
  }
  if (analysis.mirror && !abilities.mirror) {
    refuse(
      'spec.analysis.mirror',
      `spec.analysis.mirror is true, and router ${routerId} cannot mirror traffic. Remove it, or choose a router that can.`,
    );
  }
  if (analysis.sessionAffinity && !abilities.sessionAffinity) {
    refuse(
      'spec.analysis.sessionAffinity',
      `spec.analysis.sessionAffinity is set, and router ${routerId} cannot keep a client on one version. Remove it, or choose a router that can.`,
    );
  }
  return problems;
}
