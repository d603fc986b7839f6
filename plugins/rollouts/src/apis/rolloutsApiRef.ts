import { createApiRef } from '@backstage/frontend-plugin-api';
import type { RolloutsApi } from '@aviary/plugin-rollouts-common';

/** Where the plugin asks for rollouts; replace its implementation to read them from elsewhere. */
export const rolloutsApiRef = createApiRef<RolloutsApi>({ id: 'plugin.rollouts.service' });
