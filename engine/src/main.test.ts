import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { get } from 'node:http';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { startPostgres, type EmbeddedPostgres } from '@aviary/embedded-postgres';
import { parseAllDocuments, stringify } from 'yaml';
import { TestCluster } from './controller/testing/TestCluster';

jest.setTimeout(60_000);

const REPOSITORY = resolve(__dirname, '../..');
const LOADER = ['--no-warnings', '--require', '@backstage/cli/config/nodeTransform.cjs', 'engine/src/main.ts'];

let folder: string;
let running: ChildProcess | undefined;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'aviary-main-'));
});

afterAll(async () => {
  running?.kill('SIGKILL');
  await rm(folder, { recursive: true, force: true });
});

interface Ended {
  code: number | null;
  output: string;
  errors: string;
}

/** Starts the engine as users do; `ended` resolves when it has. */
function engine(...options: string[]): { child: ChildProcess; output: () => string; ended: Promise<Ended> } {
  const child = spawn(process.execPath, [...LOADER, ...options], {
    cwd: REPOSITORY,
    env: { PATH: process.env.PATH, HOME: folder, NODE_OPTIONS: '' },
  });
  running = child;
  let output = '';
  let errors = '';
  child.stdout.on('data', (chunk) => (output += chunk));
  child.stderr.on('data', (chunk) => (errors += chunk));
  const ended = new Promise<Ended>((done) => child.on('close', (code) => done({ code, output, errors })));
  return { child, output: () => output, ended };
}

async function configFile(settings: Record<string, unknown>): Promise<string> {
  const path = join(folder, 'app-config.yaml');
  await writeFile(path, stringify({ rollouts: { engine: settings } }));
  return path;
}

function read(url: string): Promise<{ status: number; body: string }> {
  return new Promise((done, fail) => {
    get(url, (response) => {
      let body = '';
      response.on('data', (chunk) => (body += chunk));
      response.on('end', () => done({ status: response.statusCode ?? 0, body }));
    }).on('error', fail);
  });
}

it('says how it is used', async () => {
  const { code, output } = await engine('--help').ended;
  expect(code).toBe(0);
  for (const option of ['--config', '--kubeconfig', '--context', '--log-level']) expect(output).toContain(option);
});

describe('what is wrong is said in one message, without a stack', () => {
  it.each<[string, string[], RegExp]>([
    ['no configuration', [], /required option '-c, --config <file>' not specified/],
    ['no such file', ['-c', '/nowhere.yaml'], /^cannot read the configuration \/nowhere\.yaml/],
    ['an unknown log level', ['-c', 'app-config.yaml', '--log-level', 'loud'], /Allowed choices are debug, info, warn, error/],
  ])('%s', async (_, options, message) => {
    const { code, errors } = await engine(...options).ended;
    expect([code, errors.trim()]).toEqual([1, expect.stringMatching(message)]);
    expect(errors).not.toMatch(/^\s+at /m);
  });

  it('a setting that does not exist', async () => {
    const path = await configFile({ cluster: {}, database: { connection: 'postgres://me:hidden@127.0.0.1:1/x' }, meshProvidr: 'linkerd' });
    const { code, errors } = await engine('-c', path).ended;
    expect([code, errors]).toEqual([1, expect.stringContaining('rollouts.engine: unknown setting "meshProvidr"; known are')]);
  });

  it('no kubeconfig', async () => {
    const path = await configFile({ cluster: {}, database: { connection: 'postgres://me:hidden@127.0.0.1:1/x' } });
    const { code, errors } = await engine('-c', path, '--kubeconfig', '/nowhere').ended;
    expect([code, errors.trim()]).toEqual([
      1,
      'there is no kubeconfig /nowhere; correct rollouts.engine.cluster.kubeconfig or --kubeconfig',
    ]);
  });

  it('no database, and the password is not told', async () => {
    const kubeconfig = join(folder, 'kubeconfig');
    await writeFile(kubeconfig, stringify(aKubeconfig('http://127.0.0.1:1')));
    const connection = 'postgres://me:hidden@127.0.0.1:1/x';
    const path = await configFile({ cluster: { kubeconfig }, database: { connection }, listen: { port: 0 } });
    const { code, errors, output } = await engine('-c', path).ended;
    expect([code, errors]).toEqual([
      1,
      expect.stringMatching(/^the database cannot be used: .*ECONNREFUSED.*; correct rollouts\.engine\.database/),
    ]);
    expect(output + errors).not.toContain('hidden');
  });
});

