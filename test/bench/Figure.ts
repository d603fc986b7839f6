/** One measured number. */
export interface Figure {
  /** What was measured, as the table and the README call it. */
  name: string;
  unit: string;
  value: number;
  /** The value that must not be exceeded, or must be reached; null when the figure is only reported. */
  target: { atMost: number } | { below: number } | null;
  /** How many single measurements the value is made from. */
  runs: number;
  /** Spread, conditions, and what to know before comparing it with another machine's. */
  note: string;
}

/** One measurement of the engine or the demo, with a stage of its own. */
export interface Bench {
  /** How the command line names it. */
  name: string;
  /** One line for `--help`. */
  about: string;
  /** Measures; tells `progress` what it is doing, and leaves nothing running, whatever happened. */
  measure(progress: (line: string) => void): Promise<Figure[]>;
}

/** Whether a figure reaches its target; null when it has none. */
export function isMet({ value, target }: Figure): boolean | null {
  if (target === null) return null;
  return 'atMost' in target ? value <= target.atMost : value < target.below;
}
