import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { BUILT_IN_PROVIDERS, loadBuiltInProviders } from './builtInProviders';

const PROVIDERS = join(__dirname, '../../../providers');
const PACKAGES = [
  { folder: 'alerts', kind: 'alert' },
  { folder: 'metrics', kind: 'metric' },
  { folder: 'routers', kind: 'router' },
];

describe('built-in providers', () => {
  it.each(PACKAGES)('are, of the package $folder, the same in the list, in its exports and in its folders', ({ folder }) => {
    const manifest = JSON.parse(readFileSync(join(PROVIDERS, folder, 'package.json'), 'utf8'));
    const folders = readdirSync(join(PROVIDERS, folder, 'src'), { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => entry.name)
      .sort();
    const exported = Object.keys(manifest.exports).filter((path) => path !== '.' && path !== './package.json');
    const listed = Object.keys(BUILT_IN_PROVIDERS).filter((source) => source.startsWith(`${manifest.name}/`));

    expect(exported.sort()).toEqual(folders.map((id) => `./${id}`));
    expect(listed.sort()).toEqual(folders.map((id) => `${manifest.name}/${id}`));
    for (const id of folders) {
      expect(manifest.exports[`./${id}`]).toBe(`./src/${id}/index.ts`);
      expect(readFileSync(join(PROVIDERS, folder, 'src', id, 'README.md'), 'utf8')).toMatch(/^# /);
    }
  });

  it('carry the id of their folder and the kind of their package', () => {
    const definitions = loadBuiltInProviders();
    const found = definitions.map(({ kind, id }) => `@aviary/${PACKAGES.find((candidate) => candidate.kind === kind)?.folder}/${id}`);
    expect(found.sort()).toEqual(Object.keys(BUILT_IN_PROVIDERS).sort());
  });
});
