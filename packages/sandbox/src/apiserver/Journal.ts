import { closeSync, existsSync, mkdirSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import type { KubeObject } from './ObjectStore';

/** One line of the journal: an object as it is now, or as it was when it went. */
export interface JournalEntry {
  resource: string;
  /** Resource version of the change: the store's counter goes on from the highest one. */
  revision: number;
  object: KubeObject;
  deleted?: true;
}

/**
 * A file of JSON lines, one per change, that lets a store survive its process. Nothing is synced to disk: a line
 * that was only half written when the process died is dropped at the next start.
 */
export class Journal {
  #file: number | undefined;

  constructor(readonly path: string) {}

  /** What the file holds, in order; nothing when there is no file yet. Stops at a line that is not whole. */
  read(): JournalEntry[] {
    if (!existsSync(this.path)) {
      return [];
    }
    const entries: JournalEntry[] = [];
    const lines = readFileSync(this.path, 'utf8').split('\n');
    for (const [index, line] of lines.entries()) {
      if (line === '') {
        continue;
      }
      try {
        entries.push(JSON.parse(line));
      } catch (error) {
        if (lines.slice(index + 1).some((rest) => rest !== '')) {
          throw new Error(
            `${this.path}, line ${index + 1}: not JSON, and it is not the last line. Remove the file to start with an empty cluster.`,
            {
              cause: error,
            },
          );
        }
      }
    }
    return entries;
  }

  /** Replaces the file's content in one step and opens it for what follows. */
  rewrite(entries: JournalEntry[]): void {
    mkdirSync(dirname(this.path), { recursive: true });
    const next = `${this.path}.next`;
    const file = openSync(next, 'w');
    for (const entry of entries) {
      writeSync(file, `${JSON.stringify(entry)}\n`);
    }
    renameSync(next, this.path);
    this.#file = file;
  }

  /** Adds one line. Needs a `rewrite` before. */
  append(entry: JournalEntry): void {
    if (this.#file !== undefined) {
      writeSync(this.#file, `${JSON.stringify(entry)}\n`);
    }
  }

  close(): void {
    if (this.#file !== undefined) {
      closeSync(this.#file);
      this.#file = undefined;
    }
  }
}
