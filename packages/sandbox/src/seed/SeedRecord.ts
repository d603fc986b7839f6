import type { ObjectStore } from '../apiserver/ObjectStore';

/** The ConfigMap that says that the sandbox has been filled, and which of the first releases have been made. */
export const SEED_RECORD = { namespace: 'kube-system', name: 'sandbox-seed' } as const;

/** Whether the first release of a Deployment (`namespace.name`) is still to be made. */
export function releasePending(store: ObjectStore, key: string): boolean {
  const record = store.get('/configmaps', SEED_RECORD.namespace, SEED_RECORD.name);
  return record !== undefined && record.data?.[key] === undefined;
}

/** Notes that it has been made, so that no later start makes it again. */
export function noteRelease(store: ObjectStore, key: string, image: string): void {
  const record = store.get('/configmaps', SEED_RECORD.namespace, SEED_RECORD.name);
  if (record) store.update('/configmaps', { ...record, data: { ...record.data, [key]: image } });
}
