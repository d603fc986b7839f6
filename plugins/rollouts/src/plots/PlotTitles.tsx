import { formatValue, formatWeight } from '../format/formatValue';
import type { PlotLayout } from './plotLayout';
import type { PlotModel } from './plotModel';
import { seriesNote, weightNote } from './seriesNote';
import { isWithin } from './sideOfLimit';

/** The titles where there is no room beside the plots: one line above each. */
export function PlotTitles({ model, layout }: { model: PlotModel; layout: PlotLayout }) {
  return (
    <g>
      <Title
        y={layout.weightTop - layout.titleHeight - 6}
        name="Weight of the canary"
        note={`${formatWeight(model.weights.at(-1)!.weight)} ${weightNote(model)}`}
      />
      {model.checks.map((series, index) => (
        <Title
          key={series.name}
          y={layout.checkTops[index] - layout.titleHeight - 6}
          name={series.label}
          note={`${series.last?.value == null ? 'no data' : `${isWithin(series.last.value, series) ? '✓' : '✕'} ${formatValue(series.last.value, series.unit)}`} · ${seriesNote(series)}`}
        />
      ))}
    </g>
  );
}

function Title({ y, name, note }: { y: number; name: string; note: string }) {
  return (
    <>
      <text x={0} y={y} className="av-plot-title">
        {name}
      </text>
      <text x={0} y={y + 17}>
        {note}
      </text>
    </>
  );
}
