import { existsSync, readFileSync } from 'node:fs';
import type { RequestOptions } from 'node:https';
import { isIPv6 } from 'node:net';
import { dirname, join } from 'node:path';
import { ChangingFile } from './ChangingFile';
import { chooseContext, mergeKubeconfigs, parseKubeconfig, type KubeconfigChoice } from './Kubeconfig';
import { createSignIn, type SignIn } from './createSignIn';

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

/** What goes with a request. */
export interface ClusterCredentials {
  headers: Record<string, string>;
  tls: ClusterTls;
}

/** Where an API server is and how to prove who we are. */
export interface ClusterAccess {
  /** Base URL, perhaps with a path (a proxy in front of several clusters). */
  readonly server: string;
  /** An HTTP proxy to go through. */
  readonly proxyUrl?: string;
  /** Asked again for every request, because tokens rotate: in files, in exec plug-ins, in the kubeconfig itself. */
  credentials(): Promise<ClusterCredentials>;
}

/** What the environment of the process says about the cluster. */
export interface ClusterEnvironment {
  /** Files of KUBECONFIG, else `~/.kube/config`, whether they are there or not. */
  kubeconfigs: readonly string[];
  /** Folder into which the kubelet puts the service account of a pod; outside of a cluster it is not there. */
  serviceAccount: string;
  /** Host and port of the API server, which the kubelet tells every pod. */
  host?: string;
  port?: string;
}

/** Where credentials come from. `default` follows kubectl: KUBECONFIG, ~/.kube/config, then the pod's service account. */
export type ClusterSource =
  | { from: 'default'; environment: ClusterEnvironment; context?: string }
  | { from: 'file'; path: string; context?: string }
  | { from: 'text'; kubeconfig: string; context?: string };

/** What kubectl asks when nobody has told it of a cluster. */
const NOBODY_SAID: KubeconfigChoice = { cluster: { server: 'http://localhost:8080' }, user: {}, userName: '' };

/**
 * Reads a kubeconfig, or a pod's service account. A kubeconfig that is one file and written anew, as Secrets that are mounted are, is noticed
 * within 5 s, as are the files that it names (certificates, tokens); the address of the API server stays what it was.
 *
 * `now`: a monotonic clock, in milliseconds.
 *
 * @throws Error naming what the kubeconfig lacks
 */
export async function loadClusterAccess(source: ClusterSource, now?: () => number): Promise<ClusterAccess> {
  if (source.from === 'text') return accessOf(once(chooseContext(parseKubeconfig(source.kubeconfig, '.'), source.context)), now);
  const paths = source.from === 'file' ? [source.path] : source.environment.kubeconfigs.filter((path) => existsSync(path));
  if (source.from === 'default' && paths.length === 0) return accessOf(once(serviceAccountOf(source.environment) ?? NOBODY_SAID), now);
  const read = () => wayOf(chooseContext(mergeKubeconfigs(paths.map(readKubeconfig)), source.context));
  if (paths.length > 1) return accessOf(once(read().choice), now);
  const file = new ChangingFile(paths[0], read, now);
  return accessOf(() => file.content(), now);
}

interface Way {
  choice: KubeconfigChoice;
  signIn?: SignIn;
}

function wayOf(choice: KubeconfigChoice): Way {
  return { choice, signIn: createSignIn(choice) };
}

function once(choice: KubeconfigChoice): () => Way {
  const way = wayOf(choice);
  return () => way;
}

function readKubeconfig(path: string) {
  try {
    return parseKubeconfig(readFileSync(path, 'utf8'), dirname(path));
  } catch (error) {
    throw new Error(`the kubeconfig ${path} cannot be read: ${(error as Error).message}`);
  }
}

function serviceAccountOf({ serviceAccount, host, port }: ClusterEnvironment): KubeconfigChoice | undefined {
  const tokenFile = join(serviceAccount, 'token');
  if (host === undefined || port === undefined || !existsSync(tokenFile)) return undefined;
  const server = `https://${isIPv6(host) ? `[${host}]` : host}:${port}`;
  return { cluster: { server, 'certificate-authority': join(serviceAccount, 'ca.crt') }, user: { tokenFile }, userName: 'service account' };
}

/** `current`: what the credentials are taken from, each time. */
function accessOf(current: () => Way, now?: () => number): ClusterAccess {
  const { cluster } = current().choice;
  const files = new Map<string, ChangingFile<Buffer>>();
  const contentOf = (path: string) => {
    const file = files.get(path) ?? new ChangingFile(path, () => readFileSync(path), now);
    files.set(path, file);
    return file.content();
  };
  return {
    server: cluster.server,
    proxyUrl: cluster['proxy-url'],
    credentials: () => credentialsOf(current(), contentOf),
  };
}

/** Where a kubeconfig has both the content and the file, kubectl takes the content, but of a token the file. */
async function credentialsOf({ choice: { cluster, user }, signIn }: Way, contentOf: (path: string) => Buffer): Promise<ClusterCredentials> {
  const either = (data: string | undefined, path: string | undefined) =>
    (data && Buffer.from(data, 'base64')) || (path && contentOf(path)) || undefined;
  const signedIn: RequestOptions = { headers: {} };
  await signIn?.(signedIn);
  const headers = { ...(signedIn.headers as Record<string, string>) };
  const token = user.tokenFile ? contentOf(user.tokenFile).toString('utf8').trim() : user.token;
  if (token) headers.Authorization = `Bearer ${token}`;
  else if (user.username) headers.Authorization = `Basic ${Buffer.from(`${user.username}:${user.password ?? ''}`).toString('base64')}`;
  if (user.as) headers['Impersonate-User'] = user.as;
  return {
    headers,
    tls: {
      ca: either(cluster['certificate-authority-data'], cluster['certificate-authority']),
      cert: (signedIn.cert as string | undefined) ?? either(user['client-certificate-data'], user['client-certificate']),
      key: (signedIn.key as string | undefined) ?? either(user['client-key-data'], user['client-key']),
      rejectUnauthorized: cluster['insecure-skip-tls-verify'] ? false : undefined,
      servername: cluster['tls-server-name'],
    },
  };
}
