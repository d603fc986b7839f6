import { CONTRACT_VERSION } from '@aviary/provider-contract';
import type { RouterProvider } from '@aviary/provider-contract';
import { queries } from './queries';

/**
 * No mesh and no ingress: plain Services. Traffic cannot be split, so only blue/green is possible: the canary is tested
 * beside the primary while live traffic stays where it is, and promotion replaces the primary's pods.
 *
 * There is no object to read routes from, so `read` always answers that the primary has all live traffic, which is so.
 * Where Flagger reports 0/100 during the iterations, the engine shows the desired routes: it treats the routes of a
 * router without the ability `weights` as confirmed as soon as they are decided.
 */
export const kubernetes: RouterProvider = {
  kind: 'router',
  contractVersion: CONTRACT_VERSION,
  id: 'kubernetes',
  displayName: 'Kubernetes Services (no traffic shifting)',
  abilities: { weights: false, headerMatch: false, mirror: false, sessionAffinity: false, routesBeforeWorkload: false },
  rbac: [],
  queries,
  references: () => [],
  render: () => ({ write: [], remove: [] }),
  read: () => ({ state: 'ready', routes: { primary: 100, canary: 0, mirror: false } }),
  finalize: () => ({ write: [], remove: [] }),
};
