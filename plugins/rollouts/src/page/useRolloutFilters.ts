import { useCallback, useMemo } from 'react';
import { useSearchParams } from 'react-router-dom';
import { readFilters, writeFilters, type RolloutFilters } from './rolloutFilters';

/** The filters that stand in the address, and how to change some of them. Typing replaces the entry in the history, choosing adds one. */
export function useRolloutFilters(): [RolloutFilters, (change: RolloutFilters, options?: { replace?: boolean }) => void] {
  const [params, setParams] = useSearchParams();
  const filters = useMemo(() => readFilters(params), [params]);
  const change = useCallback(
    (part: RolloutFilters, options?: { replace?: boolean }) => setParams((before) => writeFilters(before, part), options),
    [setParams],
  );
  return [filters, change];
}
