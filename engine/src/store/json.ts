/**
 * JSON for Postgres. Its text can hold neither NUL nor half of a surrogate pair, which servers do send in bodies and cutting a text
 * short does leave: both become U+FFFD.
 */
export function toJson(value: unknown): string {
  // JSON.stringify escapes surrogates only when they are alone. A backslash that is escaped itself is matched first, so that
  // `\\u0000` (a backslash and letters) stays.
  return JSON.stringify(value).replace(/\\\\|\\u0000|\\ud[89a-f][0-9a-f]{2}/g, (match) => (match === '\\\\' ? match : '\\ufffd'));
}

/** A time for a timestamptz column. */
export function toTime(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}

/** A time or null for a timestamptz column. */
export function toTimeOrNull(milliseconds: number | null | undefined): string | null {
  return milliseconds === null || milliseconds === undefined ? null : toTime(milliseconds);
}

/** Milliseconds since the epoch of a timestamptz that pg has read. */
export function fromTime(date: Date): number {
  return date.getTime();
}

/** The same, or null. */
export function fromTimeOrNull(date: Date | null): number | null {
  return date?.getTime() ?? null;
}
