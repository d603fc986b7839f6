import { amount } from '../formatFigures';
import { VERBS, totalOf } from './readRequestCounts';
import type { SystemFigures, Times, WindowFigures } from './SystemFigures';

const COLUMN = 26;
const LABEL = 58;
const NONE = '–';

/** The figures of the systems with the same number of Canaries, side by side, in no more than 120 columns. */
export function formatComparison(measured: readonly SystemFigures[]): string {
  const [{ canaries, idle, progressing }] = measured;
  const line = (label: string, tell: (figures: SystemFigures) => string) =>
    `${label.padEnd(LABEL)}${measured.map((figures) => tell(figures).padStart(COLUMN)).join('')}`.trimEnd();
  const windowLines = (of: (figures: SystemFigures) => WindowFigures) => [
    line('  API requests', (figures) => perSecond(totalOf(of(figures).requests))),
    ...VERBS.filter((verb) => measured.some((figures) => verb in of(figures).requests)).map((verb) =>
      line(`    ${verb}`, (figures) => perSecond(of(figures).requests[verb] ?? 0)),
    ),
    line('  queries of metrics', (figures) => perSecond(of(figures).queries)),
    line('  processor time', (figures) => processorTime(of(figures).cpu, of(figures).seconds)),
    line('    of its Postgres', (figures) => database(figures, of, ({ cpu }, seconds) => processorTime(cpu, seconds))),
    line('    of the API server, with the work of the controllers', (figures) => processorTime(of(figures).apiServer, of(figures).seconds)),
    line('  memory', (figures) => mebibytes(of(figures).memory)),
    line('    of its Postgres', (figures) => database(figures, of, ({ memory }) => mebibytes(memory))),
  ];
  return [
    line(canaries === 1 ? 'One Canary' : `${canaries} Canaries`, ({ system }) => system),
    line('  all initialised after', ({ initialised }) => amount({ value: initialised, unit: 's' })),
    `At rest, ${Math.round(idle.seconds)} s`,
    ...windowLines((figures) => figures.idle),
    `Rollouts of all under way, ${Math.round(progressing.seconds)} s`,
    ...windowLines((figures) => figures.progressing),
    line('  weight steps taken, of those due', ({ progressing: { steps, stepsDue } }) => `${steps} of ${stepsDue}`),
    'How soon: median (most, of how many)',
    line('  a changed Deployment is noticed', ({ noticed }) => times(noticed)),
    line('  from a bad metric to all traffic at the primary', ({ rolledBack }) => times(rolledBack)),
    line('Most memory since its start', ({ memoryPeak }) => mebibytes(memoryPeak)),
    line('Load average of the machine', ({ load }) => load.toFixed(1)),
  ].join('\n');
}

function perSecond(value: number): string {
  return value === 0 ? '0 /s' : amount({ value, unit: '/s' });
}

function processorTime(seconds: number, of: number): string {
  return `${amount({ value: seconds, unit: 's' })} (${amount({ value: (100 * seconds) / of, unit: '%' })})`;
}

function mebibytes(value: number): string {
  return amount({ value: Math.round(value), unit: 'MiB' });
}

function database(
  figures: SystemFigures,
  of: (figures: SystemFigures) => WindowFigures,
  tell: (database: NonNullable<WindowFigures['database']>, seconds: number) => string,
): string {
  const { database: used, seconds } = of(figures);
  return used === null ? NONE : tell(used, seconds);
}

function times({ median, most, runs }: Times): string {
  return `${amount({ value: median, unit: 's' })} (${amount({ value: most, unit: 's' })}, ${runs})`;
}
