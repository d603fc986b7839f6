import type { Database } from '../Database';
import type { CanaryKey } from '../RolloutStore';
import { reaching } from '../StoreUnavailable';

/** The target as it was when the primary was promoted to `revision`; null when that was never recorded, or long ago. */
export function promotedTemplate({ knex, schema }: Database, key: CanaryKey, revision: string): Promise<unknown | null> {
  return reaching(async () => {
    const { rows } = await knex.raw(
      `SELECT target FROM ${schema}.promoted_templates JOIN ${schema}.canaries ON canaries.id = canary_id
       WHERE cluster = ? AND namespace = ? AND name = ? AND revision = ? ORDER BY canary_id DESC LIMIT 1`,
      [key.cluster, key.namespace, key.name, revision],
    );
    return rows[0]?.target ?? null;
  });
}
