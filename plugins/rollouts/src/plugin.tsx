import { RiRocketLine } from '@remixicon/react';
import { EntityContentBlueprint } from '@backstage/plugin-catalog-react/alpha';
import { ApiBlueprint, createFrontendPlugin, discoveryApiRef, fetchApiRef, PageBlueprint } from '@backstage/frontend-plugin-api';
import { RolloutsClient } from '@aviary/plugin-rollouts-common';
import { rolloutsApiRef } from './apis/rolloutsApiRef';
import { isRolloutsAvailable } from './isRolloutsAvailable';
import { entityRolloutsRouteRef, rolloutsRouteRef } from './routes';

const rolloutsApi = ApiBlueprint.make({
  params: (defineParams) =>
    defineParams({
      api: rolloutsApiRef,
      deps: { discoveryApi: discoveryApiRef, fetchApi: fetchApiRef },
      factory: (dependencies) => new RolloutsClient(dependencies),
    }),
});

const rolloutsPage = PageBlueprint.make({
  params: {
    path: '/rollouts',
    title: 'Rollouts',
    icon: <RiRocketLine />,
    routeRef: rolloutsRouteRef,
    noHeader: true,
    loader: () => import('./page/RolloutsPage').then((m) => <m.RolloutsPage />),
  },
});

const entityRolloutsContent = EntityContentBlueprint.make({
  name: 'rollouts',
  params: {
    path: '/rollouts',
    title: 'Rollouts',
    routeRef: entityRolloutsRouteRef,
    filter: isRolloutsAvailable,
    loader: () => import('./entity/EntityRollouts').then((m) => <m.EntityRollouts />),
  },
});

/** Rollouts in Backstage's new frontend system: the page of all rollouts and a tab on entity pages. */
export default createFrontendPlugin({
  pluginId: 'rollouts',
  title: 'Rollouts',
  icon: <RiRocketLine />,
  routes: { root: rolloutsRouteRef, entityContent: entityRolloutsRouteRef },
  extensions: [rolloutsApi, rolloutsPage, entityRolloutsContent],
});
