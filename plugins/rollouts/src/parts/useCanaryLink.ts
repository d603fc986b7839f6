import { useCallback } from 'react';
import { formatCanaryRef, type Rollout } from '@aviary/plugin-rollouts-common';
import { useEntityLink } from './useEntityLink';

/** Gives the address of a Canary: on its entity's page, or on our own where the catalogue does not know it. */
export function useCanaryLink(): (rollout: Pick<Rollout, 'key' | 'entityRef'>) => string {
  const entityLink = useEntityLink();
  return useCallback(
    (rollout) => {
      const { cluster, namespace, name } = rollout.key;
      if (rollout.entityRef === null) {
        return `/rollouts/${[cluster, namespace, name].map(encodeURIComponent).join('/')}`;
      }
      return `${entityLink(rollout.entityRef, 'rollouts')}?canary=${encodeURIComponent(formatCanaryRef(rollout.key))}`;
    },
    [entityLink],
  );
}
