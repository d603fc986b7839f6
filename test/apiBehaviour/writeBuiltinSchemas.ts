/**
 * Writes packages/sandbox/src/apiserver/schema/builtinSchemas.json from a real API server: what it publishes of the
 * kinds that the sandbox serves. Run it after a move to another Kubernetes:
 *
 *     node --require @backstage/cli/config/nodeTransform.cjs test/apiBehaviour/writeBuiltinSchemas.ts
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { builtinTypes } from '../../packages/sandbox/src/apiserver/builtinTypes';
import { startGround } from '../harness/grounds';
import { Api } from './Api';

const TARGET = join(__dirname, '../../packages/sandbox/src/apiserver/schema/builtinSchemas.json');
const PREFIX = '#/components/schemas/';

type Definitions = Record<string, any>;

async function main(): Promise<void> {
  const ground = await startGround('cluster');
  try {
    const all = await readAll(new Api(ground.kubeconfigPath));
    const wanted = reachable(all, rootsOf(all));
    const lines = [...wanted].sort().map((name) => `${JSON.stringify(name)}: ${JSON.stringify(slim(all[name]))}`);
    writeFileSync(TARGET, `{\n${lines.join(',\n')}\n}\n`);
    console.log(`${lines.length} schemas in ${TARGET}`);
  } finally {
    await ground.close();
  }
}

async function readAll(api: Api): Promise<Definitions> {
  const { paths } = (await api.get('/openapi/v3')).body;
  const groups = new Set(
    builtinTypes().flatMap((type) => type.versions.map(({ name }) => (type.group ? `apis/${type.group}/${name}` : `api/${name}`))),
  );
  const documents = [...groups].map(async (group) => (await api.get(paths[group].serverRelativeURL)).body.components.schemas);
  const all: Definitions = Object.assign({}, ...(await Promise.all(documents)));
  await api.close();
  return all;
}

function rootsOf(all: Definitions): string[] {
  const kinds = new Set(builtinTypes().flatMap((type) => type.versions.map(({ name }) => `${type.group}/${name}/${type.kind}`)));
  kinds.add('autoscaling/v1/Scale');
  const isRoot = ({ group, version, kind }: any) => kinds.has(`${group}/${version}/${kind}`);
  return Object.keys(all).filter((name) => all[name]['x-kubernetes-group-version-kind']?.some(isRoot));
}

function reachable(all: Definitions, roots: string[]): Set<string> {
  const seen = new Set<string>();
  const visit = (name: string) => {
    if (seen.has(name)) return;
    seen.add(name);
    for (const [, reference] of JSON.stringify(all[name]).matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g)) visit(reference);
  };
  roots.forEach(visit);
  return seen;
}

/**
 * The structure alone: without descriptions, and without the zero values that Go calls defaults, but for `{}`: that
 * tells a struct that is always there from one that may be missing. A lone reference stands for itself.
 */
function slim(schema: any, isSchema = true): any {
  if (Array.isArray(schema)) return schema.map((item) => slim(item));
  if (schema === null || typeof schema !== 'object') return schema;
  const entries = Object.entries<any>(schema)
    .filter(([key, value]) => !isSchema || !isNoise(key, value))
    .map(([key, value]) => [
      key,
      key === '$ref' && isSchema ? String(value).replace(PREFIX, '') : slim(value, !isSchema || key !== 'properties'),
    ]);
  const { allOf, ...rest } = Object.fromEntries(entries);
  return isSchema && allOf?.length === 1 ? { ...allOf[0], ...rest } : Object.fromEntries(entries);
}

function isNoise(key: string, value: unknown): boolean {
  if (key === 'description') return true;
  return key === 'default' && (value === '' || value === 0 || value === false);
}

void main();
