import type { KubeObject } from './ObjectStore';
import type { ResourceType } from './ResourceType';

/** What of the metadata a write to the status may change: much in built-in kinds, nothing in custom resources. */
export function statusMetadata(type: ResourceType, metadata: KubeObject['metadata']): Partial<KubeObject['metadata']> {
  const { labels, annotations, finalizers } = metadata;
  return type.custom ? {} : { ...(type.id === 'apps/deployments' ? {} : { labels }), annotations, finalizers };
}
