import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { KubeConfig } from '@kubernetes/client-node';
import { parse } from 'yaml';
import { ChangingFile } from './ChangingFile';

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
  /** Asked again for every request, because tokens rotate: in files, in exec plug-ins, in the kubeconfig itself. */
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
 * A kubeconfig file that is written anew, as Secrets that are mounted are, is noticed within 5 s; the address of the API
 * server stays what it was.
 *
 * `now`: a monotonic clock, in milliseconds.
 *
 * @throws Error naming what the kubeconfig lacks
 */
export async function loadClusterAccess(source: ClusterSource, now?: () => number): Promise<ClusterAccess> {
  const { KubeConfig: Config }: typeof import('@kubernetes/client-node') = require('@kubernetes/client-node');
  const read = () => {
    const config = new Config();
    if (source.from === 'inCluster') config.loadFromCluster();
    else if (source.from === 'file') config.loadFromFile(source.path);
    else if (source.from === 'text') config.loadFromString(source.kubeconfig);
    else config.loadFromDefault();
    if (source.from !== 'inCluster' && source.context !== undefined) selectContext(config, source.context);
    clusterOf(config);
    return config;
  };
  if (source.from !== 'file') {
    const config = read();
    return accessOf(config, () => ({ config }));
  }
  const contentOf = <T>(path: string, make: () => T) => new ChangingFile(path, make, now);
  const file = contentOf(source.path, () => {
    const config = read();
    const tokenFile = tokenFileOf(source.path, config.getCurrentUser()?.name);
    return { config, tokenFile: tokenFile && contentOf(tokenFile, () => readFileSync(tokenFile, 'utf8').trim()) };
  });
  return accessOf(file.content().config, () => {
    const { config, tokenFile } = file.content();
    return { config, token: tokenFile ? tokenFile.content() : undefined };
  });
}

/** The official client drops `tokenFile`, which kubectl reads. */
function tokenFileOf(kubeconfig: string, user: string | undefined): string | undefined {
  const { users }: { users?: { name: string; user?: { tokenFile?: string } }[] } = parse(readFileSync(kubeconfig, 'utf8'));
  const tokenFile = users?.find(({ name }) => name === user)?.user?.tokenFile;
  return tokenFile && resolve(dirname(kubeconfig), tokenFile);
}

function selectContext(config: KubeConfig, context: string): void {
  if (!config.getContextObject(context)) {
    const known = config.getContexts().map((each) => each.name);
    throw new Error(`the kubeconfig has no context "${context}"; it has ${known.join(', ') || 'none'}`);
  }
  config.setCurrentContext(context);
}

function clusterOf(config: KubeConfig) {
  const cluster = config.getCurrentCluster();
  if (cluster) return cluster;
  throw new Error(`the kubeconfig's current context "${config.getCurrentContext() ?? ''}" names no cluster; choose a context that does`);
}

/** `current`: what the credentials are taken from, each time; a token of its own goes before the config's. */
function accessOf(first: KubeConfig, current: () => { config: KubeConfig; token?: string }): ClusterAccess {
  const cluster = clusterOf(first);
  return {
    server: cluster.server,
    proxyUrl: cluster.proxyUrl,
    async credentials() {
      const { config, token } = current();
      const options = await httpsOptions(config);
      const headers: Record<string, string> = { ...(options.headers as Record<string, string> | undefined) };
      const user = config.getCurrentUser();
      if (user?.username) headers.Authorization = `Basic ${Buffer.from(`${user.username}:${user.password ?? ''}`).toString('base64')}`;
      if (token !== undefined) headers.Authorization = `Bearer ${token}`;
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
