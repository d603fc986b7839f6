import { spawn } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { freePorts } from '../../harness/freePorts';
import type { Bench, Figure } from '../Figure';
import { percentile } from '../percentile';

const REPOSITORY = resolve(__dirname, '../../..');
const PAGES = join(REPOSITORY, 'packages/app/dist');
const STARTS = 3;

/** How long a new user waits. */
export const ready: Bench = {
  name: 'ready',
  about: 'seconds from `npm start` to `ready`, with the portal built and without (deletes packages/app/dist, which the start builds again)',
  async measure(progress) {
    rmSync(PAGES, { recursive: true, force: true });
    const first = await startOnce(progress);
    const later: number[] = [];
    for (let start = 0; start < STARTS; start++) later.push(await startOnce(progress));
    const spread = `median, from ${Math.min(...later).toFixed(1)} to ${Math.max(...later).toFixed(1)} s`;
    return [
      figure('demo ready, first start after install', first, 1, 'builds the portal; empty data folder, seeded cluster'),
      figure('demo ready, portal built', percentile(later, 0.5), STARTS, `${spread}; empty data folder, seeded cluster`),
    ];
  },
};

function figure(name: string, value: number, runs: number, note: string): Figure {
  return { name, unit: 's', value: Math.round(value * 10) / 10, target: { atMost: 30 }, runs, note };
}

/** Starts the demo beside whatever else runs, and stops it as Ctrl-C does. Seconds until it said `ready`. */
async function startOnce(progress: (line: string) => void): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'aviary-bench-demo-'));
  const built = existsSync(PAGES);
  const [port, sandboxPort] = await freePorts(2);
  const options = ['--data-dir', folder, '--port', `${port}`, '--sandbox-port', `${sandboxPort}`];
  const begun = performance.now();
  // In a process group of its own: Ctrl-C at a terminal reaches npm and what it started.
  const child = spawn('npm', ['start', '--', ...options], { cwd: REPOSITORY, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  const interrupt = () => {
    if (child.exitCode === null && child.signalCode === null) process.kill(-child.pid!, 'SIGINT');
  };
  process.once('exit', interrupt);
  const said: string[] = [];
  const ended = new Promise<null>((done) => child.once('close', () => done(null)));
  const readyAt = new Promise<number>((done) => {
    for (const stream of [child.stdout, child.stderr]) {
      createInterface(stream).on('line', (line) => {
        said.push(line);
        if (line.startsWith('ready')) done(performance.now());
      });
    }
  });
  try {
    const at = await Promise.race([readyAt, ended]);
    if (at === null) throw new Error(`the demo ended before it was ready:\n${said.slice(-20).join('\n')}`);
    const seconds = (at - begun) / 1_000;
    progress(`ready after ${seconds.toFixed(1)} s, ${built ? 'with the portal built' : 'portal built meanwhile'}`);
    return seconds;
  } finally {
    interrupt();
    await ended;
    process.off('exit', interrupt);
    await rm(folder, { recursive: true, force: true });
  }
}
