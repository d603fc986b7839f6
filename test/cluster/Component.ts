import { type ChildProcess, spawn } from 'node:child_process';
import { createWriteStream, existsSync, readFileSync } from 'node:fs';

const SETPRIV = '/usr/bin/setpriv';
const LAST_LINES = 15;

/** A process of the control plane. Its output goes to a log file. */
export class Component {
  private child: ChildProcess | undefined;
  private exited: Promise<string> = Promise.resolve('never started');

  constructor(
    readonly name: string,
    private readonly options: { binary: string; args: readonly string[]; logFile: string },
  ) {}

  /** Process id of the running process. */
  get pid(): number | undefined {
    return this.child?.pid;
  }

  start(): void {
    if (this.child) throw new Error(`${this.name} is running already`);
    const log = createWriteStream(this.options.logFile, { flags: 'a' });
    const [command, ...args] = withParent([this.options.binary, ...this.options.args]);
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    child.stdout.pipe(log, { end: false });
    child.stderr.pipe(log, { end: false });
    this.child = child;
    this.exited = new Promise((resolve) => {
      const end = (how: string) => {
        if (this.child === child) this.child = undefined;
        log.end();
        resolve(how);
      };
      child.once('error', (error) => end(error.message));
      child.once('close', (code, signal) => end(signal ?? `code ${code}`));
    });
  }

  signal(signal: NodeJS.Signals): void {
    this.child?.kill(signal);
  }

  /** Ends the process, frozen or not, and waits until it has gone. */
  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    this.signal(signal);
    this.signal('SIGCONT');
    await this.exited;
  }

  async restart(signal?: NodeJS.Signals): Promise<void> {
    await this.stop(signal);
    this.start();
  }

  /**
   * Waits until `answers` is true.
   *
   * @throws Error with the end of the log when the process ends before, or when it takes longer than `seconds`
   */
  async waitUntil(what: string, answers: () => Promise<boolean>, seconds = 60): Promise<void> {
    const end = performance.now() + seconds * 1000;
    while (!(await answers().catch(() => false))) {
      if (!this.child) throw new Error(`${this.name} ended (${await this.exited}) before ${what}:\n${this.lastLines()}`);
      if (performance.now() > end) throw new Error(`${this.name}: no ${what} after ${seconds} s:\n${this.lastLines()}`);
      await new Promise((resolve) => {
        setTimeout(resolve, 50);
      });
    }
  }

  private lastLines(): string {
    return readFileSync(this.options.logFile, 'utf8').trimEnd().split('\n').slice(-LAST_LINES).join('\n');
  }
}

// A test that is killed must not leave a control plane behind: the kernel ends a child whose parent has gone.
function withParent(command: string[]): string[] {
  return process.platform === 'linux' && existsSync(SETPRIV) ? [SETPRIV, '--pdeathsig', 'KILL', ...command] : command;
}
