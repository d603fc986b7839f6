import { join } from 'node:path';
import { buildApp, isAppStale } from './appBuild';
import { assertPortFree } from './assertPortFree';
import { DemoClock } from './DemoClock';
import { DemoFolder } from './DemoFolder';
import { logTail } from './logTail';
import type { DemoOptions } from './parseOptions';
import { Parts } from './Parts';
import { writePortalConfig } from './portalConfig';
import { engineWorks, portalAnswers } from './portalReady';
import { startCluster } from './startCluster';
import { startDatabase } from './startDatabase';
import { startPortal } from './startPortal';
import { takeBuildTurn } from './takeBuildTurn';

/** Milliseconds for portal and engine to get ready; a slow machine needs twenty seconds. */
const PATIENCE = 180_000;

/** Ends only with the process. */
const NEVER = new Promise<never>(() => {});

/** What the demo runs in. */
export interface Surroundings {
  /** Root of the repository. */
  repository: string;
  print: (line: string) => void;
  /** Aborted when the person at the terminal has had enough. */
  interrupted: AbortSignal;
}

/**
 * Brings the demo up, tells `print` how far it is, and runs until `interrupted` or until a piece breaks. Everything is stopped when it
 * returns or throws.
 *
 * @throws Error with a sentence for the person at the terminal
 */
export async function runDemo(options: DemoOptions, surroundings: Surroundings): Promise<void> {
  const { print, interrupted } = surroundings;
  const folder = new DemoFolder(options.dataDir);
  folder.lock();
  const parts = new Parts();
  const broken = (error: unknown) => parts.break(error as Error);
  process.on('uncaughtException', broken);
  const interruption = new Promise<void>((resolve) => interrupted.addEventListener('abort', () => resolve(), { once: true }));
  try {
    await Promise.race([bringUp(options, folder, parts, surroundings), interruption]);
    if (!interrupted.aborted) {
      print(`ready  portal http://localhost:${options.port}/rollouts  kubeconfig ${folder.kubeconfig}`);
      await parts.while(interruption);
    }
    print('stopping');
  } finally {
    await parts.stop();
    process.off('uncaughtException', broken);
    folder.unlock();
  }
}

async function bringUp(options: DemoOptions, folder: DemoFolder, parts: Parts, surroundings: Surroundings): Promise<void> {
  const { repository } = surroundings;
  const progress = progressOf(surroundings.print);
  await assertPortFree(options.port, { by: 'the portal', option: '--port' });
  await assertPortFree(options.sandboxPort, { by: "the sandbox cluster's API server", option: '--sandbox-port' });
  if (options.reset) {
    folder.reset();
    progress('data', 'forgotten');
  }

  const pages = freshPages(repository, folder.log('build'), parts, progress);
  // Waited for below; until then a failure is not lost, only late.
  pages.catch(() => {});

  progress('database', 'starting');
  const { server } = await parts.start(() => startDatabase(folder.database));
  progress('database', `answers on 127.0.0.1:${server.port}`);

  const { clock } = await parts.start(() => startClock(folder.clock, options.speed));
  progress('cluster', options.speed === 1 ? 'starting' : `starting, ${options.speed} times as fast`);
  await parts.start(() =>
    startCluster({
      port: options.sandboxPort,
      origin: clock.origin,
      dataDir: folder.sandbox,
      seed: options.seed,
      kubeconfigPath: folder.kubeconfig,
    }),
  );
  progress('cluster', `answers on 127.0.0.1:${options.sandboxPort}`);

  await parts.while(pages);
  progress('portal', 'starting');
  const log = folder.log('portal');
  writePortalConfig(folder.portalConfig, { port: options.port, database: server, kubeconfig: folder.kubeconfig, clock: clock.origin });
  await parts.start(() => startPortal({ repository, config: folder.portalConfig, log }));
  const patience = AbortSignal.timeout(PATIENCE);
  await inTime(parts.while(portalAnswers(options.port, patience)), 'The portal does not answer', log);
  progress('portal', `answers on localhost:${options.port}`);
  await inTime(parts.while(engineWorks(options.port, patience)), 'The engine does not get ready', log);
  progress('engine', 'knows the cluster');
}

type Progress = (what: string, state: string) => void;

function progressOf(print: (line: string) => void): Progress {
  const begun = performance.now();
  return (what, state) => print(`${((performance.now() - begun) / 1_000).toFixed(1).padStart(6)} s  ${what.padEnd(8)}  ${state}`);
}

/** Builds the pages unless they are there and up to date, one run after the other: all runs of this repository show the same ones. */
async function freshPages(repository: string, log: string, parts: Parts, progress: Progress): Promise<void> {
  const release = await takeBuildTurn(join(repository, 'node_modules/.cache/aviary-pages/building'), (owner) =>
    progress('pages', `are being built by process ${owner}`),
  );
  try {
    if (isAppStale(repository)) {
      await buildPages(repository, log, parts, progress);
    }
  } finally {
    release();
  }
}

async function buildPages(repository: string, log: string, parts: Parts, progress: Progress): Promise<void> {
  progress('pages', 'building, because they are new or changed');
  const build = buildApp(repository, log);
  // Its end is expected, so only a bad one is news.
  await parts.start(() => ({ ...build, ended: NEVER }));
  if ((await parts.while(build.exited)) !== 0) {
    throw new Error(`The portal's pages could not be built. ${logTail(log)}`);
  }
  progress('pages', 'built');
}

function startClock(file: string, speed: number) {
  const clock = new DemoClock(file, speed);
  return { name: 'the clock', ended: NEVER, clock, stop: async () => clock.stop() };
}

async function inTime<T>(work: Promise<T>, otherwise: string, log: string): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if ((error as Error).name === 'TimeoutError') {
      throw new Error(`${otherwise} after ${PATIENCE / 1_000} s. ${logTail(log)}`);
    }
    throw error;
  }
}