describe('permissions', () => {
  it('are printed as YAML, without a cluster or a database', async () => {
    const path = await configFile({ database: { connection: '${NOT_SET}' }, meshProvider: 'kubernetes' });
    const { code, output, errors } = await engine('permissions', '-c', path, '--router', 'linkerd', '--namespace', 'tools', '--outside')
      .ended;
    expect([code, errors]).toEqual([0, '']);
    const [account, role, binding] = parseAllDocuments(output).map((document) => document.toJS());
    expect(account.metadata).toEqual({ name: 'aviary', namespace: 'tools' });
    const resources = role.rules.flatMap((rule: { resources: string[] }) => rule.resources);
    expect(resources).toEqual(expect.arrayContaining(['canaries/status', 'services/proxy', 'trafficsplits']));
    expect(binding.subjects).toEqual([{ kind: 'ServiceAccount', name: 'aviary', namespace: 'tools' }]);
  });

  it('of a router that is not known are an error', async () => {
    const path = await configFile({ database: { connection: 'x' }, meshProvider: 'linkrd' });
    const { code, errors } = await engine('permissions', '-c', path).ended;
    expect([code, errors.trim()]).toEqual([1, expect.stringMatching(/There is no router provider "linkrd".*Did you mean "linkerd"/)]);
  });
});

describe('at work', () => {
  let cluster: TestCluster;
  let postgres: EmbeddedPostgres;

  beforeAll(async () => {
    [cluster, postgres] = await Promise.all([TestCluster.start(), startPostgres()]);
  });

  afterAll(async () => {
    await cluster.close();
    await postgres.stop();
  });

  it('serves health and metrics, and ends in good order when told to', async () => {
    const kubeconfig = join(folder, 'kubeconfig');
    await writeFile(kubeconfig, cluster.server.kubeconfig());
    const path = await configFile({
      cluster: { name: 'east' },
      database: { connection: postgres.connectionString },
      listen: { port: 0 },
    });
    const { child, output, ended } = engine('-c', path, '--kubeconfig', kubeconfig);
    await untilLogged(output, /"msg":"ready"/);
    const { health } = JSON.parse(
      output()
        .split('\n')
        .find((line) => line.includes('"msg":"ready"'))!,
    );
    expect(await read(health)).toEqual({ status: 200, body: expect.stringContaining('"problems": []') });
    expect(await read(new URL('/healthz', health).href)).toEqual({ status: 200, body: 'OK' });
    const { body } = await read(new URL('/metrics', health).href);
    expect(body).toMatch(/^aviary_lease_valid 1$/m);
    expect(body).toMatch(/^aviary_shards 512$/m);
    expect(body).toMatch(/^flagger_info\{.*mesh_provider="kubernetes"\} 1$/m);
    expect(await read(new URL('/other', health).href)).toMatchObject({ status: 404 });
    child.kill('SIGTERM');
    expect(await ended).toMatchObject({ code: 0, errors: '' });
  });

  it('refuses a cluster that the database knows under another name', async () => {
    const kubeconfig = join(folder, 'kubeconfig');
    await writeFile(kubeconfig, cluster.server.kubeconfig());
    const path = await configFile({
      cluster: { name: 'west', kubeconfig },
      database: { connection: postgres.connectionString },
      listen: { port: 0 },
    });
    const { code, errors } = await engine('-c', path).ended;
    expect([code, errors]).toEqual([1, expect.stringMatching(/east/)]);
  });
});

async function untilLogged(output: () => string, text: RegExp): Promise<void> {
  const end = performance.now() + 40_000;
  while (!text.test(output())) {
    if (performance.now() > end) throw new Error(`the engine did not log ${text}: ${output()}`);
    await new Promise((done) => {
      setTimeout(done, 50);
    });
  }
}

function aKubeconfig(server: string): unknown {
  return {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'x', cluster: { server } }],
    users: [{ name: 'x', user: { token: 'x' } }],
    contexts: [{ name: 'x', context: { cluster: 'x', user: 'x' } }],
    'current-context': 'x',
  };
}
