import { createBackend } from '@backstage/backend-defaults';

/** The Backstage backend of the demo and of development: portal, catalogue, live updates, rollouts. */
const backend = createBackend();

backend.add(import('@backstage/plugin-app-backend'));

backend.add(import('@backstage/plugin-auth-backend'));
backend.add(import('@backstage/plugin-auth-backend-module-guest-provider'));

backend.add(import('@backstage/plugin-permission-backend'));
backend.add(import('@backstage/plugin-permission-backend-module-allow-all-policy'));

backend.add(import('@backstage/plugin-catalog-backend'));

// Signals travel through events.
backend.add(import('@backstage/plugin-events-backend'));
backend.add(import('@backstage/plugin-signals-backend'));

backend.add(import('@aviary/plugin-rollouts-backend'));

backend.start().catch((error) => {
  console.error(error);
  process.exit(1);
});
