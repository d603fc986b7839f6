import { spawn } from 'node:child_process';
import { chmod, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { type EmbeddedPostgres, startPostgres } from './startPostgres';

jest.setTimeout(60_000);

const transform = require.resolve('@backstage/cli/config/nodeTransform.cjs');

describe('startPostgres', () => {
  const servers: EmbeddedPostgres[] = [];
  const folders: string[] = [];

  async function start(options: Parameters<typeof startPostgres>[0] = {}) {
    const server = await startPostgres(options);
    servers.push(server);
    return server;
  }

  async function folder() {
    const path = await mkdtemp(join(tmpdir(), 'embedded-postgres-test-'));
    await chmod(path, 0o755);
    folders.push(path);
    return path;
  }

  afterEach(async () => {
    await Promise.all(servers.splice(0).map((server) => server.stop()));
    await Promise.all(folders.splice(0).map((path) => rm(path, { recursive: true, force: true })));
  });

  it('serves on 127.0.0.1 alone, asks for the password, and leaves nothing behind', async () => {
    const server = await start();
    expect(await temporaryFolders(process.pid)).toHaveLength(1);
    expect(await query(server, 'SHOW listen_addresses')).toBe('127.0.0.1');
    expect(await query(server, 'SHOW server_version')).toMatch(/^18\./);
    await expect(
      query({ ...server, connectionString: server.connectionString.replace(server.password, 'wrong') }, 'SELECT 1'),
    ).rejects.toThrow(/password authentication failed/);
    await server.stop();
    await server.stop();
    expect(processExists(server.pid)).toBe(false);
    expect(await temporaryFolders(process.pid)).toEqual([]);
  });

  it('is waited for when it stops, also by a process that has nothing else to do', async () => {
    const code = `const { startPostgres } = require(${JSON.stringify(join(__dirname, 'startPostgres.ts'))});
      startPostgres().then((server) => server.stop()).then(() => console.log('stopped'));`;
    const child = spawn(process.execPath, ['--require', transform, '--eval', code], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: plainEnvironment(),
    });
    let output = '';
    child.stdout.on('data', (chunk) => (output += chunk));
    await new Promise((resolve) => child.on('close', resolve));
    expect(output).toBe('stopped\n');
  });

  it('keeps the data, the password and the port given', async () => {
    const dataDir = await folder();
    const first = await start({ dataDir });
    await query(first, 'CREATE TABLE kept AS SELECT 42 AS answer');
    await first.stop();
    expect((await stat(join(dataDir, 'password'))).mode & 0o777).toBe(0o600);

    const second = await start({ dataDir, port: first.port });
    expect(second.connectionString).toBe(first.connectionString);
    expect(await query(second, 'SELECT answer FROM kept')).toBe(42);
    expect(await query(second, 'SHOW fsync')).toBe('on');
  });

  it('refuses a data folder whose server runs, and starts over the pid file of one that was killed', async () => {
    const dataDir = await folder();
    const first = await start({ dataDir });
    await expect(startPostgres({ dataDir })).rejects.toThrow(`already running as process ${first.pid}`);
    await first.stop();
    // Our own pid stands for a process that got the dead server's number.
    await writeFile(join(dataDir, 'data', 'postmaster.pid'), `${process.pid}\n${join(dataDir, 'data')}\n`);
    const second = await start({ dataDir });
    expect(await query(second, 'SELECT 1 AS one')).toBe(1);
  });

  it('says that a port is taken', async () => {
    const server = await start();
    await expect(startPostgres({ port: server.port })).rejects.toThrow(`Port ${server.port} of 127.0.0.1 is taken`);
  });

  it('refuses connections while suspended, and has its data afterwards', async () => {
    const server = await start();
    await query(server, 'CREATE TABLE kept AS SELECT 42 AS answer');
    await server.suspend();
    await expect(query(server, 'SELECT 1')).rejects.toThrow(/ECONNREFUSED/);
    await server.resume();
    expect(await query(server, 'SELECT answer FROM kept')).toBe(42);
  });

  it('answers nothing while frozen', async () => {
    const server = await start();
    const client = new Client({ connectionString: server.connectionString, query_timeout: 300 });
    client.on('error', () => {});
    await client.connect();
    await server.suspend('freeze');
    await expect(client.query('SELECT 1')).rejects.toThrow(/timeout/);
    await server.resume();
    await client.end();
    expect(await query(server, 'SELECT 1 AS one')).toBe(1);
  });

  it('ends with its owner, however the owner ends', async () => {
    const dataDir = await folder();
    const owner = spawn(process.execPath, ['--require', transform, join(__dirname, 'testOwner.ts'), dataDir], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: plainEnvironment(),
    });
    const [kept, temporary] = await new Promise<number[]>((resolve, reject) => {
      owner.stdout.on('data', (chunk) => resolve(JSON.parse(String(chunk))));
      owner.on('exit', (code) => reject(new Error(`the owner ended with code ${code}`)));
    });
    expect(processExists(kept) && processExists(temporary)).toBe(true);
    owner.kill('SIGKILL');
    await until(() => !processExists(kept) && !processExists(temporary));
    await until(async () => (await temporaryFolders(owner.pid!)).length === 0);
    const again = await start({ dataDir });
    expect(await query(again, 'SELECT 1 AS one')).toBe(1);
  });
});

async function query(server: { connectionString: string }, sql: string): Promise<unknown> {
  const client = new Client({ connectionString: server.connectionString });
  client.on('error', () => {});
  await client.connect();
  try {
    const { rows } = await client.query(sql);
    return rows[0] && Object.values(rows[0])[0];
  } finally {
    await client.end();
  }
}

async function temporaryFolders(pid: number): Promise<string[]> {
  return (await readdir(tmpdir())).filter((name) => name.startsWith(`aviary-postgres-${pid}-`));
}

/** Without what the test runner tells Node to load. */
function plainEnvironment(): NodeJS.ProcessEnv {
  return { ...process.env, NODE_OPTIONS: '' };
}

function processExists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** Conditions of other processes can only be looked at; the test's own time limit ends the wait. */
async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) {
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
