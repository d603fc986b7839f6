import type { CanaryKey } from './types';

/** A Canary as one string, `cluster/namespace/name`: resource reference of permissions, key of rows, value in addresses. */
export function formatCanaryRef(key: CanaryKey): string {
  return `${key.cluster}/${key.namespace}/${key.name}`;
}

/**
 * Reads `cluster/namespace/name`.
 *
 * @throws Error when it does not have exactly three parts that are not empty.
 */
export function parseCanaryRef(ref: string): CanaryKey {
  const [cluster, namespace, name, ...rest] = ref.split('/');
  if (!cluster || !namespace || !name || rest.length > 0) {
    throw new Error(`A Canary is referred to as cluster/namespace/name, not as "${ref}"`);
  }
  return { cluster, namespace, name };
}
