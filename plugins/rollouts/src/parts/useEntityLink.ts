import { parseEntityRef } from '@backstage/catalog-model';
import { useRouteRef } from '@backstage/core-plugin-api';
import { entityRouteParams, entityRouteRef } from '@backstage/plugin-catalog-react';

/** Gives the address of an entity's page, or of a tab of it. */
export function useEntityLink(): (ref: string, tab?: string) => string {
  const entityRoute = useRouteRef(entityRouteRef);
  return (ref, tab) => {
    const page = entityRoute(entityRouteParams(parseEntityRef(ref)));
    return tab === undefined ? page : `${page}/${tab}`;
  };
}
