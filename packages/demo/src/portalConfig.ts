import { chmodSync, writeFileSync } from 'node:fs';
import type { EmbeddedPostgres } from '@aviary/embedded-postgres';
import { stringify } from 'yaml';
import type { ClockOrigin } from './DemoClock';

/** Writes what this run adds to app-config.yaml. It can also be given to `npm run engine -- --config`. */
export function writePortalConfig(
  file: string,
  run: { port: number; database: EmbeddedPostgres; kubeconfig: string; clock: ClockOrigin },
): void {
  const baseUrl = `http://localhost:${run.port}`;
  // A URL, not its parts: Backstage hides every secret of the configuration in logs, and would hide 127.0.0.1 everywhere.
  const connection = run.database.connectionString;
  const config = {
    app: { baseUrl },
    backend: {
      baseUrl,
      listen: { host: '127.0.0.1', port: run.port },
      cors: { origin: baseUrl },
      database: { client: 'pg', pluginDivisionMode: 'schema', connection },
    },
    rollouts: {
      engine: {
        enabled: true,
        cluster: { name: 'sandbox', kubeconfig: run.kubeconfig },
        database: { connection },
        clock: run.clock,
        meshProvider: 'linkerd',
        metricsServer: 'http://prometheus.linkerd-viz:9090',
        // The example face of the faces demo tells its pods apart by `service`.
        selectorLabels: ['app', 'name', 'app.kubernetes.io/name', 'service'],
      },
    },
  };
  writeFileSync(file, `# Written by npm start for the run that is on.\n${stringify(config)}`, { mode: 0o600 });
  chmodSync(file, 0o600);
}
