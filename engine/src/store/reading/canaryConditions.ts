import type { RolloutFilter } from '../RolloutStore';
import { toTime } from '../json';

/** Milliseconds of "in the last 24 hours". */
export const day = 86_400_000;

/** A condition on `canaries` in SQL, with the values of its question marks. */
export interface Condition {
  sql: string;
  values: unknown[];
}

type Filter = Pick<RolloutFilter, 'cluster' | 'namespace' | 'phase' | 'group' | 'search' | 'keys'>;

/** The Canaries that still exist and that the filter lets through. `now`: the engine's clock. */
export function canaryConditions(filter: Filter, now: number): Condition {
  const conditions: Condition[] = [{ sql: 'canaries.gone_at IS NULL', values: [] }];
  const add = (sql: string, ...values: unknown[]) => conditions.push({ sql, values });
  if (filter.cluster?.length) {
    add('canaries.cluster = ANY(?)', filter.cluster);
  }
  if (filter.namespace?.length) {
    add('canaries.namespace = ANY(?)', filter.namespace);
  }
  if (filter.phase?.length) {
    add('canaries.phase = ANY(?)', filter.phase);
  }
  if (filter.search) {
    add('canaries.search ILIKE ?', `%${filter.search.replace(/[\\%_]/g, '\\$&').replaceAll('\0', '')}%`);
  }
  if (filter.keys) {
    const column = (name: 'cluster' | 'namespace' | 'name') => filter.keys!.map((key) => key[name]);
    add(
      '(canaries.cluster, canaries.namespace, canaries.name) IN (SELECT * FROM unnest(?::text[], ?::text[], ?::text[]))',
      column('cluster'),
      column('namespace'),
      column('name'),
    );
  }
  if (filter.group) {
    conditions.push(groupCondition(filter.group, now));
  }
  return { sql: conditions.map(({ sql }) => sql).join(' AND '), values: conditions.flatMap(({ values }) => values) };
}

/** The portal's tiles. */
function groupCondition(group: NonNullable<RolloutFilter['group']>, now: number): Condition {
  switch (group) {
    case 'running':
      return { sql: 'canaries.running', values: [] };
    case 'waiting':
      return { sql: 'canaries.waiting_since IS NOT NULL', values: [] };
    default:
      return {
        sql: 'canaries.outcome = ? AND canaries.ended_at > ?',
        values: [group === 'failed' ? 'Failed' : 'Succeeded', toTime(now - day)],
      };
  }
}
