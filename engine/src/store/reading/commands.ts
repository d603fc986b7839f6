import type { Database } from '../Database';
import type { CanaryKey, RolloutReader } from '../RolloutStore';
import { toTime } from '../json';
import { run } from '../run';
import { reaching } from '../StoreUnavailable';

type NewCommand = Parameters<RolloutReader['addCommand']>[1];
type AnsweredCommand = Awaited<ReturnType<RolloutReader['command']>>;

/** There is no Canary for a command. */
export class UnknownCanary extends Error {
  override readonly name = 'UnknownCanary';
  readonly kind = 'misconfigured';
}

/** Writes a command for the engine and wakes it. Writing the same id again changes nothing. @throws UnknownCanary */
export function addCommand({ knex, schema, schemaName }: Database, key: CanaryKey, command: NewCommand): Promise<void> {
  return reaching(async () => {
    const { rows } = await run<{ canaries: number }>(
      knex,
      `WITH canary AS (
         SELECT id, cluster, namespace, name, shard FROM ${schema}.canaries WHERE cluster = ? AND namespace = ? AND name = ? AND gone_at IS NULL
       ),
       added AS (
         INSERT INTO ${schema}.commands (canary_id, cluster, namespace, name, shard, id, type, rollout_id, revision, gate, by, why, at)
         SELECT canary.*, ?, ?, ?, ?, ?, ?, ?, ?::timestamptz FROM canary
         ON CONFLICT (id) DO NOTHING RETURNING cluster
       )
       SELECT (SELECT count(*)::int FROM canary) AS canaries, (SELECT pg_notify(?, cluster) FROM added)`,
      [
        key.cluster,
        key.namespace,
        key.name,
        command.id,
        command.type,
        command.rolloutId,
        command.revision,
        command.gate,
        command.by,
        command.why.replaceAll('\0', '\ufffd'),
        toTime(command.at),
        `${schemaName}_commands`,
      ],
    );
    if (rows[0].canaries === 0) {
      throw new UnknownCanary(`There is no Canary ${key.namespace}/${key.name} in cluster ${key.cluster} to ${command.type}.`);
    }
  });
}

/** A command and its answer; null when it was never written. */
export function readCommand({ knex, schema }: Database, id: string): Promise<AnsweredCommand> {
  return reaching(async () => {
    const { rows } = await run<NonNullable<AnsweredCommand>>(
      knex,
      `SELECT id, type, outcome, message FROM ${schema}.commands WHERE id = ?`,
      [id],
    );
    return rows[0] ?? null;
  });
}
