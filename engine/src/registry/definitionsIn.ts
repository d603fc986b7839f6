import type { ProviderDefinition } from './ProviderRegistry';

/** The functions that make a definition one of its kind. */
const FUNCTIONS: Readonly<Record<ProviderDefinition['kind'], readonly string[]>> = {
  router: ['references', 'render', 'read', 'finalize'],
  metric: ['create'],
  alert: ['create'],
};

/**
 * The definitions in a module that `require` or `import()` returned: its default export, one or a list.
 *
 * @param source what was imported, for messages
 * @throws Error naming what is missing
 */
export function definitionsIn(module: unknown, source: string): ProviderDefinition[] {
  const exported = defaultExportOf(module);
  if (exported === undefined) throw new Error(`${source} has no default export; export one provider definition or an array of them`);
  const candidates: unknown[] = Array.isArray(exported) ? exported : [exported];
  if (candidates.length === 0) throw new Error(`${source} exports an empty array; export at least one provider definition`);
  return candidates.map((candidate, index) => {
    const where = Array.isArray(exported) ? `${source} (definition ${index + 1})` : source;
    const problem = problemOf(candidate);
    if (problem) throw new Error(`${where} is not a provider definition: ${problem}`);
    return candidate as ProviderDefinition;
  });
}

/**
 * A CommonJS module is its own default export, unless it was compiled from ES syntax; `import()` puts either of them
 * into a `default` of its own.
 */
function defaultExportOf(module: unknown): unknown {
  if (Array.isArray(module)) return module;
  if (!isObject(module)) return undefined;
  if ('default' in module) return defaultExportOf(module.default) ?? module.default;
  return 'kind' in module ? module : undefined;
}

function problemOf(candidate: unknown): string | undefined {
  if (!isObject(candidate)) return `it is ${candidate === null ? 'null' : `a ${typeof candidate}`}, not an object`;
  const kinds = Object.keys(FUNCTIONS);
  if (!kinds.includes(candidate.kind as string)) return `its "kind" is none of ${kinds.join(', ')}`;
  if (typeof candidate.id !== 'string' || candidate.id === '') return 'its "id" is not a text';
  const missing = FUNCTIONS[candidate.kind as ProviderDefinition['kind']].filter((name) => typeof candidate[name] !== 'function');
  return missing.length === 0 ? undefined : `"${candidate.id}" lacks the function ${missing.join(', ')}`;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
