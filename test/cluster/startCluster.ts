import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { freePorts } from '../harness/freePorts';
import { Balancer } from './Balancer';
import { findBinaries } from './binaries';
import { ClusterApi } from './ClusterApi';
import { Component } from './Component';
import { etcdFlags, apiServerFlags, controllerManagerFlags, schedulerFlags, kwokFlags } from './flags';
import { kubeconfig } from './kubeconfig';

const DEFINITIONS = join(__dirname, '../../deploy/crds');
const COMPONENT_USERS = ['admin', 'kube-controller-manager', 'kube-scheduler', 'kwok'];

/** What a control plane is started with. */
export interface ClusterOptions {
  /** Folder for certificates, data and logs; it stays when the cluster stops. Default: a temporary one, removed with it. */
  folder?: string;
  /** How many API servers; several are reached through a balancer. Default 1. */
  apiServers?: number;
  /** Port of the API (of the balancer, when there is one). Default: any free one. */
  port?: number;
  /** Names of further administrators, each with a token of its own, so that their requests can be told apart. */
  users?: readonly string[];
  /** Flags of the API servers beside the usual ones. */
  apiServerFlags?: readonly string[];
}

/** A real Kubernetes control plane on 127.0.0.1 with one fake node. */
export interface Cluster {
  /** Address of the API. */
  url: string;
  /** Addresses of the API servers themselves, past the balancer. */
  apiServerUrls: readonly string[];
  /** PEM of what signed the API's certificate. */
  certificates: string;
  /** Of the administrator. */
  kubeconfigPath: string;
  folder: string;
  etcdUrl: string;
  etcd: Component;
  apiServers: readonly Component[];
  controllerManager: Component;
  scheduler: Component;
  kwok: Component;
  /** As the administrator. */
  api: ClusterApi;
  /** Text of a kubeconfig for a user with a token: one of `users`, or any token that the API server accepts. */
  kubeconfigFor(user: string, token?: string): string;
  /** Waits until every API server answers. */
  ready(): Promise<void>;
  stop(): Promise<void>;
}

/**
 * Starts etcd, API servers, controller manager, scheduler and kwok, installs the custom resource definitions and waits until pods can run.
 *
 * @throws Error without binaries (see `findBinaries`), or with the end of the log of what did not start
 */
export async function startCluster(options: ClusterOptions = {}): Promise<Cluster> {
  const found = findBinaries();
  if ('missing' in found) throw new Error(found.missing);
  const folder = options.folder ?? (await mkdtemp(join(tmpdir(), 'aviary-cluster-')));
  await mkdir(join(folder, 'certificates'), { recursive: true });
  const tokens = new Map([...COMPONENT_USERS, ...(options.users ?? [])].map((user) => [user, randomBytes(16).toString('hex')]));
  await writeSecrets(folder, tokens);
  const count = options.apiServers ?? 1;
  const [etcdPort, peerPort, controllerManagerPort, schedulerPort, ...ports] = await freePorts(4 + count);
  if (options.port && count === 1) ports[0] = options.port;
  const etcdUrl = `http://127.0.0.1:${etcdPort}`;
  const component = (name: string, args: readonly string[], logName = name) =>
    new Component(name, { binary: join(found.folder, name), args, logFile: join(folder, `${logName}.log`) });

  const etcd = component('etcd', etcdFlags(folder, etcdUrl, peerPort));
  const apiServers = ports.map((port, index) =>
    component('kube-apiserver', [...apiServerFlags(folder, etcdUrl, port), ...(options.apiServerFlags ?? [])], `kube-apiserver-${index}`),
  );
  const controllerManager = component('kube-controller-manager', controllerManagerFlags(folder, controllerManagerPort));
  const scheduler = component('kube-scheduler', schedulerFlags(folder, schedulerPort));
  const kwok = component('kwok', kwokFlags(folder, join(__dirname, 'kwok.yaml')));
  let balancer: Balancer | undefined;

  async function stop(): Promise<void> {
    await Promise.all([kwok, scheduler, controllerManager].map((each) => each.stop('SIGKILL')));
    balancer?.close();
    await Promise.all(apiServers.map((each) => each.stop('SIGKILL')));
    await etcd.stop();
    if (!options.folder) await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  }

  try {
    etcd.start();
    await etcd.waitUntil('it is healthy', () => ClusterApi.answers(`${etcdUrl}/health`));
    const admin = (port: number) =>
      new ClusterApi({ url: `https://127.0.0.1:${port}`, certificates: () => certificates(folder), token: tokens.get('admin')! });
    const ready = async () => {
      // One after the other: the first makes the certificate that all use.
      for (const [index, server] of apiServers.entries()) {
        if (!server.pid) server.start();
        await server.waitUntil('it is ready', () => admin(ports[index]).isReady());
      }
    };
    await ready();
    if (count > 1) balancer = await Balancer.start(ports, options.port);
    const port = balancer?.port ?? ports[0];
    const url = `https://127.0.0.1:${port}`;
    const kubeconfigFor = (user: string, token = tokens.get(user)) => {
      if (!token) throw new Error(`the cluster was started without a user ${user}`);
      return kubeconfig({ url, certificates: certificates(folder), user, token });
    };
    for (const user of COMPONENT_USERS) await writeFile(join(folder, `${user}.kubeconfig`), kubeconfigFor(user), { mode: 0o600 });
    for (const each of [controllerManager, scheduler, kwok]) each.start();
    const api = admin(port);
    await api.create('/api/v1/nodes', { apiVersion: 'v1', kind: 'Node', metadata: { name: 'fake-0' } });
    await installDefinitions(api, found.folder);
    await kwok.waitUntil('the node is ready', () => api.hasReadyNode());
    await controllerManager.waitUntil('there are service accounts', () =>
      api.get('/api/v1/namespaces/default/serviceaccounts/default').then(Boolean),
    );
    return {
      url,
      apiServerUrls: ports.map((each) => `https://127.0.0.1:${each}`),
      certificates: certificates(folder),
      kubeconfigPath: join(folder, 'admin.kubeconfig'),
      folder,
      etcdUrl,
      etcd,
      apiServers,
      controllerManager,
      scheduler,
      kwok,
      api,
      kubeconfigFor,
      ready,
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

// The API server makes its own certificate; the file holds what signed it, too.
function certificates(folder: string): string {
  return readFileSync(join(folder, 'certificates', 'apiserver.crt'), 'utf8');
}

async function writeSecrets(folder: string, tokens: ReadonlyMap<string, string>): Promise<void> {
  const lines = [...tokens].map(([user, token]) => `${token},${user},${user},"system:masters"`);
  await writeFile(join(folder, 'tokens.csv'), `${lines.join('\n')}\n`, { mode: 0o600 });
  const { publicKey, privateKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  await writeFile(join(folder, 'serviceaccounts.pub'), publicKey);
  await writeFile(join(folder, 'serviceaccounts.key'), privateKey, { mode: 0o600 });
}

/** A project's own definitions when they were put beside the binaries, else those of this repository. */
async function installDefinitions(api: ClusterApi, binaries: string): Promise<void> {
  for (const file of ['flagger.yaml', 'trafficsplit.yaml']) {
    const upstream = join(binaries, 'crds', file);
    const path = existsSync(upstream) ? upstream : join(DEFINITIONS, file);
    for (const document of parseAllDocuments(readFileSync(path, 'utf8'))) {
      const definition = document.toJS();
      if (definition) await api.create('/apis/apiextensions.k8s.io/v1/customresourcedefinitions', definition);
    }
  }
}
