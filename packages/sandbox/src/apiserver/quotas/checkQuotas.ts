import { forbidden } from '../ApiError';
import type { KubeObject } from '../ObjectStore';
import type { ResourceType } from '../ResourceType';
import { countedResource, quotaUsage, type ListObjects } from './quotaUsage';

/**
 * Refuses (403) a new object when a ResourceQuota of its namespace counts its kind and is used up. Only counts of objects are looked at, and
 * only of quotas without scopes.
 */
export function checkQuotas(type: ResourceType, object: KubeObject, list: ListObjects): void {
  const { namespace, name } = object.metadata;
  for (const quota of namespace ? list('/resourcequotas', namespace) : []) {
    const used = quotaUsage(quota, list);
    const exceeded = Object.keys(used)
      .filter((counted) => countedResource(counted) === type.id && used[counted] + 1 > Number(quota.spec.hard[counted]))
      .sort();
    if (exceeded.length) {
      const values = (valueOf: (counted: string) => unknown) => exceeded.map((counted) => `${counted}=${valueOf(counted)}`).join(',');
      const limits = `used: ${values((counted) => used[counted])}, limited: ${values((counted) => quota.spec.hard[counted])}`;
      throw forbidden(type, name, `exceeded quota: ${quota.metadata.name}, requested: ${values(() => 1)}, ${limits}`);
    }
  }
}
