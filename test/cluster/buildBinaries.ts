import { execFile, spawn } from 'node:child_process';
import { copyFile, mkdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { BINARIES, MODULES, MODULES_FOLDER, cacheFolder, kubernetesVersion } from './binaries';

/**
 * The custom resource definitions that Flagger itself publishes, out of its Go module. A cluster gets them instead of this repository's
 * own, so that ours are compared with what users have installed. (No Go module has TrafficSplit as Linkerd's SMI extension serves it:
 * those that there are serve other versions, or are written for Kubernetes before 1.22.)
 */
const UPSTREAM_DEFINITIONS = [{ module: 'github.com/fluxcd/flagger@v1.44.0', file: 'artifacts/flagger/crd.yaml', name: 'flagger.yaml' }];

/**
 * Builds the binaries into the cache and returns the folder; `say` is told what is being built. A build that is broken off leaves nothing.
 *
 * @throws Error without Go, or with what Go said
 */
export async function buildBinaries(say: (line: string) => void): Promise<string> {
  const go = await run('go', ['version'], MODULES_FOLDER).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
    throw new Error('Go is not installed: install Go 1.26 or newer, or point KUBEBUILDER_ASSETS at a folder with the Kubernetes binaries');
  });
  const folder = cacheFolder();
  say(`building Kubernetes ${kubernetesVersion()} with ${go.trim()} into ${folder}; the first time takes minutes`);
  const unfinished = `${folder}.${process.pid}`;
  await mkdir(join(unfinished, 'crds'), { recursive: true });
  try {
    for (const [module, commands] of Object.entries(MODULES)) {
      for (const [name, path] of Object.entries(commands)) {
        const start = performance.now();
        await build(module, path, join(unfinished, name));
        say(`  ${name} built in ${Math.round((performance.now() - start) / 1000)} s`);
      }
    }
    for (const { module, file, name } of UPSTREAM_DEFINITIONS) {
      const { Dir } = JSON.parse(await run('go', ['mod', 'download', '-json', module], MODULES_FOLDER));
      await copyFile(join(Dir, file), join(unfinished, 'crds', name));
    }
    await rm(folder, { recursive: true, force: true });
    await mkdir(dirname(folder), { recursive: true });
    await rename(unfinished, folder);
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
  say(`${BINARIES.length} binaries are in ${folder}`);
  return folder;
}

async function build(module: string, path: string, output: string): Promise<void> {
  const flags = ['-s -w', ...(module === 'kubernetes' ? versionFlags(kubernetesVersion()) : [])].join(' ');
  const args = ['build', '-trimpath', '-ldflags', flags, '-o', output, path];
  const child = spawn('go', args, {
    cwd: join(MODULES_FOLDER, module),
    env: { ...process.env, CGO_ENABLED: '0' },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const code = await new Promise((resolve, reject) => child.on('error', reject).on('close', resolve));
  if (code !== 0) throw new Error(`go ${args.join(' ')} ended with ${code}`);
}

// Without these the API server says that it is v0.0.0-master.
function versionFlags(version: string): string[] {
  const [major, minor] = version.slice(1).split('.');
  const values = { gitVersion: version, gitMajor: major, gitMinor: minor, gitTreeState: 'clean' };
  return Object.entries(values).map(([name, value]) => `-X k8s.io/component-base/version.${name}=${value}`);
}

async function run(command: string, args: string[], cwd: string): Promise<string> {
  return (await promisify(execFile)(command, args, { cwd })).stdout;
}
