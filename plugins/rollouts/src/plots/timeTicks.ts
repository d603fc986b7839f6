import { formatMinute, formatTime } from '../format/formatTime';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const STEPS = [
  5 * SECOND,
  10 * SECOND,
  15 * SECOND,
  30 * SECOND,
  MINUTE,
  2 * MINUTE,
  5 * MINUTE,
  10 * MINUTE,
  15 * MINUTE,
  30 * MINUTE,
  HOUR,
  2 * HOUR,
  6 * HOUR,
  12 * HOUR,
  24 * HOUR,
];

/** A moment of the time axis and what stands under it. */
export interface TimeTick {
  at: number;
  text: string;
}

/**
 * Round moments between two times, in the reader's time zone, at least `room` pixels apart.
 *
 * @param width pixels between `start` and `end`
 */
export function timeTicks(start: number, end: number, width: number, room = 84): TimeTick[] {
  const most = Math.max(1, Math.floor(width / room));
  const step = STEPS.find((each) => (end - start) / each <= most) ?? Math.ceil((end - start) / most / (24 * HOUR)) * 24 * HOUR;
  const offset = new Date(start).getTimezoneOffset() * MINUTE;
  const first = Math.ceil((start - offset) / step) * step + offset;
  const ticks: TimeTick[] = [];
  for (let at = first; at <= end; at += step) {
    ticks.push({ at, text: step < MINUTE ? formatTime(at) : formatMinute(at) });
  }
  return ticks;
}
