import { formatTime } from '../format/formatTime';
import { formatValue, formatWeight } from '../format/formatValue';
import { VerdictMark } from '../parts/VerdictMark';
import { decisionLook } from '../verdicts';
import type { CheckSeries, PlotModel } from './plotModel';

/** The same values as the plots show, as a table; newest first. */
export function LooksTable({ model }: { model: PlotModel }) {
  return (
    <div className="av-scroll" tabIndex={0} role="region" aria-label="Looks as a table">
      <table className="av-table av-looks">
        <thead>
          <tr>
            <th>Time</th>
            <th className="av-right">Weight</th>
            {model.checks.map((series) => (
              <th key={series.name} className="av-right" colSpan={2}>
                {series.label}
                <span className="av-hidden"> of canary and primary</span>
              </th>
            ))}
            <th>Verdict</th>
          </tr>
        </thead>
        <tbody>
          {[...model.looks].reverse().map((look) => (
            <tr key={look.sequence}>
              <td className="av-nowrap">{formatTime(look.at)}</td>
              <td className="av-right av-nowrap">{formatWeight(look.weight)}</td>
              {model.checks.map((series) => (
                <Values key={series.name} series={series} at={look.at} />
              ))}
              <td className="av-nowrap">
                <VerdictMark look={decisionLook(look)} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Values({ series, at }: { series: CheckSeries; at: number }) {
  const point = series.points.find((each) => each.at === at);
  const text = (value: number | null | undefined) => (value === null || value === undefined ? '–' : formatValue(value, series.unit));
  return (
    <>
      <td className={`av-right av-nowrap ${point?.verdict === 'fail' ? 'av-text-failed' : ''}`}>{text(point?.value)}</td>
      <td className="av-right av-nowrap av-quiet">{text(point?.primary)}</td>
    </>
  );
}
