import type { KubeConfig } from '@kubernetes/client-node';

/** TLS settings towards one API server. */
export interface ClusterTls {
  ca?: Buffer | string;
  cert?: Buffer | string;
  key?: Buffer | string;
  /** False accepts any server certificate (`insecure-skip-tls-verify`). */
  rejectUnauthorized?: boolean;
  /** The name that the server's certificate must carry, when not that of the address. */
  servername?: string;
}

/** Where an API server is and how to prove who we are. */
export interface ClusterAccess {
  /** Base URL, perhaps with a path (a proxy in front of several clusters). */
  readonly server: string;
  /** An HTTP proxy to go through. */
  readonly proxyUrl?: string;
  /** Asked again for every request, because tokens of files and exec plug-ins rotate. */
  credentials(): Promise<{ headers: Record<string, string>; tls: ClusterTls }>;
}

/** Where credentials come from. `default` follows kubectl: KUBECONFIG, ~/.kube/config, then the pod's service account. */
export type ClusterSource =
  | { from: 'default'; context?: string }
  | { from: 'inCluster' }
  | { from: 'file'; path: string; context?: string }
  | { from: 'text'; kubeconfig: string; context?: string };

/**
 * Reads a kubeconfig with the official client, which is used for nothing else. It is loaded here, at call
 * time, because it brings thousands of generated files along; by `require`, because Jest cannot `import()`.
 *
 * @throws Error naming what the kubeconfig lacks
 */
export async function loadClusterAccess(source: ClusterSource): Promise<ClusterAccess> {
  const { KubeConfig: Config }: typeof import('@kubernetes/client-node') = require('@kubernetes/client-node');
  const config = new Config();
  if (source.from === 'inCluster') config.loadFromCluster();
  else if (source.from === 'file') config.loadFromFile(source.path);
  else if (source.from === 'text') config.loadFromString(source.kubeconfig);
  else config.loadFromDefault();
  if (source.from !== 'inCluster' && source.context !== undefined) selectContext(config, source.context);
  return accessOf(config);
}

function selectContext(config: KubeConfig, context: string): void {
  if (!config.getContextObject(context)) {
    const known = config.getContexts().map((each) => each.name);
    throw new Error(`the kubeconfig has no context "${context}"; it has ${known.join(', ') || 'none'}`);
  }
  config.setCurrentContext(context);
}

function accessOf(config: KubeConfig): ClusterAccess {
  const cluster = config.getCurrentCluster();
  if (!cluster) {
    throw new Error(`the kubeconfig's current context "${config.getCurrentContext() ?? ''}" names no cluster; choose a context that does`);
  }
  const user = config.getCurrentUser();
  return {
    server: cluster.server,
    proxyUrl: cluster.proxyUrl,
    async credentials() {
      const options = await httpsOptions(config);
      const headers: Record<string, string> = { ...(options.headers as Record<string, string> | undefined) };
      if (user?.username) headers.Authorization = `Basic ${Buffer.from(`${user.username}:${user.password ?? ''}`).toString('base64')}`;
      return {
        headers,
        tls: {
          ca: options.ca as Buffer | undefined,
          cert: options.cert as Buffer | undefined,
          key: options.key as Buffer | undefined,
          rejectUnauthorized: options.rejectUnauthorized,
          servername: options.servername,
        },
      };
    },
  };
}

/**
 * The public way to the certificates and the token, `applyToHTTPSOptions`, also builds an https.Agent and refuses
 * plain http there, which kubectl accepts; the private half does just what is needed.
 */
async function httpsOptions(config: KubeConfig): Promise<import('node:https').RequestOptions> {
  const options: import('node:https').RequestOptions = {};
  await (config as unknown as { applyOptions(target: typeof options): Promise<void> }).applyOptions(options);
  return options;
}
