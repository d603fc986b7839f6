import { startPostgres } from '@aviary/embedded-postgres';
import { freePorts } from '../../harness/freePorts';
import { treeUsage, type TreeUsage, type Usage } from '../setting/processUsage';
import { startEngineProcess } from '../setting/startEngineProcess';
import { startProcess } from '../setting/startProcess';
import { FLAGGER_VERSION } from './checkFlagger';

/** What both systems are told. */
export interface SystemSetting {
  /** Of the user whose requests are counted. */
  kubeconfig: string;
  /** Address of the metric server. */
  metrics: string;
}

/** A running system. */
export interface MeasuredSystem {
  usage(): Usage;
  /** What its database server uses; null when it has none. */
  database(): TreeUsage | null;
  /** What it logged last. */
  tail(): string;
  stop(): Promise<void>;
}

/** A system that can be measured. */
export interface SystemKind {
  name: string;
  /** Resolves when it is at work. */
  start(setting: SystemSetting): Promise<MeasuredSystem>;
}

/** Flagger with the settings of its Helm chart: no leader election, log level info, 100 requests per second and client, bursts of 250. */
export function flagger(binary: string): SystemKind {
  return {
    name: `Flagger ${FLAGGER_VERSION}`,
    async start({ kubeconfig, metrics }) {
      const [port] = await freePorts(1);
      const flags = { kubeconfig, 'log-level': 'info', 'mesh-provider': 'linkerd', 'metrics-server': metrics, port };
      const flaggerProcess = await startProcess({
        name: 'Flagger',
        command: binary,
        args: Object.entries(flags).map(([flag, value]) => `-${flag}=${value}`),
        isReady: (line) => line.includes('Started operator workers'),
      });
      return { ...flaggerProcess, database: () => null };
    },
  };
}

/** The stand-alone engine, as `npm run engine` starts it, with a Postgres of its own that writes through to the disk. */
export const aviary: SystemKind = {
  name: 'Aviary',
  async start({ kubeconfig, metrics }) {
    const postgres = await startPostgres({ fsync: true });
    try {
      const engine = await startEngineProcess({
        cluster: { name: 'bench', kubeconfig },
        database: { connection: postgres.connectionString },
        meshProvider: 'linkerd',
        metricsServer: metrics,
        egress: { allow: ['127.0.0.0/8'] },
        listen: { host: '127.0.0.1', port: 0 },
      });
      return {
        ...engine,
        database: () => treeUsage(postgres.pid),
        async stop() {
          await engine.stop();
          await postgres.stop();
        },
      };
    } catch (error) {
      await postgres.stop();
      throw error;
    }
  },
};
