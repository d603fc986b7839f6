import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { join } from 'node:path';
import type { EngineHealth } from '@aviary/engine';
import { engineArguments } from './sourceArguments';
import { until } from './until';

const REPOSITORY = join(__dirname, '../..');

/** One line that an engine of its own process logged. */
export interface LogLine {
  msg: string;
  canary?: string;
  decision?: string;
  sequence?: number;
  [field: string]: unknown;
}

/** An engine in a process of its own, as `npm run engine` starts it. */
export interface EngineProcess {
  log: LogLine[];
  /** What /readyz answers. Null when nothing answers. */
  health(): Promise<EngineHealth | null>;
  kill(signal: NodeJS.Signals): void;
  /** Resolves with the exit code, or the signal that ended it. */
  ended: Promise<number | NodeJS.Signals>;
}

/** Starts an engine with a configuration file; resolves when it is at work. Fails with its output when it ends instead. */
export async function startEngineProcess(configFile: string): Promise<EngineProcess> {
  const child = spawn(process.execPath, engineArguments(configFile), {
    cwd: REPOSITORY,
    stdio: ['ignore', 'pipe', 'pipe'],
    // Without what the test runner tells Node to load.
    env: { ...process.env, NODE_OPTIONS: '' },
  });
  const log: LogLine[] = [];
  const other: string[] = [];
  createInterface(child.stdout).on('line', (line) => (line.startsWith('{') ? log.push(JSON.parse(line)) : other.push(line)));
  createInterface(child.stderr).on('line', (line) => other.push(line));
  // Who is stopped in mid-test leaves no engine behind.
  const killWithUs = () => child.kill('SIGKILL');
  process.once('exit', killWithUs);
  let end: number | NodeJS.Signals | null = null;
  const ended = new Promise<number | NodeJS.Signals>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => {
      process.off('exit', killWithUs);
      resolve((end = signal ?? code ?? 0));
    });
  });
  const ready = await until(() => (end !== null ? 'ended' : log.find(({ msg }) => msg === 'ready')), 60_000);
  if (ready === null || ready === 'ended') {
    child.kill('SIGKILL');
    throw new Error(`the engine did not get to work\n${[...other, ...log.slice(-20).map((line) => JSON.stringify(line))].join('\n')}`);
  }
  return {
    log,
    ended,
    kill: (signal) => void child.kill(signal),
    health: () =>
      fetch(String(ready.health), { signal: AbortSignal.timeout(2_000) }).then(
        (response) => response.json() as Promise<EngineHealth>,
        () => null,
      ),
  };
}
