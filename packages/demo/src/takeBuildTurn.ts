import { linkSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { livingOwner } from './livingOwner';

const LOOK_EVERY = 200;

/**
 * Waits until no other run builds the portal's pages, and keeps others from it until the returned function is called. A run that was
 * killed keeps nobody: its process is gone.
 *
 * @param file says whose turn it is
 * @param onWait called once, with the process that is waited for
 */
export async function takeBuildTurn(file: string, onWait: (owner: number) => void): Promise<() => void> {
  mkdirSync(dirname(file), { recursive: true });
  const own = `${file}.${process.pid}`;
  writeFileSync(own, `${process.pid}\n`);
  try {
    let hasWaited = false;
    // A link is made whole or not at all: nobody reads a file without its process id.
    while (!tryLink(own, file)) {
      const owner = livingOwner(file);
      if (owner === null) {
        rmSync(file, { force: true });
        continue;
      }
      if (!hasWaited) {
        onWait(owner);
        hasWaited = true;
      }
      await sleep(LOOK_EVERY);
    }
    return () => rmSync(file, { force: true });
  } finally {
    rmSync(own, { force: true });
  }
}

function tryLink(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') {
      return false;
    }
    throw error;
  }
}
