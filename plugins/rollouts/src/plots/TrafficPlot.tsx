import { useState, type KeyboardEvent, type PointerEvent } from 'react';
import { scaleLinear } from '@visx/scale';
import { formatTime } from '../format/formatTime';
import { CheckPlot } from './CheckPlot';
import { Crosshair } from './Crosshair';
import { describeLook } from './describeLook';
import { LooksLane } from './LooksLane';
import { PlotTitles } from './PlotTitles';
import { plotLayout, type PlotLayout } from './plotLayout';
import type { PlotModel } from './plotModel';
import { timeTicks } from './timeTicks';
import { WeightPlot } from './WeightPlot';

/** All plots on one time axis. One stop of the keyboard: Left and Right step through the looks, each is read out. */
export function TrafficPlot({ model, width, isNarrow }: { model: PlotModel; width: number; isNarrow: boolean }) {
  const [chosen, setChosen] = useState<number | null>(null);
  const layout = plotLayout(width, model.checks.length, isNarrow);
  const x = scaleLinear<number>({ domain: [model.start, model.end], range: [layout.left, layout.right] });
  const { looks } = model;
  const last = looks.length - 1;
  const index = chosen === null ? null : Math.min(chosen, last);
  const look = index === null || index < 0 ? undefined : looks[index];
  return (
    <div
      className="av-plot"
      role="slider"
      tabIndex={0}
      aria-label={`Looks of the rollout, ${formatTime(model.start)} to ${formatTime(model.now ?? model.end)}`}
      aria-orientation="horizontal"
      aria-valuemin={0}
      aria-valuemax={Math.max(0, last)}
      aria-valuenow={index ?? Math.max(0, last)}
      aria-valuetext={describeLook(look ?? looks[last], model)}
      onFocus={() => setChosen((before) => before ?? last)}
      onBlur={() => setChosen(null)}
      onKeyDown={(event) => setChosen(step(event, index ?? last, last))}
      onPointerMove={(event) => setChosen(nearest(event, model, x))}
      onPointerLeave={(event) => event.currentTarget === document.activeElement || setChosen(null)}
    >
      <svg width={layout.width} height={layout.height} viewBox={`0 0 ${layout.width} ${layout.height}`} aria-hidden>
        <TimeGrid model={model} layout={layout} x={x} />
        <WeightPlot model={model} layout={layout} x={x} />
        <MomentLine model={model} layout={layout} x={x} />
        {look !== undefined && (
          <line x1={x(look.at)} x2={x(look.at)} y1={layout.weightTop} y2={layout.bottom} stroke="var(--bui-fg-primary)" />
        )}
        <LooksLane model={model} layout={layout} x={x} />
        {model.checks.map((series, each) => (
          <CheckPlot key={series.name} series={series} model={model} layout={layout} top={layout.checkTops[each]} x={x} />
        ))}
        {isNarrow && <PlotTitles model={model} layout={layout} />}
        {look !== undefined && <Crosshair look={look} model={model} layout={layout} x={x} />}
      </svg>
    </div>
  );
}

function TimeGrid({ model, layout, x }: { model: PlotModel; layout: PlotLayout; x: (at: number) => number }) {
  return (
    <g>
      {timeTicks(model.start, model.end, layout.right - layout.left).map(({ at, text }) => (
        <g key={at}>
          <line x1={x(at)} x2={x(at)} y1={layout.weightTop} y2={layout.bottom + 4} stroke="var(--av-line)" />
          <text x={Math.min(x(at), layout.right - 18)} y={layout.bottom + 21} textAnchor={x(at) - layout.left < 18 ? 'start' : 'middle'}>
            {text}
          </text>
        </g>
      ))}
    </g>
  );
}

/** The present, or the moment at which the rollout was taken back. */
function MomentLine({ model, layout, x }: { model: PlotModel; layout: PlotLayout; x: (at: number) => number }) {
  const at = model.now ?? model.fellAt;
  if (at === null) {
    return null;
  }
  const fell = model.now === null;
  const text = fell ? `rolled back ${formatTime(at)}` : `now ${formatTime(at)}`;
  const room = text.length * 7;
  const isLeft = x(at) + room > layout.right;
  return (
    <g>
      <line
        x1={x(at)}
        x2={x(at)}
        y1={layout.weightTop - 6}
        y2={layout.bottom + 4}
        stroke={fell ? 'var(--av-mark-failed)' : 'var(--bui-fg-secondary)'}
        strokeWidth={fell ? 1.5 : 1}
      />
      <text
        x={x(at) + (isLeft ? -6 : 6)}
        y={layout.weightTop - 8}
        textAnchor={isLeft ? 'end' : 'start'}
        className={fell ? 'av-plot-failed' : undefined}
      >
        {text}
      </text>
    </g>
  );
}

function step(event: KeyboardEvent<HTMLElement>, index: number, last: number): number | null {
  const to = { ArrowLeft: index - 1, ArrowDown: index - 1, ArrowRight: index + 1, ArrowUp: index + 1, Home: 0, End: last }[event.key];
  if (to !== undefined) {
    event.preventDefault();
    return Math.max(0, Math.min(last, to));
  }
  if (event.key === 'Escape') {
    event.currentTarget.blur();
    return null;
  }
  return index;
}

function nearest(event: PointerEvent<HTMLElement>, model: PlotModel, x: (at: number) => number): number | null {
  const pointer = event.clientX - event.currentTarget.getBoundingClientRect().left;
  const distances = model.looks.map((look) => Math.abs(x(look.at) - pointer));
  const least = Math.min(...distances);
  return distances.length === 0 ? null : distances.indexOf(least);
}
