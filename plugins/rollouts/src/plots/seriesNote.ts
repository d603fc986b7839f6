import { formatPlain, formatValue, formatWeight } from '../format/formatValue';
import type { CheckSeries, PlotModel } from './plotModel';

/** What stands under the last value of a check: `limit 99 % · primary 99.71 %`. */
export function seriesNote(series: CheckSeries): string {
  const limits = [series.min, series.max]
    .filter((limit): limit is number => limit !== null)
    .map((limit) => formatPlain(limit, series.unit));
  const primary = series.last?.primary ?? null;
  return [
    ...(limits.length > 0 ? [`limit ${limits.join(' to ')}`] : []),
    ...(primary === null ? [] : [`primary ${formatValue(primary, series.unit)}`]),
  ].join(' · ');
}

/** What stands under the weight: `of 50 %, then promotion`. */
export function weightNote(model: PlotModel): string {
  const weight = model.weights.at(-1)!.weight;
  const most = Math.max(...model.weights.map((point) => point.weight));
  if (model.now === null) {
    return most > weight ? `was ${formatWeight(most)}` : '';
  }
  return weight >= model.topWeight ? 'the most before promotion' : `of ${formatWeight(model.topWeight)}, then promotion`;
}

/** `8, 2 failed`. */
export function looksNote(model: PlotModel): string {
  const looks = model.looks.filter((look) => look.verdict !== null);
  const failed = looks.filter((look) => look.verdict === 'fail').length;
  return failed === 0 ? String(looks.length) : `${looks.length}, ${failed} failed`;
}
