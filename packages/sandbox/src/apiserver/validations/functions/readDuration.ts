import { Duration } from '@marcbachmann/cel-js/evaluator';

const nanosecondsIn: Record<string, number> = { ns: 1, us: 1e3, µs: 1e3, ms: 1e6, s: 1e9, m: 60e9, h: 3600e9, d: 86_400e9, w: 604_800e9 };

/** A duration in Go's form (`-1h30m`, `0`), and with days and weeks, which schemas allow, too. What is not understood counts nothing. */
export function readDuration(text: string): Duration {
  const parts = [...text.matchAll(/(\d+(?:\.\d*)?|\.\d+)\s*(ns|us|µs|ms|s|m|h|d|w)/g)];
  const size = parts.reduce((sum, [, number, unit]) => sum + BigInt(Math.round(Number(number) * nanosecondsIn[unit])), 0n);
  const nanoseconds = text.startsWith('-') ? -size : size;
  return new Duration(nanoseconds / 1_000_000_000n, Number(nanoseconds % 1_000_000_000n));
}

/** Whether Go takes a text for a duration. */
export function isGoDuration(text: string): boolean {
  return /^[-+]?(?:0|(?:(?:\d+(?:\.\d*)?|\.\d+)(?:ns|us|µs|ms|s|m|h))+)$/.test(text);
}
