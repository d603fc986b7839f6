import type { Knex } from 'knex';
import { type Database, type DatabaseOptions, openDatabase, openMigrationDatabase } from './Database';
import { Notifications } from './Notifications';
import { PostgresRolloutReader } from './PostgresRolloutReader';
import { PostgresRolloutStore } from './PostgresRolloutStore';
import { PostgresShardLeases } from './PostgresShardLeases';
import type { RolloutReader, RolloutStore, ShardLeases } from './RolloutStore';
import { claimCluster } from './claimCluster';
import { migrate } from './migrate';

/**
 * Milliseconds. When hundreds of Canaries have something to decide at once, the pool's queue is what puts them in order: waiting in it
 * is no sign of trouble. A database that is away is noticed by those whose turn it is.
 */
const PATIENCE = 30_000;

/** The engine's database, opened. */
export interface OpenStore {
  /** The pool, for its metrics and for counting statements. */
  knex: Knex;
  store: RolloutStore;
  /** Shares the pool; closing it is `close` below. */
  reader: RolloutReader;
  /** Brings the schema up to date: before anything else. @throws SchemaMismatch when it is ahead */
  migrate(): Promise<void>;
  /** Binds the cluster's name to the uid of its kube-system namespace. @throws ClusterNameTaken */
  claimCluster(name: string, kubeSystemUid: string): Promise<void>;
  /** Leases of one cluster's shards, on a connection of their own. `ttlMs`: default 10 s. */
  leases(options: { engineId: string; cluster: string; ttlMs?: number }): ShardLeases;
  /** Whether the database answers now. */
  ping(): Promise<boolean>;
  /** Ends all connections. */
  close(): Promise<void>;
}

/** Opens the ledger for an engine. Nothing is connected before it is used. `now`: the engine's clock, default the wall clock. */
export function openStore(options: DatabaseOptions & { now?: () => number }): OpenStore {
  const database = openDatabase({ ...options, patience: PATIENCE });
  const heartbeats: Database[] = [];
  const notifications = new Notifications(options.connection);
  const close = async () => {
    await notifications.close();
    await Promise.all([database, ...heartbeats].map(({ knex }) => knex.destroy()));
  };
  return {
    knex: database.knex,
    store: new PostgresRolloutStore(database, notifications),
    reader: new PostgresRolloutReader(database, notifications, { now: options.now ?? Date.now, close }),
    async migrate() {
      const unlimited = openMigrationDatabase(options);
      try {
        await migrate(unlimited);
      } finally {
        await unlimited.knex.destroy();
      }
    },
    claimCluster: (name, kubeSystemUid) => claimCluster(database, name, kubeSystemUid),
    leases({ ttlMs = 10_000, ...rest }) {
      // A heartbeat that waited for a connection behind hundreds of decisions would cost the lease, and with it all of them.
      const heartbeat = openDatabase({ ...options, poolSize: 1 });
      heartbeats.push(heartbeat);
      return new PostgresShardLeases(heartbeat, { ttlMs, ...rest });
    },
    async ping() {
      return database.knex.raw('SELECT 1').then(
        () => true,
        () => false,
      );
    },
    close,
  };
}
