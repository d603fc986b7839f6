const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** `14:32:00` in the reader's time zone. */
export function formatTime(at: number): string {
  const date = new Date(at);
  return [date.getHours(), date.getMinutes(), date.getSeconds()].map(twoDigits).join(':');
}

/** `14:32`, for axes and captions with little room. */
export function formatMinute(at: number): string {
  return formatTime(at).slice(0, 5);
}

/** `14:32:00` on the day of `now`, `20 Nov 14:32` on another. */
export function formatMoment(at: number, now: number): string {
  const date = new Date(at);
  if (date.toDateString() === new Date(now).toDateString()) {
    return formatTime(at);
  }
  return `${date.getDate()} ${MONTHS[date.getMonth()]} ${formatMinute(at)}`;
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0');
}
