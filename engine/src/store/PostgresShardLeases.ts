import type { Knex } from 'knex';
import type { Database } from './Database';
import type { ShardLeases } from './RolloutStore';
import { reaching } from './StoreUnavailable';
import { shardCount } from './shardOf';

/** Engines that ended without a word are forgotten after this. */
const forgottenAfter = '1 day';

export interface ShardLeasesOptions {
  engineId: string;
  cluster: string;
  /** Milliseconds after which an engine that does not renew has lost its shards. */
  ttlMs: number;
}

/**
 * The shards of one cluster for one engine. All arithmetic of expiry is Postgres': no engine's clock is trusted.
 *
 * An engine that claims locks the rows of the engines whose lease has ended. One of them that renews at the same moment waits
 * for that lock and then sees what it has lost, so two engines never both believe in a shard after their renewals.
 */
export class PostgresShardLeases implements ShardLeases {
  readonly #database: Database;
  readonly #options: ShardLeasesOptions;
  #registered = false;

  constructor(database: Database, options: ShardLeasesOptions) {
    this.#database = database;
    this.#options = options;
  }

  /** @throws StoreUnavailable; the lease then runs out by itself. */
  renew({ claim } = { claim: true }): Promise<{ shards: Map<number, number>; sentAt: number }> {
    return reaching(async () => {
      // Before anything is sent: the server starts to count later than this, so we never count longer than it does.
      const sentAt = performance.now();
      const shards = await this.#database.knex.transaction(async (transaction) => {
        await this.#extend(transaction);
        const held = await this.#held(transaction);
        const fair = Math.ceil(shardCount / held.engines);
        const change = fair - held.shards.size;
        if (change === 0 || (change > 0 && !(claim && held.more))) {
          return held.shards;
        }
        await (change > 0 ? this.#claim(transaction, change) : this.#giveBack(transaction, -change));
        return (await this.#held(transaction)).shards;
      });
      this.#registered = true;
      return { shards, sentAt };
    });
  }

  /** @throws StoreUnavailable */
  release(): Promise<void> {
    const { knex, schema, schemaName } = this.#database;
    const { cluster, engineId } = this.#options;
    return reaching(async () => {
      await knex.transaction(async (transaction) => {
        await transaction.raw(`DELETE FROM ${schema}.engines WHERE cluster = ? AND id = ?`, [cluster, engineId]);
        await transaction.raw(`UPDATE ${schema}.engine_shards SET owner = NULL WHERE cluster = ? AND owner = ?`, [cluster, engineId]);
        await transaction.raw('SELECT pg_notify(?, ?)', [`${schemaName}_shards`, cluster]);
      });
      this.#registered = false;
    });
  }

  async #extend(transaction: Knex.Transaction): Promise<void> {
    const { schema } = this.#database;
    const { cluster, engineId, ttlMs } = this.#options;
    if (!this.#registered) {
      await transaction.raw(`INSERT INTO ${schema}.engine_shards (cluster, shard) SELECT ?, generate_series(0, ?) ON CONFLICT DO NOTHING`, [
        cluster,
        shardCount - 1,
      ]);
      await transaction.raw(
        `DELETE FROM ${schema}.engines WHERE cluster = ? AND expires_at < now() - interval '${forgottenAfter}'
         AND NOT EXISTS (SELECT 1 FROM ${schema}.engine_shards WHERE engine_shards.cluster = engines.cluster AND owner = engines.id)`,
        [cluster],
      );
    }
    await transaction.raw(
      `INSERT INTO ${schema}.engines (cluster, id, expires_at) VALUES (?, ?, clock_timestamp() + ? * interval '1 millisecond')
       ON CONFLICT (cluster, id) DO UPDATE SET expires_at = clock_timestamp() + ? * interval '1 millisecond'`,
      [cluster, engineId, ttlMs, ttlMs],
    );
  }

  /** A statement of its own: it must see what was committed while the one before waited for a lock. */
  async #held(transaction: Knex.Transaction): Promise<{ shards: Map<number, number>; engines: number; more: boolean }> {
    const { schema } = this.#database;
    const { cluster, engineId } = this.#options;
    const { rows } = await transaction.raw(
      `WITH live AS (SELECT id FROM ${schema}.engines WHERE cluster = ? AND expires_at > clock_timestamp())
       SELECT shard, epoch, owner, (SELECT count(*)::int FROM live) AS engines FROM ${schema}.engine_shards
       WHERE cluster = ? AND (owner = ? OR owner IS NULL OR owner NOT IN (SELECT id FROM live))`,
      [cluster, cluster, engineId],
    );
    const mine = rows.filter((row: ShardRow) => row.owner === engineId);
    return {
      shards: new Map(mine.map((row: ShardRow) => [row.shard, Number(row.epoch)])),
      // Our own row has just been renewed, but a lease may be shorter than this statement took.
      engines: Math.max(1, rows[0]?.engines ?? 1),
      more: mine.length < rows.length,
    };
  }

  async #claim(transaction: Knex.Transaction, count: number): Promise<void> {
    const { schema } = this.#database;
    const { cluster, engineId } = this.#options;
    await transaction.raw(
      `WITH ended AS (
         SELECT id FROM ${schema}.engines WHERE cluster = ? AND expires_at <= clock_timestamp() FOR UPDATE SKIP LOCKED
       ),
       free AS (
         SELECT shard FROM ${schema}.engine_shards
         WHERE cluster = ? AND (owner IS NULL OR owner IN (SELECT id FROM ended))
         ORDER BY shard LIMIT ? FOR UPDATE SKIP LOCKED
       )
       UPDATE ${schema}.engine_shards SET owner = ?, epoch = epoch + 1 WHERE cluster = ? AND shard IN (SELECT shard FROM free)`,
      [cluster, cluster, count, engineId, cluster],
    );
  }

  /** Shards in the middle of a decision are kept until the next renewal. */
  async #giveBack(transaction: Knex.Transaction, count: number): Promise<void> {
    const { schema, schemaName } = this.#database;
    const { cluster, engineId } = this.#options;
    await transaction.raw(
      `WITH surplus AS (
         SELECT shard FROM ${schema}.engine_shards WHERE cluster = ? AND owner = ? ORDER BY shard DESC LIMIT ? FOR UPDATE SKIP LOCKED
       )
       UPDATE ${schema}.engine_shards SET owner = NULL WHERE cluster = ? AND shard IN (SELECT shard FROM surplus)`,
      [cluster, engineId, count, cluster],
    );
    await transaction.raw('SELECT pg_notify(?, ?)', [`${schemaName}_shards`, cluster]);
  }
}

interface ShardRow {
  shard: number;
  /** bigint: pg reads it as text. */
  epoch: string;
  owner: string | null;
}
