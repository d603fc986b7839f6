export { InMemoryLedger } from './InMemoryLedger';
export type { StoredCanary, StoredCommand, StoredDelivery } from './InMemoryLedger';
export { InMemoryRolloutStore } from './InMemoryRolloutStore';
export { InMemoryShardLeases } from './InMemoryShardLeases';
