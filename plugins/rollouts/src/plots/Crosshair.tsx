import { scaleLinear } from '@visx/scale';
import type { Decision } from '@aviary/plugin-rollouts-common';
import { formatTime } from '../format/formatTime';
import { formatValue, formatWeight } from '../format/formatValue';
import { decisionLook } from '../verdicts';
import type { PlotLayout } from './plotLayout';
import type { PlotModel } from './plotModel';
import { valueRange } from './valueScale';

const STRIP_HEIGHT = 20;
const CHARACTER = 6.9;

/** One look in all plots: hollow rings, and its values in a strip above each plot. The line through it lies deeper, under the looks. */
export function Crosshair(props: { look: Decision; model: PlotModel; layout: PlotLayout; x: (at: number) => number }) {
  const { look, model, layout, x } = props;
  const at = x(look.at);
  const { label, tone } = decisionLook(look);
  const weightY = scaleLinear<number>({ domain: [0, model.topWeight], range: [layout.weightBottom, layout.weightTop] });
  return (
    <g pointerEvents="none">
      <Ring x={at} y={weightY(look.weight)} isCanary />
      <ValueStrip
        x={at}
        y={layout.weightTop - STRIP_HEIGHT - 2}
        layout={layout}
        parts={[{ text: formatTime(look.at) }, { text: formatWeight(look.weight), line: 'canary' }, { text: label, tone }]}
      />
      {model.checks.map((series, index) => {
        const point = series.points.find((each) => each.at === look.at);
        if (point === undefined) {
          return null;
        }
        const range = valueRange(series);
        const top = layout.checkTops[index];
        const y = scaleLinear<number>({ domain: [range.low, range.high], range: [top + layout.checkHeight, top], clamp: true });
        return (
          <g key={series.name}>
            {point.primary !== null && <Ring x={at} y={y(point.primary)} />}
            {point.value !== null && point.verdict !== 'fail' && <Ring x={at} y={y(point.value)} isCanary />}
            <ValueStrip
              x={at}
              y={top - STRIP_HEIGHT - 2}
              layout={layout}
              parts={[
                {
                  text: point.value === null ? 'no data' : formatValue(point.value, series.unit),
                  line: 'canary',
                  tone: point.verdict === 'fail' ? 'failed' : undefined,
                },
                ...(point.primary === null ? [] : [{ text: formatValue(point.primary, series.unit), line: 'primary' as const }]),
              ]}
            />
          </g>
        );
      })}
    </g>
  );
}

function Ring({ x, y, isCanary = false }: { x: number; y: number; isCanary?: boolean }) {
  return (
    <circle
      cx={x}
      cy={y}
      r={isCanary ? 4 : 3.5}
      fill="var(--bui-bg-neutral-1)"
      stroke={isCanary ? 'var(--av-canary)' : 'var(--av-primary)'}
      strokeWidth={2}
    />
  );
}

interface StripPart {
  text: string;
  line?: 'canary' | 'primary';
  tone?: string;
}

function ValueStrip({ x, y, layout, parts }: { x: number; y: number; layout: PlotLayout; parts: StripPart[] }) {
  const widths = parts.map((part) => part.text.length * CHARACTER + (part.line ? 18 : 0));
  const width = widths.reduce((sum, each) => sum + each + 8, 8);
  const left = x + 6 + width <= layout.right ? x + 6 : x - 6 - width;
  let offset = 8;
  return (
    <g transform={`translate(${Math.max(0, left)} ${y})`}>
      <rect width={width} height={STRIP_HEIGHT} rx={4} fill="var(--bui-bg-app)" stroke="var(--av-track)" />
      {parts.map((part, index) => {
        const from = offset;
        offset += widths[index] + 8;
        return (
          <g key={index} transform={`translate(${from} 0)`}>
            {part.line && (
              <path d="M0 10h12" stroke={`var(--av-${part.line})`} strokeWidth={part.line === 'canary' ? 2.5 : 1.5} fill="none" />
            )}
            <text x={part.line ? 17 : 0} y={14} className={part.tone ? `av-plot-${part.tone}` : 'av-plot-strong'}>
              {part.text}
            </text>
          </g>
        );
      })}
    </g>
  );
}
