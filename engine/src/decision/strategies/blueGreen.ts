import { formatPercent } from '../../analysis/formatNumber';
import { HOME, normal, rolloutOf, type Pass } from '../Pass';
import type { Step } from './Step';

/**
 * Blue/green: so many looks at a canary without live traffic (or with mirrored traffic), then all traffic on it for
 * one more interval, then promotion. A router without traffic only counts (facts §3.4).
 */
export function blueGreenStep(pass: Pass): Step {
  const { analysis, situation, names } = pass;
  const of = analysis.iterations;
  const done = rolloutOf(pass).iterations;
  const mirror = analysis.mirror && situation.abilities.mirror;
  if (done < of) {
    return {
      kind: 'advance',
      gates: [],
      routes: { ...HOME, mirror },
      iterations: done + 1,
      events: [normal(`Advance ${names.canary} canary iteration ${done + 1}/${of}`)],
      to: `iteration ${done + 1} of ${of}`,
    };
  }
  if (done === of) {
    const shifts = situation.abilities.weights;
    const text = mirror ? 'Stop traffic mirroring and route all traffic to canary' : 'Routing all traffic to canary';
    return {
      kind: 'advance',
      gates: ['confirm-promotion'],
      routes: shifts ? { primary: 0, canary: 100, mirror: false } : HOME,
      iterations: done + 1,
      events: shifts ? [normal(text)] : [],
      to: shifts ? formatPercent(100) : 'the last look',
    };
  }
  return { kind: 'promote', gates: ['confirm-promotion'] };
}
