export type * from './RolloutStore';
export { StoreUnavailable } from './StoreUnavailable';
export { SchemaMismatch } from './migrate';
export { ClusterNameTaken } from './claimCluster';
export { shardCount, shardOf } from './shardOf';
export { openStore } from './openStore';
export type { OpenStore } from './openStore';
export { openReader } from './openReader';
