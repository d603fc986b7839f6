import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import type { DemoPart } from './DemoPart';
import { logTail } from './logTail';

/** Milliseconds that a process gets to end in good order. */
const PATIENCE = 10_000;

/** A program started by the demo. */
export interface ChildPart extends DemoPart {
  /** Resolves with the exit code, or null when a signal ended it. */
  exited: Promise<number | null>;
}

/**
 * Starts a Node program in a process group of its own, so that a Ctrl-C reaches it through `stop` only, in its turn. Its output goes
 * to a log. It has an IPC channel, whose end tells it that this process is gone.
 */
export function startChild(options: {
  name: string;
  args: string[];
  cwd: string;
  log: string;
  environment?: Record<string, string>;
}): ChildPart {
  const output = openSync(options.log, 'w');
  const child = spawn(process.execPath, options.args, {
    cwd: options.cwd,
    detached: true,
    stdio: ['ignore', output, output, 'ipc'],
    env: { ...process.env, ...options.environment },
  });
  closeSync(output);

  let stopping = false;
  const exited = new Promise<number | null>((resolve) => {
    child.once('error', () => resolve(1));
    child.once('exit', (code) => resolve(code));
  });
  const ended = new Promise<string>((resolve) => {
    exited.then((code) => {
      if (!stopping) {
        const how = code === null ? `was ended by ${child.signalCode}` : `ended with code ${code}`;
        resolve(`${capitalised(options.name)} ${how}. ${logTail(options.log)}`);
      }
    });
  });

  return {
    name: options.name,
    exited,
    ended,
    async stop() {
      stopping = true;
      if (child.exitCode === null && child.signalCode === null && child.pid) {
        signalGroup(child.pid, 'SIGTERM');
        const timer = setTimeout(() => signalGroup(child.pid!, 'SIGKILL'), PATIENCE);
        await exited;
        clearTimeout(timer);
      }
    },
  };
}

function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') {
      throw error;
    }
  }
}

function capitalised(text: string): string {
  return text[0].toUpperCase() + text.slice(1);
}
