import catalogPlugin from '@backstage/plugin-catalog/alpha';
import { createApp } from '@backstage/frontend-defaults';
import rolloutsPlugin from '@aviary/plugin-rollouts';
import signalsPlugin from '@backstage/plugin-signals/alpha';
import userSettingsPlugin from '@backstage/plugin-user-settings/alpha';

/** The portal of the demo and of development. Light and dark themes and the guest sign-in are Backstage's own. */
export const app = createApp({
  features: [catalogPlugin, userSettingsPlugin, signalsPlugin, rolloutsPlugin],
});
