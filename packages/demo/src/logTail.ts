import { readFileSync } from 'node:fs';

const LINES = 20;

/** The end of a log, for people who look at a failure; a sentence when there is none. */
export function logTail(file: string): string {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    return `(no log in ${file})`;
  }
  const lines = text.trimEnd().split('\n').slice(-LINES);
  return `The end of ${file}:\n${lines.map((line) => `  | ${line}`).join('\n')}`;
}
