import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readConfigFile } from './readConfigFile';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'aviary-config-'));
});

afterAll(() => rm(folder, { recursive: true }));

async function file(text: string): Promise<string> {
  const path = join(folder, 'app-config.yaml');
  await writeFile(path, text);
  return path;
}

it('reads the section, with environment variables in any string', async () => {
  const path = await file(`
app: { title: Portal }
rollouts:
  engine:
    database: { connection: "postgres://\${USER_NAME}:\${ PASSWORD }@db/aviary" }
    providers: [ "\${PACKAGE}", "$\${literally}" ]
    clock: { speed: 20 }
`);
  expect(await readConfigFile(path, { environment: { USER_NAME: 'me', PASSWORD: 'x', PACKAGE: '@example/router' } })).toEqual({
    database: { connection: 'postgres://me:x@db/aviary' },
    providers: ['@example/router', '${literally}'],
    clock: { speed: 20 },
  });
});

it.each([
  ['', /has no section rollouts\.engine; the README of engine\/ shows one$/],
  ['rollouts: { engine: yes }', /has no section rollouts\.engine/],
  ['rollouts: { engine: { fieldManager: "${NOBODY_SET_THIS}" } }', /uses the environment variable NOBODY_SET_THIS, which is not set$/],
  ['rollouts: { engine: {', /app-config\.yaml is not YAML: /],
])('says what is wrong with %j', async (text, message) => {
  await expect(readConfigFile(await file(text), { environment: {} })).rejects.toThrow(message);
});

it('names a file that it cannot read', async () => {
  await expect(readConfigFile(join(folder, 'missing.yaml'))).rejects.toThrow(/^cannot read the configuration .*missing\.yaml: ENOENT/);
});
