import type { Decision } from '@aviary/plugin-rollouts-common';
import { formatTime } from '../format/formatTime';
import { formatValue, formatWeight } from '../format/formatValue';
import { decisionLook } from '../verdicts';
import type { PlotModel } from './plotModel';

/** A look as one sentence to be read out: `14:31:00, 20 %, success rate canary 98.84 %, primary 99.74 %, fail`. */
export function describeLook(look: Decision | undefined, model: Pick<PlotModel, 'checks'>): string {
  if (look === undefined) {
    return 'no looks yet';
  }
  const checks = model.checks.flatMap((series) => {
    const point = series.points.find((each) => each.at === look.at);
    if (point === undefined) {
      return [];
    }
    const canary = `${series.label} canary ${point.value === null ? 'no data' : formatValue(point.value, series.unit)}`;
    return point.primary === null ? [canary] : [canary, `primary ${formatValue(point.primary, series.unit)}`];
  });
  return [formatTime(look.at), formatWeight(look.weight), ...checks, decisionLook(look).label.toLowerCase()].join(', ');
}
