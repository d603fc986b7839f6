import { createRouteRef } from '@backstage/frontend-plugin-api';

/** The page of all rollouts. */
export const rolloutsRouteRef = createRouteRef();

/** The tab on an entity's page. */
export const entityRolloutsRouteRef = createRouteRef();
