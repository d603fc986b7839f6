import { isMet, type Figure } from './Figure';

/** The figures as a text table: what, how much, what was wanted, and under which conditions. */
export function formatFigures(figures: readonly Figure[]): string {
  const rows = figures.map((figure) => [figure.name, amount(figure), wanted(figure), `${figure.runs}`, figure.note]);
  const all = [['figure', 'measured', 'target', 'n', 'note'], ...rows];
  const widths = all[0].slice(0, -1).map((_, column) => Math.max(...all.map((row) => row[column].length)));
  return all.map((row) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')).join('\n');
}

/** The value with its unit, with no more digits than it deserves. */
export function amount({ value, unit }: Pick<Figure, 'value' | 'unit'>): string {
  const digits = Number.isInteger(value) || Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2;
  const text = value.toLocaleString('en-GB', { minimumFractionDigits: digits, maximumFractionDigits: digits });
  return unit === '' ? text : `${text} ${unit}`;
}

function wanted(figure: Figure): string {
  const { target, unit } = figure;
  if (target === null) return '';
  const limit = 'atMost' in target ? `≤ ${amount({ value: target.atMost, unit })}` : `< ${amount({ value: target.below, unit })}`;
  return `${limit} ${isMet(figure) ? 'met' : 'MISSED'}`;
}
