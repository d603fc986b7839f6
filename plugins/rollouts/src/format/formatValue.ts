import type { CheckLimit, CheckResult } from '@aviary/plugin-rollouts-common';

/** A measured value with its unit: `98.69 %`, `412 ms`, `0.0132`. */
export function formatValue(value: number, unit: string): string {
  return joinUnit(roundForReading(value, unit), unit);
}

/** A limit or a tick, with no more digits than it was written with: `99 %`, `0.5 %`. */
export function formatPlain(value: number, unit: string): string {
  return joinUnit(String(Number(value.toPrecision(6))), unit);
}

/** What a check allows: `≥ 99 %`, `≤ 500 ms`, `1 to 5 ms`; a dash without a limit. */
export function formatLimit(limit: Pick<CheckLimit, 'min' | 'max' | 'unit'>): string {
  const { min, max, unit } = limit;
  if (min !== null && max !== null) {
    return `${formatPlain(min, '')} to ${formatPlain(max, unit)}`;
  }
  if (min !== null) {
    return `≥\u00a0${formatPlain(min, unit)}`;
  }
  return max === null ? '–' : `≤\u00a0${formatPlain(max, unit)}`;
}

/** A weight: `20 %`. */
export function formatWeight(weight: number): string {
  return `${weight}\u00a0%`;
}

/** A metric's name as words; a webhook keeps the name that its author gave it. */
export function checkLabel(check: Pick<CheckResult, 'name'> & { kind?: CheckResult['kind'] }): string {
  return check.kind === 'webhook' ? check.name : check.name.replaceAll('-', ' ');
}

function roundForReading(value: number, unit: string): string {
  if (Number.isInteger(value)) {
    return String(value);
  }
  if (unit === '%') {
    return value.toFixed(2);
  }
  if (unit === 'ms' || Math.abs(value) >= 1000) {
    return String(Math.round(value));
  }
  return String(Number(value.toPrecision(3)));
}

function joinUnit(text: string, unit: string): string {
  return unit === '' ? text : `${text}\u00a0${unit}`;
}
