import type { Database } from '../Database';
import type { RolloutCounts, RolloutFilter } from '../RolloutStore';
import { fromTimeOrNull, toTime } from '../json';
import { run } from '../run';
import { reaching } from '../StoreUnavailable';
import { canaryConditions, day } from './canaryConditions';

const hour = 3_600_000;

/**
 * The numbers of the tiles: two queries. `clusters` and `namespaces` are what can be filtered by, so of the filter only `keys`
 * narrows them.
 */
export function countRollouts(
  { knex, schema }: Database,
  now: number,
  filter: Pick<RolloutFilter, 'cluster' | 'namespace' | 'keys'>,
): Promise<RolloutCounts> {
  return reaching(async () => {
    const all = canaryConditions({ keys: filter.keys }, now);
    const chosen = canaryConditions({ cluster: filter.cluster, namespace: filter.namespace }, now);
    const since = toTime(now - day);
    const [present, ended] = await Promise.all([
      run<PresentRow>(
        knex,
        `SELECT
           count(*) FILTER (WHERE running AND chosen)::int AS running,
           count(*) FILTER (WHERE holding AND chosen)::int AS holding,
           count(*) FILTER (WHERE paused AND chosen)::int AS paused,
           count(*) FILTER (WHERE waiting_since IS NOT NULL AND chosen)::int AS waiting,
           min(waiting_since) FILTER (WHERE chosen) AS oldest,
           array_agg(DISTINCT cluster) AS clusters,
           array_agg(DISTINCT namespace) AS namespaces
         FROM (SELECT *, ${chosen.sql} AS chosen FROM ${schema}.canaries WHERE ${all.sql}) AS canaries`,
        [...chosen.values, ...all.values],
      ),
      run<EndedRow>(
        knex,
        `SELECT floor(extract(epoch FROM ?::timestamptz - rollouts.ended_at) * 1000 / ${hour})::int AS hours_ago,
           rollouts.outcome, (extract(epoch FROM rollouts.ended_at - rollouts.started_at) * 1000)::float8 AS duration
         FROM ${schema}.rollouts JOIN ${schema}.canaries ON canaries.id = rollouts.canary_id
         WHERE rollouts.ended_at > ? AND rollouts.ended_at <= ? AND ${chosen.sql} AND ${all.sql}`,
        [toTime(now), since, toTime(now), ...chosen.values, ...all.values],
      ),
    ]);
    const { oldest, clusters, namespaces, ...counts } = present.rows[0];
    return {
      ...counts,
      oldestWaitingSince: fromTimeOrNull(oldest),
      ...endedCounts(ended.rows),
      clusters: clusters ?? [],
      namespaces: namespaces ?? [],
    };
  });
}

interface PresentRow {
  running: number;
  holding: number;
  paused: number;
  waiting: number;
  oldest: Date | null;
  /** Null without any Canary. */
  clusters: string[] | null;
  namespaces: string[] | null;
}

interface EndedRow {
  hours_ago: number;
  outcome: string;
  duration: number;
}

function endedCounts(rows: EndedRow[]): Pick<RolloutCounts, 'failedDay' | 'promotedDay' | 'endedDay' | 'hours' | 'medianDuration'> {
  const hours = Array.from({ length: 24 }, () => ({ failed: 0, promoted: 0 }));
  for (const { hours_ago: hoursAgo, outcome } of rows) {
    const place = hours[Math.max(0, 23 - hoursAgo)];
    place.failed += outcome === 'Failed' ? 1 : 0;
    place.promoted += outcome === 'Succeeded' ? 1 : 0;
  }
  return {
    failedDay: rows.filter(({ outcome }) => outcome === 'Failed').length,
    promotedDay: rows.filter(({ outcome }) => outcome === 'Succeeded').length,
    endedDay: rows.length,
    hours,
    medianDuration: median(rows.filter(({ outcome }) => outcome === 'Succeeded').map(({ duration }) => Math.round(duration))),
  };
}

function median(values: number[]): number | null {
  const sorted = values.sort((one, other) => one - other);
  const middle = sorted.length / 2;
  if (sorted.length === 0) {
    return null;
  }
  return sorted.length % 2 === 1 ? sorted[Math.floor(middle)] : Math.round((sorted[middle - 1] + sorted[middle]) / 2);
}
