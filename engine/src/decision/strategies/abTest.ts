import { normal, rolloutOf, type Pass } from '../Pass';
import type { Step } from './Step';

/** A/B: requests that match go to the canary for so many looks, then promotion (facts §3.4). */
export function abTestStep(pass: Pass): Step {
  const of = pass.analysis.iterations;
  const done = rolloutOf(pass).iterations;
  // Not `===`: iterations may be lowered while the test runs.
  if (done >= of) {
    return { kind: 'promote', gates: ['confirm-promotion'] };
  }
  return {
    kind: 'advance',
    gates: [],
    routes: { primary: 0, canary: 100, mirror: false },
    iterations: done + 1,
    events: [normal(`Advance ${pass.names.canary} canary iteration ${done + 1}/${of}`)],
    to: `iteration ${done + 1} of ${of}`,
  };
}
