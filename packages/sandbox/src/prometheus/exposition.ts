import { formatValue } from './formatValue';
import { METRIC_NAME } from './Labels';
import type { Reading } from './SampleStore';

/** Content type of the text format. */
export const EXPOSITION_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

/**
 * Writes counters in Prometheus' text format: series of one metric together (a histogram's three metrics as one), after its `# HELP`, if
 * `help` has it, and `# TYPE`.
 */
export function exposition(readings: readonly Reading[], help: Readonly<Record<string, string>> = {}): string {
  const histograms = new Set(
    readings.filter(({ labels }) => 'le' in labels).map(({ labels }) => labels[METRIC_NAME].replace(/_bucket$/, '')),
  );
  const families = new Map<string, Reading[]>();
  for (const reading of readings) {
    const name = reading.labels[METRIC_NAME];
    const base = name.replace(/_(bucket|sum|count)$/, '');
    const family = histograms.has(base) ? base : name;
    const members = families.get(family);
    if (members) members.push(reading);
    else families.set(family, [reading]);
  }
  const lines: string[] = [];
  for (const [family, members] of families) {
    if (help[family]) lines.push(`# HELP ${family} ${help[family]}`);
    lines.push(`# TYPE ${family} ${histograms.has(family) ? 'histogram' : 'counter'}`);
    for (const { labels, value } of members) {
      const inner = Object.entries(labels)
        .filter(([name]) => name !== METRIC_NAME)
        .map(([name, text]) => `${name}="${escape(text)}"`);
      lines.push(`${labels[METRIC_NAME]}${inner.length ? `{${inner.join(',')}}` : ''} ${formatValue(value)}`);
    }
  }
  return lines.length ? `${lines.join('\n')}\n` : '';
}

function escape(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}
