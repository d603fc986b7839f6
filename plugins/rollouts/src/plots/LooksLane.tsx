import type { Decision } from '@aviary/plugin-rollouts-common';
import { formatDuration } from '../format/formatDuration';
import { decisionLook } from '../verdicts';
import type { PlotLayout } from './plotLayout';
import type { PlotModel } from './plotModel';

const CLOSEST_GLYPHS = 26;
const RADIUS = 9;

/** One glyph per look; where they are close, those that passed shrink to dots. */
export function LooksLane({ model, layout, x }: { model: PlotModel; layout: PlotLayout; x: (at: number) => number }) {
  const { left, laneY } = layout;
  const { looks, dueAt, now } = model;
  const end = x(now ?? looks.at(-1)?.at ?? model.start);
  const places = looks.map((look) => x(look.at));
  return (
    <g>
      <line x1={left} x2={end} y1={laneY} y2={laneY} stroke="var(--av-line)" strokeWidth={2} />
      {looks.map((look, index) => (
        <LookGlyph key={look.sequence} look={look} x={places[index]} y={laneY} isSmall={isCrowded(places, index) && isQuiet(look)} />
      ))}
      {dueAt !== null && now !== null && dueAt > now && dueAt < model.end && (
        <g>
          <circle
            cx={x(dueAt)}
            cy={laneY}
            r={RADIUS}
            fill="var(--bui-bg-neutral-1)"
            stroke="var(--av-mark-idle)"
            strokeWidth={1.5}
            strokeDasharray="3 3"
          />
          {layout.right - x(dueAt) > 70 && (
            <text x={x(dueAt) + RADIUS + 5} y={laneY + 4}>
              in {formatDuration(dueAt - now + 999)}
            </text>
          )}
        </g>
      )}
    </g>
  );
}

function LookGlyph({ look, x, y, isSmall }: { look: Decision; x: number; y: number; isSmall: boolean }) {
  const { tone, icon: Icon } = decisionLook(look);
  const mark = `var(--av-mark-${tone})`;
  if (isSmall) {
    return <circle cx={x} cy={y} r={3.5} fill={mark} stroke="var(--bui-bg-neutral-1)" strokeWidth={1} />;
  }
  const isSolid = tone === 'failed';
  return (
    <g transform={`translate(${x} ${y})`}>
      <circle r={RADIUS + 1.5} fill="var(--bui-bg-neutral-1)" />
      <circle r={RADIUS} fill={isSolid ? mark : 'var(--bui-bg-neutral-1)'} stroke={mark} strokeWidth={1.5} />
      <Icon x={-6} y={-6} size={12} style={{ color: isSolid ? 'var(--av-on-mark)' : mark }} />
    </g>
  );
}

function isQuiet(look: Decision): boolean {
  return look.verdict === 'pass' || look.verdict === null;
}

function isCrowded(places: number[], index: number): boolean {
  const before = index === 0 ? Infinity : places[index] - places[index - 1];
  const after = index === places.length - 1 ? Infinity : places[index + 1] - places[index];
  return Math.min(before, after) < CLOSEST_GLYPHS;
}
