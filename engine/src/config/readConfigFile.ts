import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';

/**
 * Reads `rollouts.engine` of an app-config.yaml. `${NAME}` stands for an environment variable, `$${` for itself,
 * as in Backstage's own configuration. What is in `without` is left out, its variables need not be set.
 *
 * @throws Error naming the file, and the variable or section that is missing, or the line that is not YAML
 */
export async function readConfigFile(
  path: string,
  { environment = process.env, without = [] }: { environment?: NodeJS.ProcessEnv; without?: readonly string[] } = {},
): Promise<Record<string, unknown>> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    throw new Error(`cannot read the configuration ${path}: ${(error as Error).message}`);
  }
  const section = parseYaml(text, path)?.rollouts?.engine;
  if (section === undefined || section === null || typeof section !== 'object') {
    throw new Error(`${path} has no section rollouts.engine; the README of engine/ shows one`);
  }
  const kept = Object.fromEntries(Object.entries(section).filter(([name]) => !without.includes(name)));
  return substitute(kept, path, environment) as Record<string, unknown>;
}

function parseYaml(text: string, path: string): { rollouts?: { engine?: unknown } } | null {
  try {
    return parse(text);
  } catch (error) {
    throw new Error(`${path} is not YAML: ${(error as Error).message.trimEnd()}`);
  }
}

function substitute(value: unknown, path: string, environment: NodeJS.ProcessEnv): unknown {
  if (typeof value === 'string') {
    return value.replace(/\$(\$\{)|\$\{([^}]+)\}/g, (_, escaped: string | undefined, name: string) => {
      if (escaped) return escaped;
      const found = environment[name.trim()];
      if (found === undefined) throw new Error(`${path} uses the environment variable ${name.trim()}, which is not set`);
      return found;
    });
  }
  if (Array.isArray(value)) return value.map((each) => substitute(each, path, environment));
  if (value && typeof value === 'object') {
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, substitute(each, path, environment)]));
  }
  return value;
}
