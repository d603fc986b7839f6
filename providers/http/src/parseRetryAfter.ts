/**
 * The `Retry-After` header in milliseconds from `now` (milliseconds since the epoch): seconds, which may be a fraction
 * as some services send it, or an HTTP date (RFC 9110 §10.2.3). Undefined when it is absent or unreadable.
 */
export function parseRetryAfter(header: string | undefined, now: number): number | undefined {
  const text = header?.trim();
  if (!text) return undefined;
  if (/^\d+(\.\d+)?$/.test(text)) return Math.ceil(Number(text) * 1000);
  const date = Date.parse(text);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}
