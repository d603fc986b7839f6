import { useEffect, useMemo, useState } from 'react';
import { RiRocketLine } from '@remixicon/react';
import { PluginHeader } from '@backstage/ui';
import { useApi } from '@backstage/frontend-plugin-api';
import { rolloutsApiRef } from '../apis/rolloutsApiRef';
import type { EngineClock } from '../live/engineClock';
import { useAsked } from '../live/useAsked';
import { useRolloutSignals } from '../live/useRolloutSignals';
import { AnswerProblem, SupportDetails } from '../parts/AnswerProblem';
import { isForbidden } from '../parts/answerError';
import { LiveMark } from '../parts/LiveMark';
import { NoPermission } from '../parts/NoPermission';
import { PluginRoot } from '../parts/PluginRoot';
import { FilterBar, type FilterChoices } from './FilterBar';
import { isFiltered } from './rolloutFilters';
import { RolloutsTable } from './RolloutsTable';
import { Tiles } from './Tiles';
import { useRolloutFilters } from './useRolloutFilters';

const PAGE_SIZE = 25;
const SIGNALS_TOGETHER = 1_000;

/** All rollouts of all clusters: four numbers, filters, a table; live. */
export function RolloutsOverview() {
  const api = useApi(rolloutsApiRef);
  const [filters, change] = useRolloutFilters();
  const every = useRolloutSignals(() => asked.askSoon());
  const asked = useAsked({
    question: JSON.stringify(filters),
    every,
    soon: SIGNALS_TOGETHER,
    ask: async () => {
      const narrowed = { cluster: filters.cluster, namespace: filters.namespace };
      const [page, counts] = await Promise.all([api.list({ ...filters, limit: PAGE_SIZE }), api.counts(narrowed)]);
      return { page, counts };
    },
  });
  const { value, answeredAt, error } = asked;
  const clock = useMemo<EngineClock | undefined>(
    () => value && { reading: value.page.clock, receivedAt: answeredAt! },
    [value, answeredAt],
  );
  const owners = useKnownOwners(value?.page.items.map((item) => item.owner));
  const choices: FilterChoices = { clusters: value?.counts.clusters ?? [], namespaces: value?.counts.namespaces ?? [], owners };
  return (
    <>
      <PluginHeader
        title="Rollouts"
        icon={<RiRocketLine />}
        customActions={
          <span className="aviary-overlay">
            <LiveMark answeredAt={answeredAt} failing={error !== undefined} />
          </span>
        }
      />
      <PluginRoot isPage>
        {isForbidden(error) ? (
          <NoPermission />
        ) : (
          <>
            <AnswerProblem asked={asked} />
            <Tiles
              counts={value?.counts}
              now={value?.counts.clock.now ?? 0}
              group={filters.group}
              onChange={(group) => change({ group })}
            />
            <FilterBar filters={filters} choices={choices} onChange={change} />
            {value === undefined && error !== undefined ? (
              <SupportDetails error={error} meanwhile="kubectl get canaries --all-namespaces" />
            ) : (
              <RolloutsTable
                page={value?.page}
                clock={clock}
                isStale={value !== undefined && asked.stale}
                isFiltered={isFiltered(filters)}
                onTurn={(cursor) => change({ cursor })}
              />
            )}
          </>
        )}
      </PluginRoot>
    </>
  );
}

/** Owners met so far: the backend does not list them, and a filter must not take away its own choices. */
function useKnownOwners(seen: (string | null)[] = []): string[] {
  const [known, setKnown] = useState<string[]>([]);
  const fresh = seen.filter((owner): owner is string => owner !== null && !known.includes(owner)).join('\n');
  useEffect(() => {
    if (fresh !== '') {
      setKnown((before) => [...new Set([...before, ...fresh.split('\n')])].sort());
    }
  }, [fresh]);
  return known;
}
