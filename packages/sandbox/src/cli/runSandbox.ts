import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ClockOrigin } from '../Clock';
import { startSandbox } from '../startSandbox';
import { KubeClient } from './KubeClient';

// Wall milliseconds; what a killed sandbox may fall back by.
const NOTE_TIME_EVERY = 5000;

/** Options of `sandbox start`. */
export interface RunOptions {
  kubeconfig: string;
  port: number;
  speed: number;
  dataDir?: string;
  reset?: boolean;
}

/** Runs a sandbox until `signal`; `say` gets what to tell. Throws when one is running already or the port is taken. */
export async function runSandbox(options: RunOptions, signal: Promise<unknown>, say: (text: string) => void): Promise<void> {
  if (existsSync(options.kubeconfig) && (await new KubeClient(options.kubeconfig).answers())) {
    throw new Error(
      `a sandbox is running already, with the kubeconfig ${options.kubeconfig}. Stop it, or start this one with another --kubeconfig.`,
    );
  }
  if (options.reset && !options.dataDir) throw new Error('--reset forgets the data of a --data-dir, and none was given.');
  if (options.reset && options.dataDir) rmSync(options.dataDir, { recursive: true, force: true });
  const origin = originOf(options);
  const sandbox = await startSandbox({
    port: options.port,
    origin,
    dataDir: options.dataDir,
    seed: true,
    kubeconfigPath: options.kubeconfig,
  });
  say(`The sandbox answers at ${sandbox.url}${options.speed === 1 ? '' : `, ${options.speed} times as fast as the wall clock`}.`);
  say(`  export KUBECONFIG=${sandbox.kubeconfigPath}`);
  say('Nothing in it carries out Canaries: start the engine beside it. Ctrl-C stops it.');
  const noteTime = () => options.dataDir && writeFileSync(clockFile(options.dataDir), JSON.stringify({ reached: sandbox.clock.now() }));
  const timer = setInterval(noteTime, NOTE_TIME_EVERY);
  await signal;
  clearInterval(timer);
  await sandbox.close();
  noteTime();
}

// The sandbox's time must not go back from one run to the next, or its pods would wait for their own past.
function originOf({ dataDir, speed }: RunOptions): ClockOrigin {
  const real = Date.now();
  if (!dataDir) return { real, shown: real, speed };
  mkdirSync(dataDir, { recursive: true });
  const reached = existsSync(clockFile(dataDir)) ? Number(JSON.parse(readFileSync(clockFile(dataDir), 'utf8')).reached) : 0;
  return { real, shown: Math.max(real, reached), speed };
}

function clockFile(dataDir: string): string {
  return join(dataDir, 'clock.json');
}
