import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadProvider } from './loadProvider';

const ALERT = "{ kind: 'alert', id: 'pager', displayName: 'Pager', secretKeys: [], create: () => ({ send: async () => {} }) }";

describe('loadProvider', () => {
  let folder: string;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'providers-'));
  });

  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  it.each([
    ['an ES module with one definition', 'one.mjs', `export default ${ALERT};`],
    ['an ES module with an array', 'many.mjs', `export default [${ALERT}];`],
    ['a CommonJS module', 'plain.cjs', `module.exports = ${ALERT};`],
    ['a CommonJS module compiled from ES syntax', 'compiled.cjs', `exports.__esModule = true; exports.default = ${ALERT};`],
  ])('loads %s', async (_form, name, source) => {
    const [definition, ...others] = await loadProvider(written(name, source));
    expect(definition).toMatchObject({ kind: 'alert', id: 'pager' });
    expect(others).toEqual([]);
  });

  it.each([
    [
      'has no default export',
      'empty.mjs',
      'export const provider = 1;',
      'has no default export; export one provider definition or an array',
    ],
    ['exports an empty array', 'none.mjs', 'export default [];', 'exports an empty array'],
    ['exports a text', 'text.mjs', "export default 'x';", 'it is a string, not an object'],
    ['has an unknown kind', 'kind.mjs', "export default { kind: 'mesh', id: 'x' };", '"kind" is none of router, metric, alert'],
    ['has no id', 'id.mjs', "export default { kind: 'alert' };", '"id" is not a text'],
    [
      'lacks a function',
      'half.mjs',
      `export default [${ALERT}, { kind: 'metric', id: 'x' }];`,
      '(definition 2) is not a provider definition: "x" lacks the function create',
    ],
    [
      'lacks functions',
      'router.mjs',
      "export default { kind: 'router', id: 'x', read() {} };",
      '"x" lacks the function references, render, finalize',
    ],
    ['throws while it loads', 'throws.mjs', "throw new Error('needs Node 99');", 'cannot be loaded: needs Node 99'],
    ['needs a package that is missing', 'needs.mjs', "import 'not-there-at-all';", 'cannot be loaded: '],
  ])('says so when a package %s', async (_case, name, source, message) => {
    const path = written(name, source);
    await expect(loadProvider(path)).rejects.toThrow(message);
    await expect(loadProvider(path)).rejects.toThrow(path);
  });

  it('says so when a package is not installed', async () => {
    await expect(loadProvider('@example/not-there')).rejects.toThrow(
      'The provider package "@example/not-there" is not installed where the engine runs; install it beside the engine',
    );
  });

  function written(name: string, source: string): string {
    const path = join(folder, name);
    writeFileSync(path, source);
    return path;
  }
});
