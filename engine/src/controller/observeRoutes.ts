import { isProviderError, type KubeObject } from '@aviary/provider-contract';
import type { ObservedRoutes } from '../decision/Situation';
import { compareFence, formatFence, readFence, type Fence } from '../kubernetes';
import type { CanaryObjects } from './CanaryObjects';

/** What the route objects say now, and whether anything but weights differs from what we would write. */
export function observeRoutes({ router, routed, routeRefs, routes }: CanaryObjects): ObservedRoutes {
  if (!router) return { state: 'unreadable', reason: 'the router is not known' };
  try {
    const reading = router.read(routed, routes);
    const fence = newestFence(routes);
    if (reading.state === 'absent') return { state: 'absent' };
    if (reading.state === 'notReady') return { state: 'notAccepted', reason: reading.reason, routes: reading.routes, fence };
    // Rendered for the routes that are there, so that a difference is never one of weights.
    const rendered = router.render(routed, reading.routes, routes);
    const intact =
      routes.length === routeRefs.length && rendered.remove.length === 0 && rendered.write.every((object) => routes.includes(object));
    return { state: 'seen', routes: reading.routes, intact, fence, by: null };
  } catch (error) {
    if (!isProviderError(error)) throw error;
    return { state: 'unreadable', reason: error.message };
  }
}

function newestFence(routes: readonly KubeObject[]): string | null {
  const fences = routes.map(readFence).filter((fence): fence is Fence => fence !== undefined);
  const newest = fences.sort(compareFence).at(-1);
  return newest ? formatFence(newest) : null;
}
