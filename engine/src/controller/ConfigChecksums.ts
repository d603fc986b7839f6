import type { KubeObject } from '@aviary/provider-contract';
import type { ObservedConfig } from '../decision/Situation';
import { configChecksum, isKubeError, isTrackable, resourceTypes, type ConfigReference } from '../kubernetes';
import type { ClusterView } from './ClusterView';

interface Kept {
  version: string;
  config: ObservedConfig | 'untracked';
}

/** Checksums of the ConfigMaps and Secrets that pod templates refer to; fetched again only when their metadata changed. */
export class ConfigChecksums {
  readonly #view: ClusterView;
  readonly #kept = new Map<string, Kept>();

  constructor(view: ClusterView) {
    this.#view = view;
  }

  /** By reference; what opted out of tracking, or is missing and optional, is left out. */
  async of(namespace: string, refs: readonly ConfigReference[]): Promise<Record<string, ObservedConfig>> {
    const found = await Promise.all(refs.map(async (reference) => ({ reference, config: await this.#one(namespace, reference) })));
    const configs: Record<string, ObservedConfig> = {};
    for (const { reference, config } of found) {
      if (config === 'untracked' || (reference.optional && config.state === 'missing')) continue;
      configs[reference.ref] = config;
    }
    return configs;
  }

  async #one(namespace: string, { kind, name, ref }: ConfigReference): Promise<ObservedConfig | 'untracked'> {
    const metadata = this.#view.get(kind === 'Secret' ? 'secrets' : 'configMaps', namespace, name)?.metadata;
    const id = `${namespace}/${ref}`;
    if (!metadata) {
      this.#kept.delete(id);
      return { state: 'missing' };
    }
    const kept = this.#kept.get(id);
    if (kept?.version === versionOf(metadata)) return kept.config;
    try {
      const object = await this.#view.client.get(kind === 'Secret' ? resourceTypes.secret : resourceTypes.configMap, { namespace, name });
      const config: Kept['config'] = isTrackable(object) ? { state: 'seen', checksum: configChecksum(object.data) } : 'untracked';
      this.#kept.set(id, { version: versionOf(object.metadata), config });
      return config;
    } catch (error) {
      if (isKubeError(error) && error.kind === 'notFound') return { state: 'missing' };
      return { state: 'unreadable', message: error instanceof Error ? error.message : String(error) };
    }
  }
}

function versionOf(metadata: KubeObject['metadata']): string {
  return `${metadata.uid}/${metadata.resourceVersion}`;
}
