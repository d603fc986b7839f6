import { randomUUID } from 'node:crypto';
import type { RolloutReader } from '@aviary/engine/store';
import { parseCanaryRef, rolloutsPermissions } from '@aviary/plugin-rollouts-common';
import {
  ProviderCollection,
  rolloutsAlertsExtensionPoint,
  rolloutsMetricsExtensionPoint,
  rolloutsRoutersExtensionPoint,
} from '@aviary/plugin-rollouts-node';
import { coreServices, createBackendPlugin, createServiceFactory, createServiceRef } from '@backstage/backend-plugin-api';
import { catalogServiceRef } from '@backstage/plugin-catalog-node';
import { signalsServiceRef } from '@backstage/plugin-signals-node';
import { CanaryIndex } from './binding/CanaryIndex';
import { EntityBindings } from './binding/EntityBindings';
import { createRouter } from './createRouter';
import { InProcessEngine, loadEngine } from './engine/InProcessEngine';
import { exportsOf } from './exportsOf';
import { engineClock } from './engineClock';
import { CanaryAccess } from './permissions/CanaryAccess';
import { canaryResourceRef } from './permissions/canaryResource';
import { canaryRules } from './permissions/rules';
import { readRolloutsConfig } from './RolloutsConfig';
import { ChangeSignals } from './signals/ChangeSignals';
import { ReaderConnection } from './store/ReaderConnection';

/** How the engine's database is opened for reading. */
export const ledgerServiceRef = createServiceRef<{ open(): Promise<RolloutReader> }>({
  id: 'rollouts.ledger',
  scope: 'plugin',
  defaultFactory: async (service) =>
    createServiceFactory({
      service,
      deps: { config: coreServices.rootConfig },
      factory: ({ config }) => ({
        async open() {
          const { openReader } = exportsOf(await import('@aviary/engine/store'));
          const { database, clock } = readRolloutsConfig(config);
          const read = engineClock(clock);
          return openReader({ ...database, now: () => read().now });
        },
      }),
    }),
});

/** REST API, permissions and live updates for rollouts; runs the engine when `rollouts.engine.enabled` is true. */
export const rolloutsPlugin = createBackendPlugin({
  pluginId: 'rollouts',
  register(env) {
    const providers = new ProviderCollection();
    env.registerExtensionPoint(rolloutsRoutersExtensionPoint, providers);
    env.registerExtensionPoint(rolloutsMetricsExtensionPoint, providers);
    env.registerExtensionPoint(rolloutsAlertsExtensionPoint, providers);

    env.registerInit({
      deps: {
        auditor: coreServices.auditor,
        auth: coreServices.auth,
        catalog: catalogServiceRef,
        config: coreServices.rootConfig,
        httpAuth: coreServices.httpAuth,
        httpRouter: coreServices.httpRouter,
        ledger: ledgerServiceRef,
        lifecycle: coreServices.lifecycle,
        logger: coreServices.logger,
        permissions: coreServices.permissions,
        permissionsRegistry: coreServices.permissionsRegistry,
        signals: signalsServiceRef,
      },
      async init({
        auditor,
        auth,
        catalog,
        config,
        httpAuth,
        httpRouter,
        ledger,
        lifecycle,
        logger,
        permissions,
        permissionsRegistry,
        signals,
      }) {
        const settings = readRolloutsConfig(config);
        const connection = new ReaderConnection({ open: () => ledger.open(), logger });
        const bindings = new EntityBindings({ catalog, auth, logger });
        const index = new CanaryIndex(() => connection.reader());
        const changes = new ChangeSignals({ signals, logger });
        const engine = settings.engine
          ? new InProcessEngine({
              create: await loadEngine({ config: settings.engine, logger, providers: () => providers.list() }),
              logger,
            })
          : null;

        permissionsRegistry.addResourceType({
          resourceRef: canaryResourceRef,
          permissions: rolloutsPermissions,
          rules: canaryRules,
          getResources: async (refs) => {
            const table = await bindings.table();
            return refs.map((ref) => {
              const key = parseCanaryRef(ref);
              return { key, owners: table.bindingOf(key).owners };
            });
          },
        });
        const access = new CanaryAccess({ permissions, permissionsRegistry, bindings, index });

        connection.onChange((key) => {
          index.add(key);
          changes.changed(key);
        });
        lifecycle.addStartupHook(() => {
          engine?.start();
          connection.start();
        });
        lifecycle.addShutdownHook(async () => {
          changes.stop();
          await engine?.stop();
          await connection.close();
        });

        httpRouter.use(
          createRouter({
            reader: () => connection.reader(),
            health: () => ({ ledger: connection.isOpen() ? 'open' : 'waiting', engine: engine?.state() ?? 'off' }),
            clock: engineClock(settings.clock),
            access,
            bindings,
            index,
            httpAuth,
            auditor,
            newId: randomUUID,
          }),
        );
        httpRouter.addAuthPolicy({ path: '/v1/health', allow: 'unauthenticated' });
      },
    });
  },
});
