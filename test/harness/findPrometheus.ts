import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Paths of a Prometheus server and its tool, or one line that says why there are none. */
export type PrometheusBinaries = { prometheus: string; promtool: string } | { missing: string };

/** Looks in PATH for `prometheus` and `promtool` (Debian's package `prometheus` has both). */
export function findPrometheus(): PrometheusBinaries {
  const prometheus = inPath('prometheus');
  const promtool = inPath('promtool');
  if (prometheus && promtool) return { prometheus, promtool };
  const absent = [prometheus ? [] : 'prometheus', promtool ? [] : 'promtool'].flat().join(' and ');
  return { missing: `${absent} not in PATH (Debian's package: apt-get install prometheus)` };
}

function inPath(name: string): string | undefined {
  return (process.env.PATH ?? '')
    .split(delimiter)
    .filter((folder) => folder !== '')
    .map((folder) => join(folder, name))
    .find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
