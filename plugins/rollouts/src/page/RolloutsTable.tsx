import { useMemo } from 'react';
import { RiArrowDownLine, RiArrowLeftSLine, RiArrowRightSLine } from '@remixicon/react';
import { Box, Button, Cell, Column, Link, Table, type ColumnConfig } from '@backstage/ui';
import { formatCanaryRef, type Rollout, type RolloutPage } from '@aviary/plugin-rollouts-common';
import { formatAge } from '../format/formatDuration';
import { useEngineNow } from '../live/useEngineNow';
import type { EngineClock } from '../live/engineClock';
import { FailurePips } from '../parts/FailurePips';
import { MiniProgress } from '../parts/MiniProgress';
import { RolloutChip } from '../parts/PhaseChip';
import { useCanaryLink } from '../parts/useCanaryLink';
import { useEntityLink } from '../parts/useEntityLink';
import { Versions } from '../parts/Versions';
import { ownerName } from './FilterBar';

type RolloutRow = Rollout & { id: string };

/** All rollouts of one page, newest change first. Narrow pages show each as a card of three lines. */
export function RolloutsTable(props: {
  page: RolloutPage | undefined;
  clock: EngineClock | undefined;
  isStale: boolean;
  isFiltered: boolean;
  onTurn: (cursor: string) => void;
}) {
  const { page, clock, isStale, isFiltered, onTurn } = props;
  const canaryLink = useCanaryLink();
  const entityLink = useEntityLink();
  const columns = useMemo(() => columnConfig(clock, canaryLink, entityLink), [clock, canaryLink, entityLink]);
  const rows = useMemo(() => page?.items.map((item) => ({ ...item, id: formatCanaryRef(item.key) })), [page]);
  return (
    <Box as="section" bg="neutral" className="av-card av-rollouts" aria-label="Rollouts">
      <Table<RolloutRow>
        columnConfig={columns}
        data={rows}
        isPending={rows === undefined}
        isStale={isStale}
        pagination={{ type: 'none' }}
        rowConfig={{ getHref: canaryLink }}
        emptyState={
          <span className="av-quiet">{isFiltered ? 'No rollout fits these filters.' : 'No Canary has been seen in any cluster yet.'}</span>
        }
      />
      {page !== undefined && (
        <div className="av-foot">
          <span className="av-small av-quiet">
            {page.items.length} {page.items.length === 1 ? 'rollout' : 'rollouts'} on this page, newest change first
          </span>
          <span className="av-actions">
            <Button
              variant="secondary"
              iconStart={<RiArrowLeftSLine />}
              isDisabled={page.previous === null}
              onPress={() => onTurn(page.previous!)}
            >
              Newer
            </Button>
            <Button variant="secondary" iconEnd={<RiArrowRightSLine />} isDisabled={page.next === null} onPress={() => onTurn(page.next!)}>
              Older
            </Button>
          </span>
        </div>
      )}
    </Box>
  );
}

function columnConfig(
  clock: EngineClock | undefined,
  canaryLink: (row: RolloutRow) => string,
  entityLink: (ref: string) => string,
): ColumnConfig<RolloutRow>[] {
  return [
    {
      id: 'service',
      label: 'Service',
      isRowHeader: true,
      cell: (row) => (
        <Cell className="av-c-service">
          <Link href={canaryLink(row)} className="av-link">
            {row.key.name}
          </Link>
        </Cell>
      ),
    },
    {
      id: 'place',
      label: 'Cluster / namespace',
      cell: (row) => (
        <Cell className="av-c-place">
          {row.key.cluster} <span className="av-quiet">/</span> {row.key.namespace}
        </Cell>
      ),
    },
    {
      id: 'phase',
      label: 'Phase',
      cell: (row) => (
        <Cell className="av-c-phase">
          <RolloutChip rollout={row} />
        </Cell>
      ),
    },
    {
      id: 'progress',
      label: 'Progress',
      cell: (row) => (
        <Cell className="av-c-progress">
          <MiniProgress rollout={row} />
        </Cell>
      ),
    },
    {
      id: 'version',
      label: 'Version',
      cell: (row) => (
        <Cell className="av-c-version">
          <Versions rollout={row} />
        </Cell>
      ),
    },
    {
      id: 'failures',
      label: 'Failures used',
      cell: (row) => (
        <Cell className="av-c-failures">
          <Failures row={row} />
        </Cell>
      ),
    },
    {
      id: 'owner',
      label: 'Owner',
      cell: (row) => (
        <Cell className="av-c-owner">
          {row.owner === null ? (
            <span className="av-quiet">–</span>
          ) : (
            <Link href={entityLink(row.owner)} className="av-link">
              {ownerName(row.owner)}
            </Link>
          )}
        </Cell>
      ),
    },
    {
      id: 'changed',
      label: 'Last change',
      header: () => (
        <Column id="changed" className="av-right">
          <span className="av-sorted">
            Last change <RiArrowDownLine size={14} aria-label="newest first" />
          </span>
        </Column>
      ),
      cell: (row) => <Cell className="av-c-changed">{clock && <Age clock={clock} at={row.changedAt} />}</Cell>,
    },
  ];
}

function Failures({ row }: { row: Rollout }) {
  const isUsedUp = row.threshold > 0 && row.failedChecks >= row.threshold;
  return (
    <span className="av-failures">
      <span className={isUsedUp ? 'av-text-failed' : undefined}>
        {row.failedChecks} of {row.threshold}
      </span>
      <FailurePips used={row.failedChecks} allowed={row.threshold} />
    </span>
  );
}

function Age({ clock, at }: { clock: EngineClock; at: number }) {
  return <span className="av-quiet">{formatAge(useEngineNow(clock) - at)}</span>;
}
