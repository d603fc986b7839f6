import type { Phase, RolloutQuery } from '@aviary/plugin-rollouts-common';
import { PHASES } from '../phases';

/** What the page of all rollouts is narrowed to. All of it stands in the address. */
export type RolloutFilters = Pick<RolloutQuery, 'group' | 'phase' | 'cluster' | 'namespace' | 'owner' | 'search' | 'cursor'>;

const GROUPS = ['running', 'waiting', 'failed', 'promoted'] as const;
const LISTS = ['phase', 'cluster', 'namespace', 'owner'] as const;

/** Reads the filters from an address; what it does not know it leaves out. */
export function readFilters(params: URLSearchParams): RolloutFilters {
  const filters: RolloutFilters = {};
  const group = GROUPS.find((each) => each === params.get('group'));
  if (group) {
    filters.group = group;
  }
  for (const list of LISTS) {
    const values = params.getAll(list).filter((value) => value !== '' && (list !== 'phase' || value in PHASES));
    if (values.length > 0) {
      filters[list] = values as Phase[];
    }
  }
  for (const name of ['search', 'cursor'] as const) {
    const value = params.get(name);
    if (value) {
      filters[name] = value;
    }
  }
  return filters;
}

/** The address's parameters with other filters; what else stands there stays. Another filter begins at the first page again. */
export function writeFilters(params: URLSearchParams, change: RolloutFilters): URLSearchParams {
  const next = new URLSearchParams(params);
  if (!('cursor' in change)) {
    next.delete('cursor');
  }
  for (const [name, value] of Object.entries(change)) {
    next.delete(name);
    for (const each of [value].flat()) {
      if (each !== undefined && each !== '') {
        next.append(name, each);
      }
    }
  }
  return next;
}

/** Whether anything is narrowed; the page turned to is none of it. */
export function isFiltered(filters: RolloutFilters): boolean {
  return Object.entries(filters).some(([name, value]) => name !== 'cursor' && value !== undefined);
}
