import { readFileSync } from 'node:fs';

const LINES = 20;

/** Lines that say nothing about a failure: every request that was answered. */
const NOISE = /type="?incomingRequest/;

/** What colours text in a terminal. */
const COLOURS = /\x1b\[[0-9;]*m/g;

/** The end of a log, for people who look at a failure; a sentence when there is none. */
export function logTail(file: string): string {
  let text: string;
  try {
    text = readFileSync(file, 'utf8').replace(COLOURS, '');
  } catch {
    return `(no log in ${file})`;
  }
  const lines = text
    .trimEnd()
    .split('\n')
    .filter((line) => !NOISE.test(line))
    .slice(-LINES);
  return `The end of ${file}:\n${lines.map((line) => `  | ${line}`).join('\n')}`;
}
