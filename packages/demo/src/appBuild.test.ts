import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { isAppStale } from './appBuild';

describe('isAppStale', () => {
  let repository: string;
  beforeEach(() => {
    repository = mkdtempSync(join(tmpdir(), 'aviary-repository-'));
    write('packages/app/src/index.tsx', 100);
    write('plugins/rollouts/src/deep/er/Page.tsx', 100);
  });
  afterEach(() => rmSync(repository, { recursive: true }));

  function write(path: string, time: number): void {
    const file = join(repository, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, '');
    utimesSync(file, time, time);
  }

  it('is stale when nothing was built', () => {
    expect(isAppStale(repository)).toBe(true);
  });

  it('is fresh when the build is newer than all sources', () => {
    write('packages/app/dist/index.html', 200);
    expect(isAppStale(repository)).toBe(false);
  });

  it.each([
    ['packages/app/src/index.tsx', true],
    ['plugins/rollouts/src/deep/er/Page.tsx', true],
    ['plugins/rollouts-common/src/types.ts', true],
    ['package-lock.json', true],
    ['plugins/rollouts/src/deep/er/Page.test.tsx', false],
    ['plugins/rollouts-backend/src/plugin.ts', false],
  ])('after a change of %s: %s', (path, stale) => {
    write('packages/app/dist/index.html', 200);
    write(path, 300);
    expect(isAppStale(repository)).toBe(stale);
  });
});
