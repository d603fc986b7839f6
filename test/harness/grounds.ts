import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startSandbox, type Sandbox, type SandboxOptions } from '@aviary/sandbox';
import { findBinaries } from '../cluster/binaries';
import { startCluster, type Cluster, type ClusterOptions } from '../cluster/startCluster';

/** A kind of Kubernetes to stand on. */
export type GroundName = 'sandbox' | 'cluster';

/** How a ground is started; each kind reads its own part. */
export interface GroundOptions {
  sandbox?: Omit<SandboxOptions, 'kubeconfigPath' | 'dataDir'>;
  cluster?: Omit<ClusterOptions, 'folder'>;
}

/** A running Kubernetes API with the custom resource definitions installed. */
export type Ground = SandboxGround | ClusterGround;

interface AnyGround {
  url: string;
  /** Of an administrator. */
  kubeconfigPath: string;
  close(): Promise<void>;
}

/** The sandbox, in this process. */
export interface SandboxGround extends AnyGround {
  name: 'sandbox';
  sandbox: Sandbox;
}

/** The real control plane. */
export interface ClusterGround extends AnyGround {
  name: 'cluster';
  cluster: Cluster;
}

/** The grounds that this machine has: the sandbox always, the real control plane when its binaries are found. */
export function grounds(): GroundName[] {
  return hasCluster() ? ['sandbox', 'cluster'] : ['sandbox'];
}

/** Whether the binaries of the real control plane are found. `npm test` says once what is missing. */
export function hasCluster(): boolean {
  return 'folder' in findBinaries();
}

/** Starts a ground. Close it in `afterAll`, whatever happened. @throws Error when the cluster's binaries are missing */
export function startGround(name: 'sandbox', options?: GroundOptions): Promise<SandboxGround>;
export function startGround(name: GroundName, options?: GroundOptions): Promise<Ground>;
export async function startGround(name: GroundName, options: GroundOptions = {}): Promise<Ground> {
  if (name === 'cluster') {
    const cluster = await startCluster(options.cluster);
    return { name, cluster, url: cluster.url, kubeconfigPath: cluster.kubeconfigPath, close: () => cluster.stop() };
  }
  const folder = await mkdtemp(join(tmpdir(), 'aviary-ground-'));
  const sandbox = await startSandbox({ ...options.sandbox, kubeconfigPath: join(folder, 'kubeconfig') });
  const close = async () => {
    await sandbox.close();
    await rm(folder, { recursive: true, force: true });
  };
  return { name, sandbox, url: sandbox.url, kubeconfigPath: sandbox.kubeconfigPath, close };
}
