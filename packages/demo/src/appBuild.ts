import { existsSync, readdirSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { type ChildPart, startChild } from './startChild';

/** What the portal's pages are made of, relative to the repository. */
const SOURCES = [
  'packages/app/src',
  'packages/app/package.json',
  'plugins/rollouts/src',
  'plugins/rollouts-common/src',
  'package-lock.json',
];

/** Whether the built pages are absent or older than their sources. */
export function isAppStale(repository: string): boolean {
  const built = join(repository, 'packages/app/dist/index.html');
  if (!existsSync(built)) {
    return true;
  }
  const builtAt = statSync(built).mtimeMs;
  return SOURCES.some((source) => newest(join(repository, source)) > builtAt);
}

/** Builds the portal's pages. */
export function buildApp(repository: string, log: string): ChildPart {
  const cli = createRequire(join(repository, 'package.json')).resolve('@backstage/cli/bin/backstage-cli');
  return startChild({
    name: "the build of the portal's pages",
    args: [cli, 'package', 'build'],
    cwd: join(repository, 'packages/app'),
    log,
    // Decides for which browsers the pages are; whatever it is here.
    environment: { NODE_ENV: 'production' },
  });
}

function newest(path: string): number {
  const found = statSync(path, { throwIfNoEntry: false });
  if (!found) {
    return 0;
  }
  if (!found.isDirectory()) {
    return /\.test\.tsx?$/.test(path) ? 0 : found.mtimeMs;
  }
  return Math.max(0, ...readdirSync(path).map((name) => newest(join(path, name))));
}
