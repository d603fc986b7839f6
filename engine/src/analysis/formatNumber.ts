/** A no-break space: number and unit stay together. */
const NBSP = '\u00a0';

/** A value with its unit for people: at most two decimals, `98.69 %`, `812 ms`, `0.5`. */
export function formatValue(value: number, unit: string): string {
  const rounded = Number.isFinite(value) ? `${Math.round(value * 100) / 100}` : `${value}`;
  return unit === '' ? rounded : `${rounded}${NBSP}${unit}`;
}

/** `20 %`. */
export function formatPercent(value: number): string {
  return formatValue(value, '%');
}

/** A span of time for people, up to two units: `18 s`, `6 min 10 s`, `2 h 5 min`. Milliseconds in. */
export function formatSpan(milliseconds: number): string {
  const seconds = Math.max(0, Math.round(milliseconds / 1000));
  const parts: [number, string][] = [
    [Math.floor(seconds / 86_400), 'd'],
    [Math.floor((seconds % 86_400) / 3600), 'h'],
    [Math.floor((seconds % 3600) / 60), 'min'],
    [seconds % 60, 's'],
  ];
  const first = parts.findIndex(([amount]) => amount > 0);
  if (first < 0) {
    return `${milliseconds > 0 && milliseconds < 1000 ? milliseconds / 1000 : 0}${NBSP}s`;
  }
  return parts
    .slice(first, first + 2)
    .filter(([amount]) => amount > 0)
    .map(([amount, unit]) => `${amount}${NBSP}${unit}`)
    .join(NBSP);
}

/** `1 look`, `2 looks`. */
export function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
