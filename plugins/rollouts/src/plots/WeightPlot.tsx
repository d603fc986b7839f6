import { AreaClosed, LinePath } from '@visx/shape';
import { scaleLinear } from '@visx/scale';
import { formatWeight } from '../format/formatValue';
import type { PlotLayout } from './plotLayout';
import type { PlotModel, WeightPoint } from './plotModel';

type Scale = (value: number) => number;

/** The canary's weight as a step, what is planned dotted behind the present. */
export function WeightPlot({ model, layout, x }: { model: PlotModel; layout: PlotLayout; x: Scale }) {
  const { left, right, weightTop, weightBottom } = layout;
  const y = scaleLinear<number>({ domain: [0, model.topWeight], range: [weightBottom, weightTop] });
  const toX = (point: WeightPoint) => x(point.at);
  const toY = (point: WeightPoint) => y(point.weight);
  const past = steps(model.weights);
  const plan = steps(model.plan);
  const planned = plan.at(-1);
  return (
    <g>
      {[0, model.topWeight / 2, model.topWeight].map((weight, index) => (
        <g key={index}>
          <line
            x1={left}
            x2={right}
            y1={y(weight)}
            y2={y(weight)}
            stroke="var(--av-line)"
            strokeDasharray={index === 2 ? '3 3' : undefined}
          />
          <text x={left - 8} y={y(weight) + 4} textAnchor="end">
            {formatWeight(Number(weight.toPrecision(3)))}
          </text>
        </g>
      ))}
      <AreaClosed data={past} x={toX} y={toY} yScale={y} fill="var(--av-canary)" fillOpacity={0.16} />
      <LinePath data={past} x={toX} y={toY} stroke="var(--av-canary)" strokeWidth={2} fill="none" />
      {planned !== undefined && planned.weight > 0 && (
        <>
          <LinePath
            data={plan}
            x={toX}
            y={toY}
            stroke="var(--av-canary)"
            strokeWidth={1.5}
            strokeDasharray="2 4"
            strokeLinecap="round"
            fill="none"
          />
          {right - x(model.now!) > 76 && (
            <text x={right - 2} y={Math.max(weightTop - 6, toY(planned) - 8)} textAnchor="end">
              if looks pass
            </text>
          )}
        </>
      )}
    </g>
  );
}

/** A weight stays until the next one: never a slope. */
function steps(points: WeightPoint[]): WeightPoint[] {
  return points.flatMap((point, index) => (index === 0 ? [point] : [{ at: point.at, weight: points[index - 1].weight }, point]));
}
