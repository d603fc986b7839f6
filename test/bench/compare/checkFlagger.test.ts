import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkFlagger, versionIn } from './checkFlagger';

describe('the file given as Flagger', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'aviary-flagger-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  async function program(name: string, prints: string, mode = 0o755): Promise<string> {
    const path = join(folder, name);
    await writeFile(path, `#!/bin/sh\n[ "$1" = -version ] && echo '${prints}'\n`, { mode });
    return path;
  }

  it('passes when it says that it is 1.44.0', async () => {
    await expect(checkFlagger(await program('right', 'Flagger version 1.44.0 revision  unknown'))).resolves.toBeUndefined();
  });

  it.each([
    [
      'of another version',
      'older',
      'Flagger version 1.43.0 revision  abc',
      0o755,
      /older is Flagger 1\.43\.0; the comparison is with 1\.44\.0/,
    ],
    ['another program', 'other', 'hello', 0o755, /other is no Flagger: .* said "hello"/],
    ['not executable', 'plain', 'Flagger version 1.44.0', 0o644, /may not be run.*chmod/],
  ])('is refused when it is %s', async (_, name, prints, mode, message) => {
    await expect(checkFlagger(await program(name, prints, mode))).rejects.toThrow(message);
  });

  it('is refused when it is a program that does not know the flag', async () => {
    await expect(checkFlagger(process.execPath)).rejects.toThrow(/is no Flagger: asked for its version it said ".*bad option/);
  });

  it('is refused when it is not there, or a folder, with how to build one', async () => {
    await expect(checkFlagger(join(folder, 'missing'))).rejects.toThrow(/no Flagger binary at .*missing; build one with: go install/);
    await expect(checkFlagger(folder)).rejects.toThrow(/no Flagger binary/);
  });
});

it.each([
  ['Flagger version 1.44.0 revision  unknown\n', '1.44.0'],
  ['warning: x\nFlagger version v1.45.0-rc.1 revision 1', '1.45.0-rc.1'],
  ['version 1.44.0', undefined],
])('the version in %j is %s', (output, version) => {
  expect(versionIn(output)).toBe(version);
});
