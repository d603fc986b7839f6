const UNITS: Record<string, number> = { ns: 1e-6, us: 1e-3, µs: 1e-3, ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/**
 * A duration as Go writes it (`30s`, `1m30s`, `1.5h`, `500ms`), in milliseconds; null when the text is not one.
 * A bare `0` is allowed, as in Go; other numbers need a unit.
 */
export function parseDuration(text: string): number | null {
  if (text === '0') {
    return 0;
  }
  if (!/^([0-9]+(\.[0-9]*)?|\.[0-9]+)(ns|us|µs|ms|s|m|h)(([0-9]+(\.[0-9]*)?|\.[0-9]+)(ns|us|µs|ms|s|m|h))*$/.test(text)) {
    return null;
  }
  let total = 0;
  for (const [, amount, unit] of text.matchAll(/([0-9.]+)(ns|us|µs|ms|s|m|h)/g)) {
    total += Number(amount) * UNITS[unit];
  }
  return total;
}

/** Milliseconds (cut to whole ones) as Go prints a duration: `1.515s`, `500ms`, `1m30s`. For Flagger's event texts. */
export function formatGoDuration(milliseconds: number): string {
  const whole = Math.trunc(Math.abs(milliseconds));
  const sign = milliseconds < 0 && whole > 0 ? '-' : '';
  if (whole === 0) {
    return '0s';
  }
  if (whole < 1000) {
    return `${sign}${whole}ms`;
  }
  const hours = Math.trunc(whole / 3_600_000);
  const minutes = Math.trunc((whole % 3_600_000) / 60_000);
  const seconds = `${(whole % 60_000) / 1000}s`;
  if (hours > 0) {
    return `${sign}${hours}h${minutes}m${seconds}`;
  }
  return minutes > 0 ? `${sign}${minutes}m${seconds}` : `${sign}${seconds}`;
}
