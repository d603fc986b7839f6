import { useMemo, useState } from 'react';
import { RiTableLine } from '@remixicon/react';
import { ToggleButton } from '@backstage/ui';
import type { Decision, PastRollout, Rollout } from '@aviary/plugin-rollouts-common';
import { engineTime, type EngineClock } from '../live/engineClock';
import { useEngineNow } from '../live/useEngineNow';
import { useWidth } from '../live/useWidth';
import { LiveMark } from '../parts/LiveMark';
import { Panel } from '../parts/Panel';
import { LooksTable } from './LooksTable';
import { PlotLabels } from './PlotLabels';
import { PlotLegend } from './PlotLegend';
import { plotLayout } from './plotLayout';
import { plotModel } from './plotModel';
import { TrafficPlot } from './TrafficPlot';

const ASSUMED_WIDTH = 1_152;
const NARROWEST_BESIDE = 600;
const LABELS = 208;

/** Traffic and checks over time, as plots or as a table. */
export function PlotsPanel(props: {
  rollout: Rollout;
  earlier: PastRollout | undefined;
  decisions: Decision[];
  clock: EngineClock;
  answeredAt: number | null;
  failing: boolean;
}) {
  const { rollout, earlier, decisions, clock, answeredAt, failing } = props;
  const [showsTable, setShowsTable] = useState(false);
  const [measure, width] = useWidth(ASSUMED_WIDTH);
  const ticking = useEngineNow(clock);
  const now = failing ? engineTime(clock, clock.receivedAt) : ticking;
  const model = useMemo(() => plotModel(rollout, decisions, now, earlier), [rollout, decisions, now, earlier]);
  const isNarrow = width < NARROWEST_BESIDE;
  const plotWidth = isNarrow ? width : width - LABELS;
  return (
    <Panel
      title="Traffic and checks"
      note={earlier === undefined ? <LiveMark answeredAt={answeredAt} failing={failing} /> : undefined}
      actions={
        <>
          <PlotLegend canary={(earlier ?? rollout).toVersion} primary={(earlier ?? rollout).fromVersion} />
          <ToggleButton className="av-quiet-toggle" iconStart={<RiTableLine />} isSelected={showsTable} onChange={setShowsTable}>
            Table
          </ToggleButton>
        </>
      }
    >
      <div ref={measure} className="av-plots">
        {model === null && <p className="av-nothing">Nothing has been measured yet.</p>}
        {model !== null && showsTable && <LooksTable model={model} />}
        {model !== null && !showsTable && (
          <div className="av-plots-room">
            {!isNarrow && <PlotLabels model={model} layout={plotLayout(plotWidth, model.checks.length, false)} />}
            <TrafficPlot model={model} width={plotWidth} isNarrow={isNarrow} />
          </div>
        )}
      </div>
    </Panel>
  );
}
