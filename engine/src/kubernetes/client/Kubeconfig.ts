import { resolve } from 'node:path';
import { parse } from 'yaml';

/** A cluster as a kubeconfig has it, in its words; what the engine does not use is left out. Files are absolute. */
export interface KubeconfigCluster {
  server: string;
  'certificate-authority'?: string;
  'certificate-authority-data'?: string;
  'insecure-skip-tls-verify'?: boolean;
  'tls-server-name'?: string;
  'proxy-url'?: string;
}

/** A user as a kubeconfig has it, in its words. Files are absolute. */
export interface KubeconfigUser {
  'client-certificate'?: string;
  'client-certificate-data'?: string;
  'client-key'?: string;
  'client-key-data'?: string;
  token?: string;
  tokenFile?: string;
  username?: string;
  password?: string;
  as?: string;
  exec?: object;
  'auth-provider'?: object;
}

/** What a kubeconfig has, by name. */
export interface Kubeconfig {
  clusters: ReadonlyMap<string, KubeconfigCluster>;
  users: ReadonlyMap<string, KubeconfigUser>;
  contexts: ReadonlyMap<string, { cluster?: string; user?: string }>;
  'current-context'?: string;
}

/** One way into one cluster. */
export interface KubeconfigChoice {
  cluster: KubeconfigCluster;
  /** Empty for a context without a user. */
  user: KubeconfigUser;
  /** Of the user; '' without one. */
  userName: string;
}

const CLUSTER_FILES = ['certificate-authority'] as const;
const USER_FILES = ['client-certificate', 'client-key', 'tokenFile'] as const;

/** Reads the text of a kubeconfig; files that it names are relative to `folder`. @throws Error when it is not YAML, or no kubeconfig */
export function parseKubeconfig(text: string, folder: string): Kubeconfig {
  const content: unknown = parse(text);
  if (content === null || typeof content !== 'object' || Array.isArray(content)) throw new Error('it is no kubeconfig: it has no clusters');
  const { clusters, users, contexts, 'current-context': currentContext } = content as Record<string, any>;
  return {
    clusters: byName(clusters, 'cluster', (cluster: KubeconfigCluster) => withAbsolute(cluster, CLUSTER_FILES, folder)),
    users: byName(users, 'user', (user: KubeconfigUser) => withAbsolute(user, USER_FILES, folder)),
    contexts: byName(contexts, 'context', (context) => context),
    'current-context': currentContext || undefined,
  };
}

/** Several kubeconfigs as one, as kubectl merges the files of KUBECONFIG: who says something first is believed. */
export function mergeKubeconfigs(all: readonly Kubeconfig[]): Kubeconfig {
  const merged = <T>(part: (kubeconfig: Kubeconfig) => ReadonlyMap<string, T>) =>
    new Map([...all].reverse().flatMap((kubeconfig) => [...part(kubeconfig)]));
  return {
    clusters: merged(({ clusters }) => clusters),
    users: merged(({ users }) => users),
    contexts: merged(({ contexts }) => contexts),
    'current-context': all.find((kubeconfig) => kubeconfig['current-context'] !== undefined)?.['current-context'],
  };
}

/** Finds the cluster and the user of a context, the current one by default. @throws Error naming what is missing */
export function chooseContext(kubeconfig: Kubeconfig, wanted?: string): KubeconfigChoice {
  const name = wanted ?? kubeconfig['current-context'] ?? '';
  const context = kubeconfig.contexts.get(name);
  if (!context && wanted !== undefined) {
    throw new Error(`the kubeconfig has no context "${wanted}"; it has ${[...kubeconfig.contexts.keys()].join(', ') || 'none'}`);
  }
  const cluster = kubeconfig.clusters.get(context?.cluster ?? '');
  if (!cluster?.server) throw new Error(`the kubeconfig's current context "${name}" names no cluster; choose a context that does`);
  const userName = context?.user ?? '';
  const user = userName === '' ? {} : kubeconfig.users.get(userName);
  if (!user) throw new Error(`the kubeconfig's context "${name}" is for the user "${userName}", whom the kubeconfig does not have`);
  return { cluster: { ...cluster, server: cluster.server.replace(/\/$/, '') }, user, userName };
}

/** A list `[{name, <field>: {…}}]` by name, as kubeconfigs have them. Where a name comes twice the first is believed. */
function byName<T extends object>(list: unknown, field: string, read: (value: T) => T): Map<string, T> {
  const found = new Map<string, T>();
  for (const each of Array.isArray(list) ? list : []) {
    if (typeof each?.name === 'string' && !found.has(each.name)) found.set(each.name, read(each[field] ?? {}));
  }
  return found;
}

function withAbsolute<T extends object>(entry: T, fields: readonly (keyof T)[], folder: string): T {
  const files = fields.filter((field) => entry[field]).map((field) => [field, resolve(folder, String(entry[field]))]);
  return { ...entry, ...Object.fromEntries(files) };
}
