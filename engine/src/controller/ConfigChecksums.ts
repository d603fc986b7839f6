import { configChecksum, isKubeError, resourceTypes } from '../kubernetes';
import type { KubeObject } from '@aviary/provider-contract';
import type { ObservedConfig } from '../decision/Situation';
import type { ClusterView } from './ClusterView';

/** Secrets of these types are tracked (facts §2.7); others hold what Kubernetes itself rotates. */
const TRACKED_SECRET_TYPES = new Set(['Opaque', 'kubernetes.io/basic-auth', 'kubernetes.io/ssh-auth', 'kubernetes.io/tls']);

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
  async of(
    namespace: string,
    refs: readonly { kind: 'configmap' | 'secret'; name: string; optional: boolean }[],
  ): Promise<Record<string, ObservedConfig>> {
    const found = await Promise.all(refs.map(async (ref) => ({ ref, config: await this.#one(namespace, ref.kind, ref.name) })));
    const tracked = found.filter(({ ref, config }) => config !== 'untracked' && !(ref.optional && config.state === 'missing'));
    return Object.fromEntries(tracked.map(({ ref, config }) => [`${ref.kind}/${ref.name}`, config as ObservedConfig]));
  }

  async #one(namespace: string, kind: 'configmap' | 'secret', name: string): Promise<ObservedConfig | 'untracked'> {
    const metadata = this.#view.get(kind === 'secret' ? 'secrets' : 'configMaps', namespace, name)?.metadata;
    if (!metadata) return { state: 'missing' };
    const id = `${namespace}/${kind}/${name}`;
    const version = `${metadata.uid}/${metadata.resourceVersion}`;
    const kept = this.#kept.get(id);
    if (kept?.version === version) return kept.config;
    if (optedOut(metadata)) return 'untracked';
    try {
      const object = await this.#view.client.get(kind === 'secret' ? resourceTypes.secret : resourceTypes.configMap, { namespace, name });
      const config = checksumOf(object, kind);
      this.#kept.set(id, { version: `${object.metadata.uid}/${object.metadata.resourceVersion}`, config });
      return config;
    } catch (error) {
      if (isKubeError(error) && error.kind === 'notFound') return { state: 'missing' };
      return { state: 'unreadable', message: error instanceof Error ? error.message : String(error) };
    }
  }
}

function checksumOf(object: KubeObject, kind: 'configmap' | 'secret'): ObservedConfig | 'untracked' {
  if (kind === 'secret' && !TRACKED_SECRET_TYPES.has(object.type ?? 'Opaque')) return 'untracked';
  return { state: 'seen', checksum: configChecksum(object.data) };
}

function optedOut(metadata: KubeObject['metadata']): boolean {
  return (metadata.annotations?.['flagger.app/config-tracking'] ?? '').startsWith('disable');
}
