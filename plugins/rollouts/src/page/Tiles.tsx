import type { ReactNode } from 'react';
import { RiCheckboxCircleLine, RiCloseCircleLine, RiProgress4Line, RiShieldUserLine, type RemixiconComponentType } from '@remixicon/react';
import { Skeleton, ToggleButton, ToggleButtonGroup } from '@backstage/ui';
import type { RolloutCounts, RolloutQuery } from '@aviary/plugin-rollouts-common';
import { formatDuration } from '../format/formatDuration';
import type { Tone } from '../phases';
import { HourBars } from './HourBars';

type Group = NonNullable<RolloutQuery['group']>;

interface TileContent {
  group: Group;
  label: string;
  tone: Tone;
  icon: RemixiconComponentType;
  count: number;
  note: string;
  bars?: ReactNode;
}

/** The four numbers of the page; each narrows the table to what it counts, one at a time or none. */
export function Tiles(props: {
  counts: RolloutCounts | undefined;
  now: number;
  group: Group | undefined;
  onChange: (group: Group | undefined) => void;
}) {
  const { counts, now, group, onChange } = props;
  if (counts === undefined) {
    return (
      <div className="av-tiles" aria-hidden>
        {[0, 1, 2, 3].map((tile) => (
          <Skeleton key={tile} width="100%" height={94} />
        ))}
      </div>
    );
  }
  return (
    <ToggleButtonGroup
      className="av-tiles"
      aria-label="Narrow the table to"
      selectionMode="single"
      selectedKeys={group ? [group] : []}
      onSelectionChange={(keys) => onChange([...keys][0] as Group | undefined)}
    >
      {tiles(counts, now).map((tile) => (
        <Tile key={tile.group} {...tile} />
      ))}
    </ToggleButtonGroup>
  );
}

function Tile({ group, label, tone, icon: Icon, count, note, bars }: TileContent) {
  return (
    <ToggleButton id={group} className={`av-tile av-${tone}`}>
      <span className="av-tile-label">
        <Icon size={16} aria-hidden />
        {label}
      </span>
      <span className="av-tile-count">{count.toLocaleString('en')}</span>
      <span className="av-tile-note">{note}</span>
      {bars}
    </ToggleButton>
  );
}

function tiles(counts: RolloutCounts, now: number): TileContent[] {
  const { oldestWaitingSince, medianDuration, endedDay, failedDay, promotedDay } = counts;
  return [
    {
      group: 'running',
      label: 'Running',
      tone: 'moving',
      icon: RiProgress4Line,
      count: counts.running,
      note: `${counts.holding} holding, ${counts.paused} paused`,
    },
    {
      group: 'waiting',
      label: 'Waiting for someone',
      tone: 'waiting',
      icon: RiShieldUserLine,
      count: counts.waiting,
      note: oldestWaitingSince === null ? 'nobody is asked' : `oldest for ${formatDuration(now - oldestWaitingSince)}`,
    },
    {
      group: 'failed',
      label: 'Failed in 24 h',
      tone: 'failed',
      icon: RiCloseCircleLine,
      count: failedDay,
      note: endedDay === 0 ? 'nothing ended' : `${Math.round((failedDay / endedDay) * 100)}\u00a0% of ${endedDay} that ended`,
      bars: <HourBars counts={counts.hours.map((hour) => hour.failed)} tone="failed" />,
    },
    {
      group: 'promoted',
      label: 'Promoted in 24 h',
      tone: 'done',
      icon: RiCheckboxCircleLine,
      count: promotedDay,
      note: medianDuration === null ? 'none yet' : `half within ${formatDuration(medianDuration)}`,
      bars: <HourBars counts={counts.hours.map((hour) => hour.promoted)} tone="done" />,
    },
  ];
}
