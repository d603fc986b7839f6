import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { processUsage, type Usage } from './processUsage';

const LINES_KEPT = 30;

/** How a process that is measured is started. */
export interface ProcessOptions {
  /** How errors call it: "the engine". */
  name: string;
  command: string;
  args: readonly string[];
  /** Where it runs; this process' folder when not given. */
  folder?: string;
  /** Whether a line of its log says that it is at work. */
  isReady(line: string): boolean;
}

/** A process of its own, so that its processor time is its own. */
export interface MeasuredProcess {
  /** What it logged last, and whether it still runs. */
  tail(): string;
  /** Linux only. @throws Error elsewhere, and when it has ended */
  usage(): Usage;
  /** Asks it to end and waits until it has. */
  stop(): Promise<void>;
}

/** Starts a process; resolves when it is at work. @throws Error with its last lines when it ends instead */
export async function startProcess({ name, command, args, folder, isReady }: ProcessOptions): Promise<MeasuredProcess> {
  const child = spawn(command, args, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
  // A bench that is interrupted must not leave it behind.
  const abandon = () => child.kill('SIGKILL');
  process.once('exit', abandon);
  const lines: string[] = [];
  const ended = new Promise<void>((done) => {
    child.once('close', () => done());
    child.once('error', (error) => {
      lines.push(error.message);
      done();
    });
  });
  const ready = new Promise<void>((done) => {
    for (const stream of [child.stdout, child.stderr]) {
      createInterface(stream).on('line', (line) => {
        lines.push(line);
        if (lines.length > LINES_KEPT) lines.shift();
        if (isReady(line)) done();
      });
    }
  });
  await Promise.race([ready, ended]);
  const hasEnded = () => child.exitCode !== null || child.signalCode !== null;
  if (hasEnded() || child.pid === undefined) {
    process.off('exit', abandon);
    throw new Error(`${name} did not start:\n${lines.join('\n')}`);
  }
  return {
    tail: () => `${lines.join('\n')}\n${hasEnded() ? `it ended with ${child.exitCode ?? child.signalCode}` : 'it runs'}`,
    usage: () => processUsage(child.pid!),
    async stop() {
      child.kill('SIGTERM');
      await ended;
      process.off('exit', abandon);
    },
  };
}
