import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { parse, parseAllDocuments, stringify } from 'yaml';
import type { Stage } from '../harness/Stage';

const REPOSITORY = join(__dirname, '../..');
const NAMESPACE = 'aviary';

/** One rule of a printed role. */
export interface Rule {
  apiGroups: string[];
  resources: string[];
  resourceNames?: string[];
  verbs: string[];
}

/** An object that `permissions` printed. */
export interface Manifest {
  kind: string;
  metadata: { name: string; namespace?: string };
  rules?: Rule[];
}

/** What the stand-alone process prints as the permissions of an engine with these settings. */
export async function printPermissions(
  engine: Record<string, unknown>,
  folder: string,
  ...options: string[]
): Promise<{ text: string; manifests: Manifest[] }> {
  const file = join(folder, 'permissions.yaml');
  await writeFile(file, stringify({ rollouts: { engine } }));
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--no-warnings', '--require', '@backstage/cli/config/nodeTransform.cjs', 'engine/src/main.ts', 'permissions', '-c', file, ...options],
    // Without what the test runner tells Node to load.
    { cwd: REPOSITORY, env: { ...process.env, NODE_OPTIONS: '' } },
  );
  return { text: stdout, manifests: parseAllDocuments(stdout).map((document) => document.toJS()) };
}

/** Grants what was printed to a service account and writes a kubeconfig with its token; resolves with the path of that. */
export async function becomeServiceAccount(stage: Stage, permissions: string, folder: string): Promise<string> {
  await stage.apply(stringify({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAMESPACE } }));
  await stage.apply(permissions);
  const token = (await stage.kubectl('create', 'token', 'aviary', '-n', NAMESPACE, '--duration', '2h')).trim();
  const config = parse(await readFile(stage.ground.kubeconfigPath, 'utf8'));
  for (const each of config.users) each.user = { token };
  const path = join(folder, 'serviceaccount.kubeconfig');
  await writeFile(path, stringify(config), { mode: 0o600 });
  return path;
}
