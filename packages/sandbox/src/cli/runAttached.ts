import { stringify } from 'yaml';
import { attachSimulator } from '../attached/attachSimulator';

/** Options of `sandbox attach`. */
export interface AttachedOptions {
  kubeconfig: string;
  /** Namespaces that get a load tester; those with such a Service when not given. */
  loadTesters?: string[];
}

/**
 * Runs the mesh simulator beside a cluster until `signal`; `say` gets what to tell, `warn` what goes wrong and that it goes well again.
 * Throws when the cluster cannot be read at the beginning.
 */
export async function runAttached(
  options: AttachedOptions,
  signal: Promise<unknown>,
  say: (text: string) => void,
  warn: (text: string) => void,
): Promise<void> {
  const simulator = await attachSimulator({
    kubeconfigPath: options.kubeconfig,
    loadTesterNamespaces: options.loadTesters,
    report: (sentence) => warn(`${new Date().toISOString()} ${sentence}`),
  });
  say(`Clients are simulated beside the cluster of ${options.kubeconfig}; ${simulator.url}/metrics shows what is counted.`);
  say('They call the Services that the ConfigMap kube-system/sandbox-traffic names (lines "namespace/service: requests per second").');
  say('For the engine, under rollouts.engine:\n');
  say(stringify({ addresses: { overrides: simulator.overrides } }));
  await signal;
  await simulator.close();
}
