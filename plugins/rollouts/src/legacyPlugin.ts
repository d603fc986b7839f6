import {
  createApiFactory,
  createPlugin,
  createRoutableExtension,
  createRouteRef,
  discoveryApiRef,
  fetchApiRef,
} from '@backstage/core-plugin-api';
import { RolloutsClient } from '@aviary/plugin-rollouts-common';
import { rolloutsApiRef } from './apis/rolloutsApiRef';

const rootRouteRef = createRouteRef({ id: 'rollouts' });
const entityRouteRef = createRouteRef({ id: 'rollouts:entity' });

/** Rollouts in Backstage's old frontend system. */
export const rolloutsPlugin = createPlugin({
  id: 'rollouts',
  apis: [
    createApiFactory({
      api: rolloutsApiRef,
      deps: { discoveryApi: discoveryApiRef, fetchApi: fetchApiRef },
      factory: (dependencies) => new RolloutsClient(dependencies),
    }),
  ],
  routes: { root: rootRouteRef, entityContent: entityRouteRef },
});

/** The page of all rollouts, for a route of the app. */
export const RolloutsPage = rolloutsPlugin.provide(
  createRoutableExtension({
    name: 'RolloutsPage',
    component: () => import('./page/RolloutsPage').then((m) => m.RolloutsPage),
    mountPoint: rootRouteRef,
  }),
);

/** The tab of an entity's page, for an `EntityLayout.Route`. */
export const EntityRolloutsContent = rolloutsPlugin.provide(
  createRoutableExtension({
    name: 'EntityRolloutsContent',
    component: () => import('./entity/EntityRollouts').then((m) => m.EntityRollouts),
    mountPoint: entityRouteRef,
  }),
);
