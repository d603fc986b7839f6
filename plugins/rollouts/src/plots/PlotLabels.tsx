import { RiCheckLine, RiCloseLine } from '@remixicon/react';
import { formatValue, formatWeight } from '../format/formatValue';
import type { PlotLayout } from './plotLayout';
import type { CheckSeries, PlotModel } from './plotModel';
import { looksNote, seriesNote, weightNote } from './seriesNote';
import { isWithin } from './sideOfLimit';

/** What stands beside the plots: name, last value, limit. The icon tells the side of the limit, not a verdict. */
export function PlotLabels({ model, layout }: { model: PlotModel; layout: PlotLayout }) {
  return (
    <div className="av-plot-labels" style={{ height: layout.height }}>
      <div style={{ top: layout.weightTop - 6 }}>
        <p>Weight of the canary</p>
        <p className="av-plot-value">{formatWeight(model.weights.at(-1)!.weight)}</p>
        <p className="av-small av-quiet">{weightNote(model)}</p>
      </div>
      <div style={{ top: layout.laneY - 9 }}>
        <p>
          Looks <span className="av-small av-quiet">{looksNote(model)}</span>
        </p>
      </div>
      {model.checks.map((series, index) => (
        <div key={series.name} style={{ top: layout.checkTops[index] - 4 }}>
          <p>{series.label}</p>
          <LastValue series={series} />
          <p className="av-small av-quiet">{seriesNote(series)}</p>
        </div>
      ))}
    </div>
  );
}

function LastValue({ series }: { series: CheckSeries }) {
  if (series.last === undefined || series.last.value === null) {
    return <p className="av-plot-value av-quiet">–</p>;
  }
  const { value } = series.last;
  return (
    <p className="av-plot-value">
      {isWithin(value, series) ? (
        <RiCheckLine size={20} className="av-mark-done" aria-label="within its limit" />
      ) : (
        <RiCloseLine size={20} className="av-mark-failed" aria-label="outside its limit" />
      )}
      {formatValue(value, series.unit)}
    </p>
  );
}
