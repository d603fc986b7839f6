import { spawn } from 'node:child_process';

/**
 * Waits for its standard input to end, which happens when the process that holds the other end dies, however it
 * dies. Then it stops the server, if the pid file still names it, waits for it, and removes the temporary folders.
 */
const script = `
read -r word
[ "$word" = done ] && exit 0
pid=$1; pgdata=$2; shift 2
runs() { [ "$(head -n 1 "$pgdata/postmaster.pid" 2>/dev/null)" = "$pid" ] && kill -0 "$pid" 2>/dev/null; }
if runs; then
  kill -s CONT "$pid"; kill -s QUIT "$pid"
  n=0; while runs && [ $n -lt 100 ]; do sleep 0.1; n=$((n+1)); done
fi
[ $# -gt 0 ] && rm -rf "$@"
exit 0
`;

/** Ends a server whose owner was killed. */
export interface Watchdog {
  /** The server has been stopped in good order; nothing is left to do. */
  dismiss(): Promise<void>;
}

/** Watches over the server `pid` for as long as this process lives. `temporary` are the folders to remove after it. */
export function startWatchdog(pid: number, pgdata: string, temporary: string[]): Watchdog {
  // detached: a Ctrl+C in the terminal goes to the whole foreground group, and must not reach it before its work.
  const child = spawn('/bin/sh', ['-c', script, 'postgres-watchdog', String(pid), pgdata, ...temporary], {
    cwd: '/',
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  const ended = new Promise<void>((resolve) => {
    child.once('exit', () => resolve());
    child.once('error', () => resolve());
  });
  child.stdin.on('error', () => {});
  child.unref();
  // A socket at run time, which may keep the event loop alive; the type says only Writable.
  (child.stdin as unknown as { unref?: () => void }).unref?.();
  return {
    async dismiss() {
      child.ref();
      child.stdin.end('done\n');
      await ended;
    },
  };
}
