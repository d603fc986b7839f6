/** Samples of one series, oldest first. */
export interface PlainSeries {
  labels: Readonly<Record<string, string>>;
  /** Milliseconds since the epoch and values. */
  samples: readonly (readonly [time: number, value: number])[];
}

/** Writes series as OpenMetrics text, for `promtool tsdb create-blocks-from openmetrics`. */
export function writeOpenMetrics(series: readonly PlainSeries[]): string {
  const lines = series.flatMap(({ labels: { __name__: name, ...labels }, samples }) => {
    const inner = Object.entries(labels).map(([label, text]) => `${label}="${escape(text)}"`);
    const head = inner.length ? `${name}{${inner.join(',')}}` : name;
    return samples.map(([time, value]) => `${head} ${format(value)} ${moment(time)}`);
  });
  return `${lines.join('\n')}\n# EOF\n`;
}

function format(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  return Math.abs(value) === Infinity ? (value > 0 ? '+Inf' : '-Inf') : Object.is(value, -0) ? '-0' : String(value);
}

// Read as seconds, multiplied by 1000 and cut off: the last digit keeps the millisecond from falling below itself.
function moment(time: number): string {
  return `${Math.floor(time / 1000)}.${String(time % 1000).padStart(3, '0')}2`;
}

function escape(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}
