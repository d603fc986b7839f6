/**
 * Writes packages/sandbox/src/apiserver/proto/builtinMessages.json: the protobuf messages of the kinds that the sandbox
 * serves, out of the Go module `k8s.io/api` that the real API server is built from. Run it after a move to another
 * Kubernetes, where Go is:
 *
 *     node --require @backstage/cli/config/nodeTransform.cjs test/apiBehaviour/writeBuiltinMessages.ts
 */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Root } from 'protobufjs';
import { builtinTypes } from '../../packages/sandbox/src/apiserver/builtinTypes';
import { apiVersionOf } from '../../packages/sandbox/src/apiserver/ResourceType';

const TARGET = join(__dirname, '../../packages/sandbox/src/apiserver/proto/builtinMessages.json');
const MODULE = join(__dirname, '../cluster/modules/kubernetes');

/** What is sent as protobuf besides the objects themselves. */
const FURTHER_MESSAGES = [
  'k8s.io.apimachinery.pkg.runtime.Unknown',
  'k8s.io.apimachinery.pkg.apis.meta.v1.DeleteOptions',
  'k8s.io.api.authentication.v1.TokenRequest',
  'k8s.io.api.authentication.v1.SelfSubjectReview',
  'k8s.io.api.authorization.v1.SelfSubjectAccessReview',
  'k8s.io.api.authorization.v1.SelfSubjectRulesReview',
  'k8s.io.api.policy.v1.Eviction',
];

const kinds = builtinTypes().flatMap((type) =>
  type.versions.map(({ name }) => ({ apiVersion: apiVersionOf(type, name), kind: type.kind })),
);

main();

function main(): void {
  const folderOf = (module: string) =>
    execFileSync('go', ['list', '-m', '-f', '{{.Dir}}', module], { cwd: MODULE, encoding: 'utf8' }).trim();
  const folders: [string, string][] = ['k8s.io/apimachinery', 'k8s.io/api'].map((module) => [module, folderOf(module)]);
  const root = new Root();
  root.resolvePath = (_, file) => {
    const [module, folder] = folders.find(([name]) => file.startsWith(`${name}/`)) ?? ['', ''];
    return file.replace(module, folder);
  };
  const names = [...kinds.filter(({ apiVersion }) => !apiVersion.startsWith('apiextensions')).map(messageOf), ...FURTHER_MESSAGES];
  const files = names.map(
    (name) => `${name.slice(0, name.lastIndexOf('.')).replaceAll('.', '/').replace('k8s/io', 'k8s.io')}/generated.proto`,
  );
  root.loadSync([...new Set(files)], { keepCase: true }).resolveAll();
  const fieldsOf = (name: string) => {
    const { fields } = root.lookupType(name);
    return Object.values(fields).flatMap(({ resolvedType }) => (resolvedType ? [resolvedType.fullName.slice(1)] : []));
  };
  const messages = closure(names, fieldsOf).map((name) => {
    const { fields } = root.lookupType(name).toJSON({ keepComments: false });
    const qualified = Object.entries(fields).map(([field, { options: _, ...descriptor }]) => {
      const { resolvedType } = root.lookupType(name).fields[field];
      return [field, resolvedType ? { ...descriptor, type: resolvedType.fullName.slice(1) } : descriptor];
    });
    return [name, Object.fromEntries(qualified)] as const;
  });
  // One message per line, so that another version shows as what it changes.
  const lines = messages.map(([name, fields]) => `${JSON.stringify(name)}: ${JSON.stringify(fields)}`);
  writeFileSync(TARGET, `{\n${lines.join(',\n')}\n}\n`);
}

/** `k8s.io.api.apps.v1.Deployment` */
function messageOf({ apiVersion, kind }: { apiVersion: string; kind: string }): string {
  const [group, version] = apiVersion.includes('/') ? apiVersion.split('/') : ['core', apiVersion];
  return `k8s.io.api.${group.split('.')[0]}.${version}.${kind}`;
}

function closure(first: string[], next: (name: string) => string[]): string[] {
  const found = new Set(first);
  for (const name of found) next(name).forEach((other) => found.add(other));
  return [...found].sort();
}
