import { definitionsIn } from './definitionsIn';
import type { ProviderDefinition } from './ProviderRegistry';

/** What Node says of a module that exists and that only `import()` can load. */
const ONLY_BY_IMPORT: ReadonlySet<string | undefined> = new Set([
  'ERR_REQUIRE_ESM',
  'ERR_REQUIRE_ASYNC_MODULE',
  'ERR_PACKAGE_PATH_NOT_EXPORTED',
]);
const MISSING: ReadonlySet<string | undefined> = new Set(['ERR_MODULE_NOT_FOUND', 'MODULE_NOT_FOUND']);

/**
 * Loads the providers of a package that somebody else published: its default export, one definition or an array.
 *
 * @param packageName a package that is installed where the engine is, or the absolute path of a module
 * @throws Error saying whether the package is missing, fails to load, or exports something else
 */
export async function loadProvider(packageName: string): Promise<ProviderDefinition[]> {
  return definitionsIn(await load(packageName), `The provider package "${packageName}"`);
}

async function load(packageName: string): Promise<unknown> {
  try {
    return require(packageName);
  } catch (error) {
    if (!ONLY_BY_IMPORT.has(codeOf(error))) throw failure(error, packageName);
  }
  try {
    return await import(packageName);
  } catch (error) {
    throw failure(error, packageName);
  }
}

function failure(error: unknown, packageName: string): Error {
  const message = error instanceof Error ? error.message : String(error);
  // A package that is there may itself miss another one: then the name in the message is that one's.
  const isMissing = MISSING.has(codeOf(error)) && message.includes(`'${packageName}'`);
  const what = isMissing ? 'is not installed where the engine runs; install it beside the engine' : `cannot be loaded: ${message}`;
  return new Error(`The provider package "${packageName}" ${what}`, { cause: error });
}

function codeOf(error: unknown): string | undefined {
  return (error as { code?: string } | undefined)?.code;
}
