import { formatPercent } from '../../analysis/formatNumber';
import type { WebhookType } from '../../canary/Canary';
import { normal, rolloutOf, type Pass } from '../Pass';
import type { Step } from './Step';

/** By weights: one step up the ladder per passed look, then promotion (facts §3.2). */
export function canaryStep(pass: Pass): Step {
  const { state, analysis, names } = pass;
  const { weight } = rolloutOf(pass);
  const { mirror: mirrors } = state.desired.routes;
  const increase: WebhookType[] = mirrors || state.phase === 'WaitingPromotion' ? [] : ['confirm-traffic-increase'];
  const advance = (to: number, mirror: boolean): Step => ({
    kind: 'advance',
    gates: increase,
    routes: { primary: 100 - to, canary: to, mirror },
    iterations: 0,
    events: [normal(`Advance ${names.canary} canary weight ${to}`)],
    to: mirror ? 'mirrored traffic' : formatPercent(to),
  });
  if (analysis.mirror && weight === 0 && !mirrors) {
    return advance(0, true);
  }
  const next = analysis.steps.find((step) => step > weight);
  return next === undefined ? { kind: 'promote', gates: [...increase, 'confirm-promotion'] } : advance(next, false);
}
