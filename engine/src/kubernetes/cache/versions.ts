import type { KubeObject } from '@aviary/provider-contract';

/**
 * Whether `incoming` is newer than `stored`, both of one uid. Resource versions are compared as numbers where both
 * are (every API server on etcd); elsewhere a lower generation loses and otherwise what comes later wins.
 */
export function isNewer(incoming: KubeObject, stored: KubeObject): boolean {
  const order = compareResourceVersions(incoming.metadata.resourceVersion, stored.metadata.resourceVersion);
  if (order !== undefined) return order > 0;
  if (incoming.metadata.resourceVersion === stored.metadata.resourceVersion) return false;
  return (incoming.metadata.generation ?? 0) >= (stored.metadata.generation ?? 0);
}

/** Whether `incoming`, of another uid than `stored` under the same name, was created after it. */
export function isSuccessor(incoming: KubeObject, stored: KubeObject): boolean {
  const order = compareResourceVersions(incoming.metadata.resourceVersion, stored.metadata.resourceVersion);
  if (order !== undefined) return order > 0;
  return (incoming.metadata.creationTimestamp ?? '') >= (stored.metadata.creationTimestamp ?? '');
}

/** Negative, zero or positive; undefined when one of them is not a number. */
export function compareResourceVersions(a: string | undefined, b: string | undefined): number | undefined {
  if (!a || !b || !/^\d+$/.test(a) || !/^\d+$/.test(b)) return undefined;
  const difference = BigInt(a) - BigInt(b);
  return difference === 0n ? 0 : difference > 0n ? 1 : -1;
}
