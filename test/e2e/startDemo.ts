import { execFileSync, spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { runKubectl } from '@aviary/sandbox/testing';
import { freePorts } from '../harness/freePorts';
import { until } from '../harness/until';

const REPOSITORY = join(__dirname, '../..');
const PATIENCE = 240_000;

/** `npm start` in a terminal of its own, on free ports. */
export interface Demo {
  /** Address of the portal, without a path. */
  portal: string;
  /** Path of the sandbox's kubeconfig file. */
  kubeconfig: string;
  /** What the launcher has printed so far, line by line; npm's own lines left out. */
  lines: string[];
  /** Runs the real kubectl; fails with its error output. */
  kubectl(...args: string[]): Promise<string>;
  /** `npm run sandbox -- deploy …` */
  deploy(...args: string[]): Promise<string>;
  /** Processes of the demo that are alive: those that it started, and any other that has its data folder in the command line. */
  processes(): number[];
  /** Ctrl-C: the signal goes to everything in the terminal's foreground. Resolves with npm's exit code when it has ended. */
  interrupt(): Promise<number | null>;
}

/** Starts the demo and waits until it says that it is ready. Fails with what it printed when it ends instead, or takes minutes. */
export async function startDemo(options: { dataDir: string; speed: number; args?: string[] }): Promise<Demo> {
  const [port, sandboxPort] = await freePorts(2);
  const given = { '--data-dir': options.dataDir, '--speed': options.speed, '--port': port, '--sandbox-port': sandboxPort };
  const args = [...Object.entries(given).flat().map(String), ...(options.args ?? [])];
  const terminal = spawn('npm', ['start', '--', ...args], {
    cwd: REPOSITORY,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: environment(),
  });
  const lines: string[] = [];
  for (const stream of [terminal.stdout, terminal.stderr]) {
    createInterface(stream).on('line', (line) => line !== '' && !/^(> |npm warn )/.test(line) && lines.push(line));
  }
  let hasEnded = false;
  const ended = new Promise<number | null>((resolve, reject) => {
    terminal.once('error', reject);
    terminal.once('close', (code) => {
      hasEnded = true;
      resolve(code);
    });
  });
  const group = terminal.pid!;
  const known = new Set<number>();

  const demo: Demo = {
    portal: `http://localhost:${port}`,
    kubeconfig: join(options.dataDir, 'kubeconfig'),
    lines,
    async kubectl(...command) {
      const { code, stdout, stderr } = await runKubectl(command, { kubeconfig: demo.kubeconfig });
      if (code !== 0) throw new Error(`kubectl ${command.join(' ')} ended with ${code}: ${stderr}`);
      return stdout;
    },
    async deploy(...command) {
      const child = spawn('npm', ['run', '--silent', 'sandbox', '--', '--kubeconfig', demo.kubeconfig, 'deploy', ...command], {
        cwd: REPOSITORY,
        stdio: ['ignore', 'pipe', 'pipe'],
        env: environment(),
      });
      let output = '';
      for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
      const code = await new Promise<number | null>((resolve, reject) => child.once('error', reject).once('close', resolve));
      if (code !== 0) throw new Error(`npm run sandbox -- deploy ${command.join(' ')} ended with ${code}: ${output}`);
      return output;
    },
    processes() {
      const alive = listProcesses();
      known.add(group);
      // Parents stand before their children only by chance: look until nothing new is found.
      for (let before = -1; before !== known.size;) {
        before = known.size;
        for (const { pid, parent, command } of alive) {
          if (known.has(parent) || command.includes(options.dataDir)) known.add(pid);
        }
      }
      return alive.map(({ pid }) => pid).filter((pid) => known.has(pid));
    },
    async interrupt() {
      demo.processes();
      if (!hasEnded) process.kill(-group, 'SIGINT');
      const code = await Promise.race([ended, new Promise<'late'>((resolve) => setTimeout(resolve, 60_000, 'late').unref())]);
      if (code !== 'late') return code;
      for (const pid of demo.processes()) process.kill(pid, 'SIGKILL');
      throw new Error(`the demo did not stop within a minute:\n${lines.join('\n')}`);
    },
  };

  const ready = () => lines.some((line) => line.startsWith('ready'));
  if (!(await until(() => ready() || hasEnded, PATIENCE)) || hasEnded) {
    await demo.interrupt();
    throw new Error(`the demo did not get ready:\n${lines.join('\n')}`);
  }
  return demo;
}

/** Without what the test runner tells Node to load. */
function environment(): NodeJS.ProcessEnv {
  return { ...process.env, NODE_OPTIONS: '', NODE_ENV: undefined };
}

function listProcesses(): { pid: number; parent: number; command: string }[] {
  const lines = execFileSync('ps', ['-eo', 'pid=,ppid=,stat=,args='], { encoding: 'utf8' }).trim().split('\n');
  return lines.flatMap((line) => {
    const [, pid, parent, state, command] = /^\s*(\d+)\s+(\d+)\s+(\S+)\s+(.*)$/.exec(line)!;
    return state.startsWith('Z') ? [] : [{ pid: Number(pid), parent: Number(parent), command }];
  });
}
