import { parse, stringify } from 'yaml';
import type { Cluster } from '../cluster/startCluster';

/** A kubeconfig of `user` that goes to another address of the cluster: past the balancer, or over a wire. `identity` stands for the token. */
export function kubeconfigAt(cluster: Cluster, url: string, user: string, identity?: Record<string, string>): string {
  const kubeconfig = parse(cluster.kubeconfigFor(user));
  kubeconfig.clusters[0].cluster.server = url;
  if (identity) kubeconfig.users[0].user = identity;
  return stringify(kubeconfig);
}
