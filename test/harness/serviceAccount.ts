import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { parse, parseAllDocuments, stringify } from 'yaml';
import { sourceArguments } from './sourceArguments';
import type { Stage } from './Stage';

const REPOSITORY = join(__dirname, '../..');

/** One rule of a printed role. */
export interface Rule {
  apiGroups: string[];
  resources: string[];
  resourceNames?: string[];
  verbs: string[];
}

/** An object that `npm run engine -- permissions` prints. */
export interface Manifest {
  kind: string;
  metadata: { name: string; namespace?: string };
  rules?: Rule[];
}

/** What the stand-alone process prints as the permissions of an engine with these settings. */
export async function printPermissions(
  engine: Record<string, unknown>,
  ...options: string[]
): Promise<{ text: string; manifests: Manifest[] }> {
  const folder = await mkdtemp(join(tmpdir(), 'aviary-permissions-'));
  try {
    const file = join(folder, 'app-config.yaml');
    await writeFile(file, stringify({ rollouts: { engine } }));
    const args = sourceArguments('engine/src/main.ts', 'permissions', '-c', file, ...options);
    // Without what the test runner tells Node to load.
    const env = { ...process.env, NODE_OPTIONS: '' };
    const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: REPOSITORY, env });
    return { text: stdout, manifests: parseAllDocuments(stdout).map((document) => document.toJS()) };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** A kubeconfig with a service account's token; `remove` deletes it. */
export interface ServiceAccount {
  kubeconfigPath: string;
  remove(): Promise<void>;
}

/** Grants what was printed to the service account that it names, and takes a token of it. */
export async function becomeServiceAccount(stage: Stage, permissions: string): Promise<ServiceAccount> {
  const { metadata } = parseAllDocuments(permissions)[0].toJS() as Manifest;
  await stage.apply(stringify({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: metadata.namespace } }));
  await stage.apply(permissions);
  const token = await stage.kubectl('create', 'token', metadata.name, '-n', metadata.namespace!, '--duration', '6h');
  const config = parse(await readFile(stage.ground.kubeconfigPath, 'utf8'));
  for (const each of config.users) each.user = { token: token.trim() };
  const folder = await mkdtemp(join(tmpdir(), 'aviary-account-'));
  const kubeconfigPath = join(folder, 'kubeconfig');
  await writeFile(kubeconfigPath, stringify(config), { mode: 0o600 });
  return { kubeconfigPath, remove: () => rm(folder, { recursive: true, force: true }) };
}
