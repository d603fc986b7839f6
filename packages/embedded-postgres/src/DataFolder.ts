import { randomBytes } from 'node:crypto';
import { spawn } from 'node:child_process';
import { access, chown, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ServerBinaries } from './serverBinaries';
import { type ServerUser, closedFolder } from './ServerUser';

/** A folder of ours: Postgres' own data folder, the password of its superuser, the server's log. */
export interface DataFolder {
  /** Postgres' own folder. */
  pgdata: string;
  password: string;
  log: string;
}

/**
 * Opens a data folder, and makes a database cluster in it the first time.
 * @throws when the server's user cannot reach the folder, or initdb fails.
 */
export async function openDataFolder(path: string, binaries: ServerBinaries, user: ServerUser): Promise<DataFolder> {
  await mkdir(path, { recursive: true });
  const closed = user.isOther ? await closedFolder(join(path, '..')) : null;
  if (closed) {
    throw new Error(
      `Postgres does not run as root, so it is started as uid ${user.ids.uid}, which cannot enter ${closed}. Choose a data folder elsewhere, or open that folder (chmod o+x).`,
    );
  }
  const pgdata = join(path, 'data');
  const passwordFile = join(path, 'password');
  if (!(await exists(join(pgdata, 'PG_VERSION')))) {
    await writeFile(passwordFile, randomBytes(24).toString('hex'), { mode: 0o600 });
    if (user.isOther) {
      await chown(path, user.ids.uid!, user.ids.gid!);
      await chown(passwordFile, user.ids.uid!, user.ids.gid!);
    }
    await initialise(pgdata, passwordFile, binaries, user);
  }
  return { pgdata, password: (await readFile(passwordFile, 'utf8')).trim(), log: join(path, 'server.log') };
}

async function initialise(pgdata: string, passwordFile: string, binaries: ServerBinaries, user: ServerUser): Promise<void> {
  const temporary = `${pgdata}.new`;
  await rm(temporary, { recursive: true, force: true });
  const args = [
    '--username=postgres',
    `--pwfile=${passwordFile}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    '--no-sync',
    '--no-instructions',
  ];
  args.push('--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8', '-D', temporary);
  await run(binaries.initdb, args, user);
  // Renamed last, so that a folder with PG_VERSION is a whole one.
  await rename(temporary, pgdata);
}

function run(program: string, args: string[], user: ServerUser): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      ...user.ids,
      cwd: '/',
      env: { LC_ALL: 'C', PATH: process.env.PATH },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    child.stdout.on('data', (chunk) => (output += chunk));
    child.stderr.on('data', (chunk) => (output += chunk));
    child.on('error', (error) => reject(new Error(`Cannot run ${program}: ${error.message}`, { cause: error })));
    child.on('close', (code) => (code === 0 ? resolve() : reject(new Error(`${program} ended with code ${code}: ${output.trim()}`))));
  });
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
