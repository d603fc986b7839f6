import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const REPOSITORY = resolve(__dirname, '../../..');

/** The launcher as `npm start` runs it, with everything real. */
describe('npm start', () => {
  let dataDir: string;
  let launcher: ChildProcess | undefined;
  beforeEach(() => {
    dataDir = mkdtempSync(join(tmpdir(), 'aviary-start-'));
  });
  afterEach(() => {
    launcher?.kill('SIGKILL');
    rmSync(dataDir, { recursive: true, force: true });
  });

  function start(...args: string[]) {
    const child = spawn(process.execPath, ['packages/demo/start.mjs', '--data-dir', dataDir, ...args], {
      cwd: REPOSITORY,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    launcher = child;
    let output = '';
    const listeners = new Set<() => void>();
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk) => {
        output += chunk;
        listeners.forEach((listener) => listener());
      });
    }
    const ended = new Promise<number | null>((done) => child.once('close', done));
    return {
      child,
      ended,
      output: () => output,
      /** Resolves when the output has `words`. */
      says: (words: string) =>
        Promise.race([
          new Promise<void>((done) => {
            const look = () => output.includes(words) && done();
            listeners.add(look);
            look();
          }),
          ended.then(() => {
            if (!output.includes(words)) throw new Error(`it ended without "${words}":\n${output}`);
          }),
        ]),
    };
  }

  /** Processes that have this test's data folder in their command line. */
  function left(): string[] {
    const all = execFileSync('ps', ['-eo', 'pid=,args='], { encoding: 'utf8' }).split('\n');
    return all.filter((line) => line.includes(dataDir));
  }

  it('refuses options that it cannot read, with a sentence', async () => {
    const run = start('--speed', 'fast');
    expect(await run.ended).toBe(1);
    expect(run.output()).toContain("option '--speed <n>' argument 'fast' is invalid. It must be a number above 0");
  });

  it('says which port is taken and how to choose another one, and starts nothing', async () => {
    const server = await listen();
    const run = start('--port', String(portOf(server)));
    expect(await run.ended).toBe(1);
    expect(run.output()).toContain(
      `Port ${portOf(server)}, wanted for the portal, is in use by another program. Choose another one with npm start -- --port`,
    );
    expect(left()).toEqual([]);
    server.close();
  });

  it('leaves no process when it is interrupted while it starts', async () => {
    const [port, sandboxPort] = await freePorts();
    const run = start('--port', String(port), '--sandbox-port', String(sandboxPort));
    await run.says('database  starting');
    run.child.kill('SIGINT');
    expect(await run.ended).toBe(0);
    expect(left()).toEqual([]);
  }, 60_000);

  it('gets ready, and stops everything with a sentence when the portal dies', async () => {
    const [port, sandboxPort] = await freePorts();
    const run = start('--port', String(port), '--sandbox-port', String(sandboxPort), '--no-seed');
    await run.says('\nready  portal ');
    expect(run.output()).toContain(`ready  portal http://localhost:${port}/rollouts  kubeconfig ${join(dataDir, 'kubeconfig')}\n`);
    const health = await fetch(`http://127.0.0.1:${port}/api/rollouts/v1/health`);
    expect(await health.json()).toEqual({ ledger: 'open', engine: 'ready' });

    const portal = left().find((line) => line.includes('portal.ts'))!;
    process.kill(Number(portal.trim().split(' ')[0]), 'SIGKILL');
    expect(await run.ended).toBe(1);
    expect(run.output()).toMatch(/The portal was ended by SIGKILL\. The end of .*portal\.log:/);
    expect(left()).toEqual([]);
  }, 240_000);
});

function listen(): Promise<Server> {
  return new Promise((done) => {
    const server = createServer().listen(0, '127.0.0.1', () => done(server));
  });
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}

async function freePorts(): Promise<[number, number]> {
  const servers = [await listen(), await listen()];
  const ports = servers.map(portOf);
  await Promise.all(servers.map((server) => new Promise((done) => server.close(done))));
  return [ports[0], ports[1]];
}
