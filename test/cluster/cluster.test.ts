import { execFile, spawn } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { runKubectl } from '@aviary/sandbox/testing';
import { hasCluster } from '../harness/grounds';
import { sourceArguments } from '../harness/sourceArguments';
import { until } from '../harness/until';
import { startCluster, type Cluster } from './startCluster';

const REPOSITORY = join(__dirname, '../..');
const COMMAND = sourceArguments('test/cluster/run.ts');
const ENVIRONMENT = { ...process.env, NODE_OPTIONS: '' };
jest.setTimeout(120_000);

/** Processes that have the folder in their command line. */
async function processesOf(folder: string): Promise<string[]> {
  const ids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const lines = await Promise.all(ids.map((id) => readFile(`/proc/${id}/cmdline`, 'utf8').catch(() => '')));
  return lines.filter((line) => line.includes(folder));
}

describe('npm run cluster', () => {
  const run = (args: string[], env: NodeJS.ProcessEnv) =>
    promisify(execFile)(process.execPath, [...COMMAND, ...args], { cwd: REPOSITORY, env: { ...ENVIRONMENT, ...env } });

  it.each([
    [
      'no binary where KUBEBUILDER_ASSETS points',
      [],
      { KUBEBUILDER_ASSETS: '/nonexistent' },
      /^KUBEBUILDER_ASSETS is \/nonexistent, where/,
    ],
    [
      'neither binaries nor Go',
      [],
      { KUBEBUILDER_ASSETS: '', XDG_CACHE_HOME: '/nonexistent', PATH: '/nonexistent' },
      /^Go is not installed: /,
    ],
    ['a port that is none', ['--port', 'http'], {}, /^--port is a whole number from 1 to 65535, not "http"/],
    ['an unknown option', ['--kwok'], {}, /^Unknown option '--kwok'/],
  ])('says %s in one line', async (_, args, env, message) => {
    const failure = await run(args, env).then(
      () => null,
      (error: { code: number; stderr: string }) => error,
    );
    expect(failure).toMatchObject({ code: 1, stderr: expect.stringMatching(message) });
    expect(failure!.stderr.trim().split('\n')).toHaveLength(1);
  });
});

(hasCluster() ? describe : describe.skip)('a cluster', () => {
  let cluster: Cluster;
  beforeAll(async () => {
    cluster = await startCluster();
  });
  afterAll(() => cluster?.stop());

  const kubectl = async (...args: string[]) => {
    const { code, stdout, stderr } = await runKubectl(args, { kubeconfig: cluster.kubeconfigPath });
    if (code !== 0) throw new Error(stderr);
    return stdout;
  };

  async function create(name: string, annotations: Record<string, string>): Promise<void> {
    const spec = { containers: [{ name: 'main', image: 'example/main:1' }] };
    await cluster.api.create('/api/v1/namespaces/default/pods', { apiVersion: 'v1', kind: 'Pod', metadata: { name, annotations }, spec });
  }

  it('makes the pods of a Deployment ready', async () => {
    await kubectl('create', 'deployment', 'web', '--image=example/web:1', '--replicas=2');
    await kubectl('rollout', 'status', 'deployment/web', '--timeout=30s');
    expect(JSON.parse(await kubectl('get', 'deployment', 'web', '-o', 'json')).status).toMatchObject({ readyReplicas: 2 });
  });

  it('makes pods ready late, crash again and again, or never become ready, as annotated', async () => {
    await create('late', { 'sandbox.aviary.dev/ready-after': '2s' });
    await create('crashes', { 'sandbox.aviary.dev/crash-after': '1s' });
    await create('never', { 'sandbox.aviary.dev/never-ready': 'true' });
    await kubectl('wait', 'pod/late', '--for=condition=Ready', '--timeout=30s');
    const late = JSON.parse(await kubectl('get', 'pod', 'late', '-o', 'json'));
    const ready = late.status.conditions.find(({ type }: { type: string }) => type === 'Ready');
    expect(Date.parse(ready.lastTransitionTime) - Date.parse(late.status.startTime)).toBeGreaterThanOrEqual(1_000);
    await kubectl('wait', 'pod/crashes', '--for=jsonpath={.status.containerStatuses[0].restartCount}=1', '--timeout=40s');
    const never = JSON.parse(await kubectl('get', 'pod', 'never', '-o', 'json'));
    expect(never.status).toMatchObject({ phase: 'Running', containerStatuses: [{ ready: false, started: true }] });
  });

  it('gives service accounts tokens and holds them to their roles', async () => {
    const token = (await kubectl('create', 'token', 'default')).trim();
    const folder = await mkdtemp(join(tmpdir(), 'aviary-token-'));
    const kubeconfig = join(folder, 'kubeconfig');
    await writeFile(kubeconfig, cluster.kubeconfigFor('default', token));
    const { code, stderr } = await runKubectl(['get', 'pods'], { kubeconfig });
    await rm(folder, { recursive: true });
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: expect.stringContaining('User "system:serviceaccount:default:default" cannot list resource "pods"'),
    });
  });

  it('goes on with its objects after its API server was killed', async () => {
    await cluster.apiServers[0].stop('SIGKILL');
    await expect(kubectl('get', 'deployment', 'web')).rejects.toThrow('refused');
    await cluster.ready();
    expect(await kubectl('get', 'deployment', 'web', '-o', 'name')).toBe('deployment.apps/web\n');
  });

  it('leaves no process behind, however it ends', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'aviary-cluster-test-'));
    const outcomes = [];
    for (const signal of ['SIGINT', 'SIGKILL'] as const) {
      const data = join(folder, signal);
      const child = spawn(process.execPath, [...COMMAND, '--data-dir', data], { cwd: REPOSITORY, env: ENVIRONMENT });
      const lines = createInterface(child.stdout);
      await new Promise<void>((resolve) => lines.on('line', (line) => line.includes('export KUBECONFIG=') && resolve()));
      expect((await processesOf(data)).length).toBeGreaterThanOrEqual(6);
      child.kill(signal);
      await new Promise((resolve) => child.once('close', resolve));
      outcomes.push(await until(async () => (await processesOf(data)).length === 0 && 'gone', 20_000));
    }
    await rm(folder, { recursive: true, force: true });
    expect(outcomes).toEqual(['gone', 'gone']);
  });
});
