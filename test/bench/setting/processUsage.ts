import { readFileSync } from 'node:fs';

/** Linux counts processor time in ticks of 10 ms (USER_HZ), whatever the machine. */
const TICK = 10;

/** What a process has used so far. */
export interface Usage {
  /** Milliseconds of processor time, user and system. */
  cpu: number;
  /** MiB of memory that is resident now, and was at most. */
  resident: number;
  residentPeak: number;
}

/** What a server of many processes that share memory has used so far. */
export interface TreeUsage {
  /** Milliseconds of processor time, those of processes that have ended included. */
  cpu: number;
  /** MiB of resident memory now, memory that several of them share counted once. */
  resident: number;
}

/** Reads the usage of a process from /proc. @throws Error on anything but Linux, and when the process is gone */
export function processUsage(pid: number): Usage {
  const { own } = processorTime(pid);
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return { cpu: own, resident: mebibytes(status, 'VmRSS'), residentPeak: mebibytes(status, 'VmHWM') };
}

/** Reads the usage of a process and of all that it started. @throws Error on anything but Linux, and when the process is gone */
export function treeUsage(pid: number): TreeUsage {
  const { own, ended } = processorTime(pid);
  const total = { cpu: own + ended, resident: proportionalMemory(pid) };
  for (const child of childrenOf(pid)) {
    try {
      const each = treeUsage(child);
      total.cpu += each.cpu;
      total.resident += each.resident;
    } catch (error) {
      // A child may end between the list and the look: from then on its parent's count has its time.
      if (!['ENOENT', 'ESRCH'].includes(String((error as NodeJS.ErrnoException).code))) throw error;
    }
  }
  return total;
}

/** Milliseconds of the process itself, and of its children that have ended. */
function processorTime(pid: number): { own: number; ended: number } {
  if (process.platform !== 'linux') throw new Error('the processor time of another process is read from /proc, which only Linux has');
  // The name, in parentheses, may hold spaces: the fields behind it are counted from its end.
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)!.split(' ').map(Number);
  return { own: (fields[11] + fields[12]) * TICK, ended: (fields[13] + fields[14]) * TICK };
}

/** Each shared page divided by the number of processes that have it (PSS): what is resident, without counting anything twice. */
function proportionalMemory(pid: number): number {
  return mebibytes(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'), 'Pss');
}

function childrenOf(pid: number): number[] {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number);
}

function mebibytes(text: string, name: string): number {
  return Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(text)?.[1]) / 1024;
}
