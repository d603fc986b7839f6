import type { ObjectStore, StoreEvent } from '../apiserver/ObjectStore';
import { quotaUsage } from '../apiserver/quotas/quotaUsage';
import type { Clock } from '../Clock';
import { Reconciler } from './Reconciler';

const QUOTAS = '/resourcequotas';

/** Shows in the status of every ResourceQuota how much of what it counts there is. What it cannot count is not shown. */
export class QuotaController {
  private readonly queue: Reconciler;

  constructor(
    private readonly store: ObjectStore,
    clock: Clock,
  ) {
    this.queue = new Reconciler(clock, (namespace, name) => this.reconcile(namespace, name));
  }

  /** Takes note of a change of any object. */
  observe({ object }: StoreEvent): void {
    const { namespace } = object.metadata;
    for (const quota of namespace ? this.store.list(QUOTAS, namespace) : []) this.queue.add(namespace!, quota.metadata.name);
  }

  close(): void {
    this.queue.close();
  }

  private reconcile(namespace: string, name: string): void {
    const quota = this.store.get(QUOTAS, namespace, name);
    if (!quota) return;
    const usage = quotaUsage(quota, (resource) => (this.store.types.find(resource) ? this.store.list(resource, namespace) : []));
    const used = Object.fromEntries(Object.entries(usage).map(([counted, count]) => [counted, String(count)]));
    const hard = Object.fromEntries(Object.keys(usage).map((counted) => [counted, quota.spec.hard[counted]]));
    this.store.update(QUOTAS, { ...quota, status: { hard, used } }, { subresource: 'status' });
  }
}
