const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** A length of time in milliseconds, as `18 s`, `6 min 10 s`, `22 min`, `3 h 5 min` or `2 d 4 h`: two units only where the second still tells something. */
export function formatDuration(milliseconds: number): string {
  const length = Math.max(0, milliseconds);
  if (length < MINUTE) {
    return withUnit(Math.floor(length / SECOND), 's');
  }
  if (length < 10 * MINUTE) {
    return twoUnits(length, [MINUTE, 'min'], [SECOND, 's']);
  }
  if (length < HOUR) {
    return withUnit(Math.floor(length / MINUTE), 'min');
  }
  return length < DAY ? twoUnits(length, [HOUR, 'h'], [MINUTE, 'min']) : twoUnits(length, [DAY, 'd'], [HOUR, 'h']);
}

/** How long ago, in one unit: `12 s ago`, `4 min ago`, `3 h ago`, `2 d ago`. */
export function formatAge(milliseconds: number): string {
  const [size, unit] = unitOf(Math.max(0, milliseconds));
  return `${withUnit(Math.floor(Math.max(0, milliseconds) / size), unit)} ago`;
}

function unitOf(length: number): [number, string] {
  if (length < MINUTE) {
    return [SECOND, 's'];
  }
  if (length < HOUR) {
    return [MINUTE, 'min'];
  }
  return length < DAY ? [HOUR, 'h'] : [DAY, 'd'];
}

function twoUnits(length: number, [large, largeUnit]: [number, string], [small, smallUnit]: [number, string]): string {
  const first = withUnit(Math.floor(length / large), largeUnit);
  const rest = Math.floor((length % large) / small);
  return rest === 0 ? first : `${first} ${withUnit(rest, smallUnit)}`;
}

function withUnit(count: number, unit: string): string {
  return `${count}\u00a0${unit}`;
}
