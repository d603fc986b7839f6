import { MemoryObjectStore } from '../../apiserver/MemoryObjectStore';
import { ManualClock } from '../../ManualClock';
import { startWorkloads } from '../startWorkloads';

/** The workloads of a cluster that has nothing but the namespace `test`, on a clock that stands still. */
export function startManualWorkloads(): { clock: ManualClock; store: MemoryObjectStore; workloads: { close(): void } } {
  const clock = new ManualClock();
  const store = new MemoryObjectStore({ clock });
  const workloads = startWorkloads(store, clock);
  store.create('/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'test' } });
  return { clock, store, workloads };
}
