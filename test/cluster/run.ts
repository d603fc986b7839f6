import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { buildBinaries } from './buildBinaries';
import { findBinaries, kubernetesVersion } from './binaries';
import { startCluster } from './startCluster';

const HELP = `Usage: npm run cluster -- [options]

Starts a real Kubernetes ${kubernetesVersion()} control plane on 127.0.0.1, without containers: etcd, kube-apiserver, kube-controller-manager,
kube-scheduler, and kwok with a fake node, on which pods become ready without running. Ctrl-C stops it.
The binaries are built from Go modules the first time, into a cache, or taken from the folder that KUBEBUILDER_ASSETS names.

Options:
  --build               only build the binaries into the cache
  --port <port>         port of the API; any free one when not given
  --api-servers <n>     several API servers behind a balancer (default 1)
  --data-dir <folder>   keep certificates and logs there (it must not hold another cluster's); default: a temporary folder
  -h, --help            show this`;

main().catch((error: Error) => {
  console.error(error.message);
  process.exitCode = 1;
});

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      build: { type: 'boolean' },
      port: { type: 'string' },
      'api-servers': { type: 'string' },
      'data-dir': { type: 'string' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help) return console.log(HELP);
  const port = wholeNumber('--port', values.port, 65_535);
  const apiServers = wholeNumber('--api-servers', values['api-servers'], 9);
  const folder = values['data-dir'] && (await emptyFolder(resolve(values['data-dir'])));
  const found = findBinaries();
  if (values.build && 'folder' in found) return console.log(`nothing to build: the binaries are in ${found.folder}`);
  if ('missing' in found) {
    if (process.env.KUBEBUILDER_ASSETS) throw new Error(found.missing);
    await buildBinaries(console.log);
  }
  if (values.build) return undefined;
  await runUntilStopped({ port, apiServers, folder });
}

async function runUntilStopped(options: { port?: number; apiServers?: number; folder?: string }): Promise<void> {
  const stopped = new Promise((done) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, done);
  });
  const start = performance.now();
  const cluster = await startCluster(options);
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  console.log(`Kubernetes ${kubernetesVersion()} answers at ${cluster.url} (started in ${seconds} s).`);
  console.log(`  export KUBECONFIG=${cluster.kubeconfigPath}`);
  console.log(`Logs are in ${cluster.folder}. Its pods serve nothing. Ctrl-C stops it.`);
  await stopped;
  await cluster.stop();
}

function wholeNumber(option: string, text: string | undefined, most: number): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1 || value > most)
    throw new Error(`${option} is a whole number from 1 to ${most}, not "${text}".`);
  return value;
}

async function emptyFolder(folder: string): Promise<string> {
  if (existsSync(join(folder, 'etcd')))
    throw new Error(`${folder} holds a cluster's data already; choose another --data-dir or remove it.`);
  await mkdir(folder, { recursive: true });
  return folder;
}
