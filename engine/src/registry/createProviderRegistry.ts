import { loadBuiltInProviders } from './builtInProviders';
import { loadProvider } from './loadProvider';
import { ProviderRegistry } from './ProviderRegistry';

/**
 * A registry with the built-in providers and those of the named packages.
 *
 * @throws Error when a package cannot be loaded, or when two providers have one id
 */
export async function createProviderRegistry(packageNames: readonly string[] = []): Promise<ProviderRegistry> {
  const registry = new ProviderRegistry();
  for (const definition of loadBuiltInProviders()) registry.add(definition);
  for (const packageName of packageNames) {
    for (const definition of await loadProvider(packageName)) registry.add(definition);
  }
  return registry;
}
