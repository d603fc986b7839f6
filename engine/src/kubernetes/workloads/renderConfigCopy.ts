import type { KubeObject, OwnerReference } from '@aviary/provider-contract';
import { includedByPrefix, orAbsent } from './metadataFilters';
import { ownerReferenceOf, type RenderableCanary } from './RenderableCanary';
import { rendered, type Rendered } from './Rendered';

/** What the copy of a config is made from. */
export interface ConfigCopyOptions {
  canary: Pick<RenderableCanary, 'namespace' | 'name' | 'uid'>;
  /** `-include-label-prefix` */
  includeLabelPrefix: readonly string[];
  /** The copy as it is now, when there is one. */
  existing?: KubeObject;
}

/**
 * The ConfigMap or Secret `<name>-primary` that the primary's pods use, so that a change of the original does not
 * reach them before it is analysed. `immutable` is not copied: the copy changes with every promotion.
 * `binaryData` is (Flagger leaves it out, and pods that need it cannot start).
 */
export function renderConfigCopy(source: KubeObject, options: ConfigCopyOptions): Rendered {
  const { canary, existing } = options;
  const { data, binaryData, type } = source;
  const object: KubeObject = {
    ...existing,
    apiVersion: 'v1',
    kind: source.kind,
    metadata: {
      ...existing?.metadata,
      name: `${source.metadata.name}-primary`,
      namespace: canary.namespace,
      labels: orAbsent({ ...existing?.metadata.labels, ...includedByPrefix(source.metadata.labels, options.includeLabelPrefix) }),
      ownerReferences: owners(existing, canary),
    },
    data,
    binaryData,
  };
  if (source.kind === 'Secret') object.type = type ?? 'Opaque';
  return rendered(JSON.parse(JSON.stringify(object)), existing);
}

/**
 * Everybody who shares the copy is an owner, so that it outlives any one Canary. The first one stays its controller:
 * two Canaries taking that from each other, as with Flagger, would never come to rest.
 */
function owners(existing: KubeObject | undefined, canary: ConfigCopyOptions['canary']): OwnerReference[] {
  const current = existing?.metadata.ownerReferences ?? [];
  if (current.some((owner) => owner.uid === canary.uid)) return current;
  return [...current, { ...ownerReferenceOf(canary), controller: !current.some((owner) => owner.controller) }];
}
