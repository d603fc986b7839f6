import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';

/** Where the kubelet puts the service account of a pod. */
const SERVICE_ACCOUNT = '/var/run/secrets/kubernetes.io/serviceaccount';

/** Reads what the environment says about the cluster, as kubectl and the client libraries do. */
export function readClusterEnvironment(environment: NodeJS.ProcessEnv = process.env, home: string = homedir()) {
  const named = (environment.KUBECONFIG ?? '').split(delimiter).filter(Boolean);
  return {
    kubeconfigs: named.length > 0 ? named : [join(home, '.kube', 'config')],
    serviceAccount: SERVICE_ACCOUNT,
    host: environment.KUBERNETES_SERVICE_HOST,
    port: environment.KUBERNETES_SERVICE_PORT,
  };
}
