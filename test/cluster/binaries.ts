import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** The Go modules that the binaries are built from, and the commands of each: file name → Go package. */
export const MODULES = {
  kubernetes: {
    'kube-apiserver': 'k8s.io/kubernetes/cmd/kube-apiserver',
    'kube-controller-manager': 'k8s.io/kubernetes/cmd/kube-controller-manager',
    'kube-scheduler': 'k8s.io/kubernetes/cmd/kube-scheduler',
  },
  etcd: { etcd: 'go.etcd.io/etcd/server/v3' },
  kwok: { kwok: 'sigs.k8s.io/kwok/cmd/kwok' },
} as const;

/** Names of the binaries of a control plane. */
export const BINARIES: readonly string[] = Object.values(MODULES).flatMap((commands) => Object.keys(commands));

/** Where the `go.mod` of each module lies. */
export const MODULES_FOLDER = join(__dirname, 'modules');

/** Where the binaries are, or what is missing, in one line. */
export type FoundBinaries = { folder: string } | { missing: string };

/**
 * Looks for the binaries: in the folder that KUBEBUILDER_ASSETS names (the convention of controller-runtime's envtest), else in the cache
 * that `npm run cluster -- --build` fills. Nothing is built here.
 */
export function findBinaries(): FoundBinaries {
  const assets = process.env.KUBEBUILDER_ASSETS;
  const folder = assets || cacheFolder();
  const absent = BINARIES.filter((name) => !existsSync(join(folder, name)));
  if (absent.length === 0) return { folder };
  if (assets) return { missing: `KUBEBUILDER_ASSETS is ${assets}, where there is no ${absent.join(', no ')}` };
  return { missing: `no Kubernetes binaries in ${folder}; "npm run cluster -- --build" builds them there (needs Go)` };
}

/** The cache for binaries of exactly these modules: another version is another folder. */
export function cacheFolder(): string {
  const hash = createHash('sha256');
  for (const module of Object.keys(MODULES)) {
    for (const file of ['go.mod', 'go.sum']) hash.update(readFileSync(join(MODULES_FOLDER, module, file)));
  }
  const caches = process.env.XDG_CACHE_HOME || join(homedir(), '.cache');
  return join(caches, 'aviary', `kubernetes-${kubernetesVersion()}-${hash.digest('hex').slice(0, 8)}`);
}

/** Version of Kubernetes that the modules name, such as `v1.36.3`. */
export function kubernetesVersion(): string {
  const found = /^\s*(?:require )?k8s\.io\/kubernetes (v\S+)/m.exec(readFileSync(join(MODULES_FOLDER, 'kubernetes', 'go.mod'), 'utf8'));
  if (!found) throw new Error('test/cluster/modules/kubernetes/go.mod requires no k8s.io/kubernetes');
  return found[1];
}
