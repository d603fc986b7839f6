import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';

const REPOSITORY = resolve(__dirname, '../../..');
/** Linux counts processor time in ticks of 10 ms (USER_HZ), whatever the machine. */
const TICK = 10;
const LINES_KEPT = 30;

/** What a process has used so far. */
export interface Usage {
  /** Milliseconds of processor time, user and system. */
  cpu: number;
  /** MiB of memory that is resident now, and was at most. */
  resident: number;
  residentPeak: number;
}

/** An engine in a process of its own, so that its processor time is its own. */
export interface EngineProcess {
  /** What it logged last, and whether it still runs. */
  tail(): string;
  /** Linux only. @throws Error elsewhere */
  usage(): Usage;
  stop(): Promise<void>;
}

/** Starts the stand-alone engine with `settings` (the section `rollouts.engine`); resolves when it is at work. */
export async function startEngineProcess(settings: Record<string, unknown>): Promise<EngineProcess> {
  const folder = await mkdtemp(join(tmpdir(), 'aviary-bench-engine-'));
  const config = join(folder, 'app-config.yaml');
  // JSON is YAML.
  await writeFile(config, JSON.stringify({ rollouts: { engine: settings } }), { mode: 0o600 });
  const loader = ['--no-warnings', '--require', '@backstage/cli/config/nodeTransform.cjs'];
  const child = spawn(process.execPath, [...loader, 'engine/src/main.ts', '--config', config], {
    cwd: REPOSITORY,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  // A bench that is interrupted must not leave it behind.
  const abandon = () => child.kill('SIGKILL');
  process.once('exit', abandon);
  const lines: string[] = [];
  const ended = new Promise<void>((done) => child.once('close', () => done()));
  const ready = new Promise<void>((done) => {
    for (const stream of [child.stdout, child.stderr]) {
      createInterface(stream).on('line', (line) => {
        lines.push(line);
        if (lines.length > LINES_KEPT) lines.shift();
        if (line.includes('"msg":"ready"')) done();
      });
    }
  });
  await Promise.race([ready, ended]);
  if (child.exitCode !== null || child.pid === undefined) {
    await rm(folder, { recursive: true, force: true });
    throw new Error(`the engine did not start:\n${lines.join('\n')}`);
  }
  const hasEnded = () => child.exitCode !== null || child.signalCode !== null;
  return {
    tail: () => `${lines.join('\n')}\n${hasEnded() ? `it ended with ${child.exitCode ?? child.signalCode}` : 'it runs'}`,
    usage: () => usageOf(child.pid!),
    async stop() {
      child.kill('SIGTERM');
      await ended;
      process.off('exit', abandon);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function usageOf(pid: number): Usage {
  if (process.platform !== 'linux') throw new Error('the processor time of another process is read from /proc, which only Linux has');
  // The name, in parentheses, may hold spaces: the fields behind it are counted from its end.
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)!.split(' ');
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const mebibytes = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)?.[1]) / 1024;
  return { cpu: (Number(fields[11]) + Number(fields[12])) * TICK, resident: mebibytes('VmRSS'), residentPeak: mebibytes('VmHWM') };
}
