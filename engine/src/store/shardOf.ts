import { createHash } from 'node:crypto';

/** Virtual shards per cluster (design §5.6). Never changed: rows carry their shard. */
export const shardCount = 512;

/** The shard that a Canary belongs to, from its uid. */
export function shardOf(uid: string): number {
  return createHash('sha256').update(uid).digest().readUInt16BE(0) % shardCount;
}
