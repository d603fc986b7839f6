import { readFileSync } from 'node:fs';

/** Sends a signal to a process and all processes that it started (Linux: read from /proc). */
export function signalTree(pid: number, signal: NodeJS.Signals): void {
  const pids = [pid];
  for (const parent of pids) {
    pids.push(...children(parent));
  }
  for (const each of pids) {
    try {
      process.kill(each, signal);
    } catch (error) {
      // A backend may have ended meanwhile.
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') {
        throw error;
      }
    }
  }
}

function children(pid: number): number[] {
  try {
    return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number);
  } catch {
    return [];
  }
}
