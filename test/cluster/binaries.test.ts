import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BINARIES, cacheFolder, findBinaries } from './binaries';

describe('findBinaries', () => {
  const before = { ...process.env };
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'aviary-binaries-'));
    delete process.env.KUBEBUILDER_ASSETS;
    process.env.XDG_CACHE_HOME = join(folder, 'caches');
  });
  afterEach(async () => {
    process.env = { ...before };
    await rm(folder, { recursive: true, force: true });
  });

  async function fill(where: string, names: readonly string[]): Promise<void> {
    await mkdir(where, { recursive: true });
    for (const name of names) await writeFile(join(where, name), '');
  }

  it('takes them from the folder that KUBEBUILDER_ASSETS names, whatever the cache has', async () => {
    await fill(cacheFolder(), BINARIES);
    await fill(join(folder, 'assets'), BINARIES);
    process.env.KUBEBUILDER_ASSETS = join(folder, 'assets');
    expect(findBinaries()).toEqual({ folder: join(folder, 'assets') });
  });

  it('names what KUBEBUILDER_ASSETS lacks, and does not look into the cache for it', async () => {
    await fill(cacheFolder(), BINARIES);
    await fill(join(folder, 'assets'), ['etcd', 'kube-apiserver', 'kube-controller-manager']);
    process.env.KUBEBUILDER_ASSETS = join(folder, 'assets');
    expect(findBinaries()).toEqual({
      missing: `KUBEBUILDER_ASSETS is ${join(folder, 'assets')}, where there is no kube-scheduler, no kwok`,
    });
  });

  it('takes them from the cache, and says how to fill it when one is missing', async () => {
    await fill(cacheFolder(), BINARIES.slice(1));
    expect(findBinaries()).toEqual({ missing: expect.stringContaining('"npm run cluster -- --build" builds them there (needs Go)') });
    await fill(cacheFolder(), BINARIES);
    expect(findBinaries()).toEqual({ folder: cacheFolder() });
  });
});
