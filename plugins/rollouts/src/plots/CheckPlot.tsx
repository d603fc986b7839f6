import { useId } from 'react';
import { LinePath } from '@visx/shape';
import { scaleLinear } from '@visx/scale';
import { formatPlain } from '../format/formatValue';
import type { CheckPoint, CheckSeries, PlotModel } from './plotModel';
import type { PlotLayout } from './plotLayout';
import { valueRange } from './valueScale';

type Scale = (value: number) => number;

const CLOSEST_LABELS = 15;
const GAP_WORTH_WORDS = 54;
const CLOSEST_MARKS = 18;

/** One check: the canary beside the primary, the limit, the side on which it fails, and the judged values as marks. */
export function CheckPlot(props: { series: CheckSeries; model: PlotModel; layout: PlotLayout; top: number; x: Scale }) {
  const { series, model, layout, top, x } = props;
  const { left, right, checkHeight } = layout;
  const bottom = top + checkHeight;
  const range = valueRange(series);
  const y = scaleLinear<number>({ domain: [range.low, range.high], range: [bottom, top] });
  const clip = useId();
  const within = (value: number) => Math.min(bottom, Math.max(top, y(value)));
  return (
    <g>
      <clipPath id={clip}>
        <rect x={left} y={top - 2} width={right - left} height={checkHeight + 4} />
      </clipPath>
      {range.ticks.map((tick) => (
        <g key={tick}>
          <line x1={left} x2={right} y1={y(tick)} y2={y(tick)} stroke="var(--av-line)" />
          <text x={left - 8} y={y(tick) + 4} textAnchor="end">
            {formatPlain(tick, series.unit)}
          </text>
        </g>
      ))}
      {series.min !== null && (
        <Limit words={`fails below ${formatPlain(series.min, series.unit)}`} at={within(series.min)} edge={bottom} layout={layout} />
      )}
      {series.max !== null && (
        <Limit words={`fails above ${formatPlain(series.max, series.unit)}`} at={within(series.max)} edge={top} layout={layout} />
      )}
      <g clipPath={`url(#${clip})`}>
        <LinePath<CheckPoint>
          data={series.points}
          defined={(point) => point.primary !== null}
          x={(point) => x(point.at)}
          y={(point) => y(point.primary ?? 0)}
          stroke="var(--av-primary)"
          strokeWidth={1.5}
          strokeLinejoin="round"
          fill="none"
        />
        <LinePath<CheckPoint>
          data={series.points}
          defined={(point) => point.value !== null}
          x={(point) => x(point.at)}
          y={(point) => y(point.value ?? 0)}
          stroke="var(--av-canary)"
          strokeWidth={2.25}
          strokeLinejoin="round"
          strokeLinecap="round"
          fill="none"
        />
      </g>
      {gaps(series.points, x).map((gap) => (
        <text
          key={gap.middle}
          x={gap.middle}
          y={Math.min(bottom - 4, Math.max(top + 12, y(gap.value) - 8))}
          textAnchor="middle"
          className="av-plot-gap"
        >
          {gap.words}
        </text>
      ))}
      {marks(series.points, x).map((point) => (
        <Mark key={point.at} x={x(point.at)} y={within(point.value ?? 0)} isFailed={point.verdict === 'fail'} />
      ))}
      {model.now !== null && <EndLabels series={series} x={x(model.now) + 5} y={within} right={right} bottom={bottom} />}
    </g>
  );
}

/** @param edge where the failing side ends: the top or the bottom of the plot */
function Limit({ words, at, edge, layout }: { words: string; at: number; edge: number; layout: PlotLayout }) {
  const { left, right } = layout;
  const isBelow = edge > at;
  return (
    <g>
      <rect x={left} y={Math.min(at, edge)} width={right - left} height={Math.abs(edge - at)} fill="var(--av-shade)" />
      <line x1={left} x2={right} y1={at} y2={at} stroke="var(--av-mark-failed)" strokeWidth={1.5} strokeDasharray="6 4" />
      <text x={left + 6} y={isBelow ? at + 14 : at - 6} className="av-plot-failed">
        {words}
      </text>
    </g>
  );
}

function Mark({ x, y, isFailed }: { x: number; y: number; isFailed: boolean }) {
  if (isFailed) {
    return <path d={`M${x} ${y - 6}l6 6-6 6-6-6z`} fill="var(--av-mark-failed)" stroke="var(--bui-bg-neutral-1)" strokeWidth={1.5} />;
  }
  return <circle cx={x} cy={y} r={3.5} fill="var(--av-canary)" stroke="var(--bui-bg-neutral-1)" strokeWidth={1.5} />;
}

function EndLabels({ series, x, y, right, bottom }: { series: CheckSeries; x: number; y: Scale; right: number; bottom: number }) {
  const { last } = series;
  if (last === undefined || last.value === null || right - x < 52) {
    return null;
  }
  const canary = y(last.value) + 4;
  if (last.primary === null) {
    return (
      <text x={x} y={canary} className="av-plot-end av-plot-canary">
        canary
      </text>
    );
  }
  const primary = y(last.primary) + 4;
  const missing = Math.max(0, CLOSEST_LABELS - Math.abs(canary - primary)) / 2;
  const away = canary <= primary ? -missing : missing;
  const tooLow = Math.max(0, Math.max(canary + away, primary - away) - bottom);
  return (
    <>
      <text x={x} y={canary + away - tooLow} className="av-plot-end av-plot-canary">
        canary
      </text>
      <text x={x} y={primary - away - tooLow} className="av-plot-end">
        primary
      </text>
    </>
  );
}

/** The judged values; where they are close together only those that failed, the line tells the others. */
function marks(points: CheckPoint[], x: Scale): CheckPoint[] {
  const measured = points.filter((point) => point.value !== null);
  const isCrowded = measured.some((point, index) => index > 0 && x(point.at) - x(measured[index - 1].at) < CLOSEST_MARKS);
  return isCrowded ? measured.filter((point) => point.verdict === 'fail') : measured;
}

/** Those gaps between two values that are wide enough for words, with the value half way. */
function gaps(points: CheckPoint[], x: Scale): { middle: number; value: number; words: string }[] {
  const found: { middle: number; value: number; words: string }[] = [];
  let before: { at: number; value: number } | null = null;
  let missing: CheckPoint | null = null;
  for (const point of points) {
    if (point.value === null) {
      missing = point;
      continue;
    }
    if (missing !== null && before !== null && x(point.at) - before.at > GAP_WORTH_WORDS) {
      const words = missing.verdict === 'error' ? 'not answered' : 'no data';
      found.push({ middle: (before.at + x(point.at)) / 2, value: (before.value + point.value) / 2, words });
    }
    before = { at: x(point.at), value: point.value };
    missing = null;
  }
  return found;
}
