import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { MemoryObjectStore } from './apiserver/MemoryObjectStore';
import { type ApiServer, startApiServer } from './apiserver/startApiServer';
import { type Clock, type ClockOrigin, createClock } from './Clock';
import { createServiceBackends } from './createServiceBackends';
import { Mesh } from './mesh/Mesh';
import { SampleStore } from './prometheus/SampleStore';
import { installDefinitions, seedCluster } from './seed/seedCluster';
import { startReleases } from './seed/startReleases';
import { startWorkloads } from './workloads/startWorkloads';
import { storeAs } from './workloads/storeAs';

/** What a sandbox is started with. */
export interface SandboxOptions {
  /** Port of the Kubernetes API on 127.0.0.1; 0 or nothing for any free one. */
  port?: number;
  /** Its time; the wall clock when not given. */
  origin?: ClockOrigin;
  /** Folder that keeps the objects across restarts; without it they end with the process. */
  dataDir?: string;
  /** Fills a new sandbox with example services and their Canaries. */
  seed?: boolean;
  /** Where the kubeconfig is written; when not given in `dataDir`, or else in a new temporary folder. */
  kubeconfigPath?: string;
}

/** A running sandbox. */
export interface Sandbox {
  /** Address of the Kubernetes API. */
  url: string;
  kubeconfigPath: string;
  store: MemoryObjectStore;
  clock: Clock;
  apiServer: ApiServer;
  mesh: Mesh;
  /** The samples that its Prometheus answers from. */
  prometheus: SampleStore;
  /** Stops everything and closes the data. */
  close(): Promise<void>;
}

/** Starts a cluster in this process: API server, workloads, mesh, Prometheus and load tester. Throws when the port is taken. */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const now = Date.now();
  const clock = createClock(options.origin ?? { real: now, shown: now, speed: 1 });
  if (options.dataDir) mkdirSync(options.dataDir, { recursive: true });
  const store = new MemoryObjectStore({ clock, ...(options.dataDir ? { journal: join(options.dataDir, 'objects.jsonl') } : {}) });
  installDefinitions(store);
  if (options.seed) seedCluster(storeAs(store, clock, 'kubectl-client-side-apply'));
  const prometheus = new SampleStore();
  const mesh = new Mesh({ cluster: store, clock, samples: prometheus });
  const parts = [startWorkloads(store, clock), startReleases(storeAs(store, clock, 'kubectl-set'), clock), mesh];
  const closeParts = () => {
    for (const part of parts) part.close();
    store.close();
  };
  const backends = createServiceBackends({ cluster: store, clock, mesh, samples: prometheus });
  let apiServer: ApiServer;
  try {
    apiServer = await startApiServer({ store, clock, backends, port: options.port });
  } catch (error) {
    closeParts();
    throw portTaken(error, options.port) ?? error;
  }
  const kubeconfigPath = options.kubeconfigPath ?? join(options.dataDir ?? mkdtempSync(join(tmpdir(), 'aviary-sandbox-')), 'kubeconfig');
  mkdirSync(dirname(kubeconfigPath), { recursive: true });
  writeFileSync(kubeconfigPath, apiServer.kubeconfig(), { mode: 0o600 });
  return {
    url: apiServer.url,
    kubeconfigPath,
    store,
    clock,
    apiServer,
    mesh,
    prometheus,
    async close() {
      await apiServer.close();
      closeParts();
    },
  };
}

function portTaken(error: unknown, port: number | undefined): Error | undefined {
  if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') return undefined;
  return new Error(`the sandbox's API cannot listen on 127.0.0.1:${port}: another process does. Stop that one or choose another port.`);
}
