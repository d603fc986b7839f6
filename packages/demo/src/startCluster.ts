import { startSandbox } from '@aviary/sandbox';
import type { ClockOrigin } from './DemoClock';
import type { DemoPart } from './DemoPart';

/** Starts the sandbox cluster in this process and writes its kubeconfig. */
export async function startCluster(options: {
  port: number;
  origin: ClockOrigin;
  dataDir: string;
  seed: boolean;
  kubeconfigPath: string;
}): Promise<DemoPart> {
  const sandbox = await startSandbox(options);
  return {
    name: 'the sandbox cluster',
    // It lives and dies with this process.
    ended: new Promise(() => {}),
    stop: () => sandbox.close(),
  };
}
