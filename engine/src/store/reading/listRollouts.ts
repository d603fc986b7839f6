import type { Database } from '../Database';
import type { CanaryKey, RolloutFilter, RolloutRow } from '../RolloutStore';
import type { ShownRow } from '../rows/canaryRow';
import { fromTime, fromTimeOrNull, toTime } from '../json';
import { run } from '../run';
import { reaching } from '../StoreUnavailable';
import { type Cursor, decodeCursor, encodeCursor } from './cursor';
import { canaryConditions } from './canaryConditions';

const columns = 'id, rollout_id, cluster, namespace, name, phase, verdict, confirmed_at, due_at, changed_at';

/** One page, newest change first, by key: a page deep in the list costs as much as the first. */
export function listRollouts(
  { knex, schema }: Database,
  filter: RolloutFilter,
  now: number,
): Promise<{ items: RolloutRow[]; next: string | null; previous: string | null }> {
  return reaching(async () => {
    const cursor = filter.cursor ? decodeCursor(filter.cursor) : null;
    const newer = cursor?.direction === 'newer';
    const { sql, values } = canaryConditions(filter, now);
    const place = cursor ? `AND (changed_at, id) ${newer ? '>' : '<'} (?::timestamptz, ?::bigint)` : '';
    const order = newer ? 'changed_at, id' : 'changed_at DESC, id DESC';
    const { rows } = await run<StoredRow>(
      knex,
      `SELECT page.*, shown, max_weight
       FROM (SELECT ${columns} FROM ${schema}.canaries WHERE ${sql} ${place} ORDER BY ${order} LIMIT ?) AS page
       JOIN ${schema}.canary_documents ON canary_id = page.id
       LEFT JOIN ${schema}.rollouts ON rollouts.id = page.rollout_id AND rollouts.canary_id = page.id
       ORDER BY ${order}`,
      [...values, ...(cursor ? [toTime(cursor.at), cursor.id] : []), filter.limit + 1],
    );
    const more = rows.length > filter.limit;
    const page = rows.slice(0, filter.limit);
    if (newer) {
      page.reverse();
    }
    const hasOlder = newer ? true : more;
    const hasNewer = newer ? more : cursor !== null;
    return {
      items: page.map(rolloutRow),
      next: hasOlder ? cursorAt('older', page.at(-1), cursor) : null,
      previous: hasNewer ? cursorAt('newer', page[0], cursor) : null,
    };
  });
}

/** The Canary under this key, as lists show it; null when there is none now. */
export function readRollout({ knex, schema }: Database, key: CanaryKey): Promise<RolloutRow | null> {
  return reaching(async () => {
    const { rows } = await run<StoredRow>(
      knex,
      `SELECT found.*, shown, max_weight
       FROM (SELECT ${columns} FROM ${schema}.canaries WHERE cluster = ? AND namespace = ? AND name = ? AND gone_at IS NULL) AS found
       JOIN ${schema}.canary_documents ON canary_id = found.id
       LEFT JOIN ${schema}.rollouts ON rollouts.id = found.rollout_id AND rollouts.canary_id = found.id`,
      [key.cluster, key.namespace, key.name],
    );
    return rows[0] ? rolloutRow(rows[0]) : null;
  });
}

interface StoredRow {
  id: string;
  cluster: string;
  namespace: string;
  name: string;
  phase: RolloutRow['phase'];
  verdict: RolloutRow['verdict'];
  shown: ShownRow;
  max_weight: number | null;
  confirmed_at: Date | null;
  due_at: Date | null;
  changed_at: Date;
}

function rolloutRow(row: StoredRow): RolloutRow {
  return {
    ...row.shown,
    maxWeight: row.max_weight ?? 0,
    key: { cluster: row.cluster, namespace: row.namespace, name: row.name },
    phase: row.phase,
    verdict: row.verdict,
    confirmed: row.confirmed_at !== null,
    dueAt: fromTimeOrNull(row.due_at),
    changedAt: fromTime(row.changed_at),
  };
}

/** Of an empty page: the place that it was asked for, turned around. */
function cursorAt(direction: Cursor['direction'], row: StoredRow | undefined, asked: Cursor | null): string | null {
  if (row) {
    return encodeCursor({ direction, at: fromTime(row.changed_at), id: row.id });
  }
  return asked && encodeCursor({ ...asked, direction });
}
