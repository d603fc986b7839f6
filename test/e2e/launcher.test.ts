import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until } from '../harness/until';
import { startDemo, type Demo } from './startDemo';

jest.setTimeout(300_000);

describe('npm start, as somebody at a terminal sees it', () => {
  let dataDir: string;
  let demo: Demo | undefined;

  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'aviary-e2e-'));
    await chmod(dataDir, 0o755);
  });
  afterAll(async () => {
    await demo?.interrupt();
    await rm(dataDir, { recursive: true, force: true });
  });

  it('says how far it is and ends with one line that is ready', async () => {
    demo = await startDemo({ dataDir, speed: 12 });
    const { lines, portal, kubeconfig } = demo;
    expect(lines.at(-1)).toBe(`ready  portal ${portal}/rollouts  kubeconfig ${kubeconfig}`);
    expect(lines.filter((line) => line.startsWith('ready'))).toHaveLength(1);
    const progress = lines.slice(0, -1);
    expect(progress).toEqual(progress.map(() => expect.stringMatching(/^ *\d+\.\d s {2}\w+ +\S/)));
    for (const part of ['database', 'cluster', 'portal', 'engine']) {
      expect(progress.some((line) => line.includes(` s  ${part} `))).toBe(true);
    }
    expect((await fetch(`${portal}/rollouts`)).status).toBe(200);
  });

  it('has a cluster that the real kubectl knows, with services that have been released', async () => {
    const nodes = await demo!.kubectl('get', 'canaries', '-A', '-o', 'name');
    expect(nodes.trim().split('\n')).toHaveLength(7);
    expect(await outcome('ledger')).toMatch(/^Waiting /);
    expect(await outcome('checkout')).toMatch(/^Succeeded /);
  });

  it('stops everything when it is interrupted, and leaves no process', async () => {
    expect(demo!.processes().length).toBeGreaterThan(3);
    await demo!.interrupt();
    expect(demo!.lines.at(-1)).toBe('stopping');
    expect(demo!.processes()).toEqual([]);
    expect(await answers(demo!.portal)).toBe(false);
  });

  it('has what it had when it is started again', async () => {
    const before = demo!;
    demo = await startDemo({ dataDir, speed: 12 });
    expect(demo.lines.at(-1)).toMatch(/^ready {2}/);
    expect(await rollouts(demo)).toEqual(rolloutsBefore);
    expect(await demo.kubectl('-n', 'shop', 'get', 'deployment', 'checkout', '-o', 'jsonpath={..image}')).toMatch(/:2\.4\.0$/);
    expect(before.portal).not.toBe(demo.portal);
  });

  let rolloutsBefore: unknown;

  /** Phase and rollout of a service in the portal, once its first release is over or asks for somebody. */
  async function outcome(name: string): Promise<string> {
    const found = await until(async () => {
      const all = await rollouts(demo!);
      rolloutsBefore = all;
      return /^(Waiting|Succeeded|Failed) /.test(all[name]) &&
        Object.values(all).every((each) => !/^(Progressing|Promoting|Finalising)/.test(each))
        ? all[name]
        : null;
    }, 60_000);
    return found ?? `not over: ${JSON.stringify(rolloutsBefore)}`;
  }
});

/** `phase version rollout` of each service, as the portal tells a guest. */
async function rollouts({ portal }: Demo): Promise<Record<string, string>> {
  const session = await fetch(`${portal}/api/auth/guest/refresh`, { method: 'POST', headers: { 'X-Requested-With': 'XMLHttpRequest' } });
  const { backstageIdentity } = await session.json();
  const answer = await fetch(`${portal}/api/rollouts/v1/rollouts`, { headers: { authorization: `Bearer ${backstageIdentity.token}` } });
  const { items } = await answer.json();
  return Object.fromEntries(
    items.map(({ key, phase, toVersion, rolloutId }: any) => [key.name, `${phase} ${toVersion} ${rolloutId}`] as const),
  );
}

function answers(address: string): Promise<boolean> {
  const { hostname, port } = new URL(address);
  return new Promise((resolve) => {
    const socket = createConnection(Number(port), hostname === 'localhost' ? '127.0.0.1' : hostname);
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}
