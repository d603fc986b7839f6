import { ProviderError, Secret, type SecretKey } from '@aviary/provider-contract';
import { isKubeError, resourceTypes } from '../kubernetes';
import type { ClusterView } from './ClusterView';

interface Kept {
  version: string;
  data: Record<string, string>;
}

/**
 * Reads Secrets for providers: the metadata watch tells when one changed, and only then is it fetched again.
 * Only the keys that a provider declared leave this file, as values that do not print.
 */
export class SecretReader {
  readonly #view: ClusterView;
  readonly #kept = new Map<string, Kept>();

  constructor(view: ClusterView) {
    this.#view = view;
  }

  /** @throws ProviderError `misconfigured` or `unauthorized`, naming the Secret and the key */
  async read(namespace: string, name: string, keys: readonly SecretKey[]): Promise<Record<string, Secret>> {
    const data = await this.#data(namespace, name);
    const missing = keys.filter((key) => key.required && data[key.name] === undefined).map((key) => key.name);
    if (missing.length > 0) {
      throw new ProviderError('misconfigured', `Secret ${namespace}/${name} has no key ${missing.join(', ')}; add it to the Secret's data`);
    }
    const known = keys.filter((key) => data[key.name] !== undefined);
    return Object.fromEntries(known.map((key) => [key.name, new Secret(Buffer.from(data[key.name], 'base64').toString('utf8'))]));
  }

  async #data(namespace: string, name: string): Promise<Record<string, string>> {
    const id = `${namespace}/${name}`;
    const metadata = this.#view.get('secrets', namespace, name)?.metadata;
    const version = `${metadata?.uid}/${metadata?.resourceVersion}`;
    const kept = this.#kept.get(id);
    if (metadata && kept?.version === version) return kept.data;
    try {
      const secret = await this.#view.client.get(resourceTypes.secret, { namespace, name });
      const fresh = { version: `${secret.metadata.uid}/${secret.metadata.resourceVersion}`, data: secret.data ?? {} };
      this.#kept.set(id, fresh);
      return fresh.data;
    } catch (error) {
      this.#kept.delete(id);
      if (isKubeError(error) && error.kind === 'notFound') {
        throw new ProviderError('misconfigured', `Secret ${id} does not exist; create it or correct the secretRef`);
      }
      if (isKubeError(error) && (error.kind === 'forbidden' || error.kind === 'unauthorized')) {
        throw new ProviderError('unauthorized', `the engine may not read Secret ${id}; allow it to get secrets there`);
      }
      throw new ProviderError('unavailable', `Secret ${id} could not be read: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
}
