import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { open, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { DataFolder } from './DataFolder';
import type { ServerBinaries } from './serverBinaries';
import type { ServerUser } from './ServerUser';

const startLimit = 60_000;
const lookEvery = 20;

/** A server process that accepts connections. */
export interface Postmaster {
  pid: number;
  /** Resolves when the process is gone, for whatever reason. Waiting keeps this process alive, a running server does not. */
  gone(): Promise<void>;
}

/** The port was taken between choosing it and listening on it. */
export class PortTaken extends Error {}

/**
 * Starts `postgres` on 127.0.0.1 and waits until it accepts connections.
 * @throws PortTaken, or an Error with the server's own words.
 */
export async function launchPostmaster(
  binaries: ServerBinaries,
  folder: DataFolder,
  user: ServerUser,
  settings: Record<string, string | number>,
): Promise<Postmaster> {
  await removeStalePidFile(folder.pgdata);
  const log = await open(folder.log, 'w', 0o600);
  try {
    const args = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
    // detached: Ctrl+C in the terminal must reach whoever uses the database first; stop() ends the server after that.
    const child = spawn(binaries.postgres, ['-D', folder.pgdata, ...args], {
      ...user.ids,
      cwd: '/',
      env: { LC_ALL: 'C', TZ: 'UTC' },
      detached: true,
      stdio: ['ignore', log.fd, log.fd],
    });
    child.unref();
    const pid = await started(child, binaries.postgres);
    const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    await ready(child, folder);
    return {
      pid,
      gone() {
        child.ref();
        return exited;
      },
    };
  } finally {
    await log.close();
  }
}

/** Whether a process has ended, also one that is not a child of ours. */
export function isGone(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
}

function started(child: ChildProcess, program: string): Promise<number> {
  return new Promise((resolve, reject) => {
    child.once('spawn', () => resolve(child.pid!));
    child.once('error', (error) => reject(new Error(`Cannot run ${program}: ${error.message}`, { cause: error })));
  });
}

/** The eighth line of postmaster.pid says `ready` (src/include/utils/pidfile.h of Postgres). */
async function ready(child: ChildProcess, folder: DataFolder): Promise<void> {
  const deadline = performance.now() + startLimit;
  for (;;) {
    if (child.exitCode !== null || child.signalCode !== null) {
      const log = (await readFile(folder.log, 'utf8')).trim();
      if (/Address already in use|could not create any TCP\/IP sockets/.test(log)) {
        throw new PortTaken(log);
      }
      throw new Error(`Postgres in ${folder.pgdata} did not start. It says: ${log}`);
    }
    const lines = (await pidFile(folder.pgdata))?.split('\n') ?? [];
    if (Number(lines[0]) === child.pid && lines[7]?.trim() === 'ready') {
      return;
    }
    if (performance.now() > deadline) {
      child.kill('SIGQUIT');
      throw new Error(`Postgres in ${folder.pgdata} was not ready after ${startLimit / 1000} s; its log is ${folder.log}`);
    }
    await delay(lookEvery);
  }
}

/** A server that was killed leaves its pid file, and a process that got the same pid since would be taken for it. */
async function removeStalePidFile(pgdata: string): Promise<void> {
  const text = await pidFile(pgdata);
  if (text === null) {
    return;
  }
  const pid = Number.parseInt(text, 10);
  if (Number.isInteger(pid) && pid > 0 && !isGone(pid) && (await runsServerOf(pid, pgdata))) {
    throw new Error(`The Postgres server of ${pgdata} is already running as process ${pid}. Stop it, or choose another data folder.`);
  }
  await rm(join(pgdata, 'postmaster.pid'), { force: true });
}

async function runsServerOf(pid: number, pgdata: string): Promise<boolean> {
  if (!existsSync('/proc/self/cmdline')) {
    // Without /proc nobody can tell; Postgres' own rule then is to believe the pid file.
    return true;
  }
  const commandLine = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
  return commandLine.split('\0').includes(pgdata);
}

function pidFile(pgdata: string): Promise<string | null> {
  return readFile(join(pgdata, 'postmaster.pid'), 'utf8').catch((error) => {
    if (error.code === 'ENOENT') {
      return null;
    }
    throw error;
  });
}
