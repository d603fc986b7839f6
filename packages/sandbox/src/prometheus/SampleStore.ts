import { type Labels, labelsKey, METRIC_NAME } from './Labels';
import { PackedSamples, type Sample } from './PackedSamples';

const DEFAULT_RETENTION = 60 * 60_000;

/** A series and its samples, oldest first. */
export interface Series {
  labels: Labels;
  samples: readonly Sample[];
}

/** One label condition of a selector. Regular expressions must match the whole value. */
export interface Matcher {
  label: string;
  op: '=' | '!=' | '=~' | '!~';
  value: string;
  matches(value: string): boolean;
}

interface StoredSeries {
  labels: Labels;
  samples: PackedSamples;
}

/** One value read at a scrape. */
export interface Reading {
  labels: Labels;
  value: number;
}

/** What Prometheus would have stored: series with their samples of the last hour. */
export class SampleStore {
  private readonly byName = new Map<string, Map<string, StoredSeries>>();
  // By target; a target whose labels are the same objects as the last time spares the search for the series.
  private readonly scraped = new Map<string, Map<Labels, StoredSeries>>();

  /** `retention` in milliseconds: at a scrape, older samples are forgotten, though some stay for a while. */
  constructor(private readonly retention: number = DEFAULT_RETENTION) {}

  /** Adds one sample. `time` in milliseconds; times of one series must not go back (such a sample is left out, as Prometheus does). */
  append(labels: Labels, time: number, value: number): void {
    this.series(labels).samples.append({ time, value });
  }

  /**
   * Adds what one target exposed at `time`. A series that the target exposed the last time and no longer does is
   * marked stale, so that it ends at once in queries instead of five minutes later.
   */
  scrape(target: string, time: number, readings: Iterable<Reading>): void {
    const before = this.scraped.get(target);
    const now = new Map<Labels, StoredSeries>();
    for (const { labels, value } of readings) {
      const series = before?.get(labels) ?? this.series(labels);
      series.samples.append({ time, value });
      now.set(labels, series);
    }
    for (const { samples } of before?.values() ?? []) {
      if (samples.end < time) samples.append({ time, value: Number.NaN, stale: true });
    }
    this.scraped.set(target, now);
    this.forget(time - this.retention);
  }

  /** The series for which every matcher holds, each with its samples of `from <= time <= until`; series without any are left out. */
  select(matchers: readonly Matcher[], from: number, until: number): Series[] {
    const found: Series[] = [];
    const name = matchers.find((matcher) => matcher.label === METRIC_NAME && matcher.op === '=')?.value;
    const candidates = name === undefined ? [...this.byName.values()] : [this.byName.get(name)];
    for (const family of candidates) {
      for (const series of family?.values() ?? []) {
        if (!matchers.every((matcher) => matcher.matches(series.labels[matcher.label] ?? ''))) continue;
        const samples = series.samples.read(from, until);
        if (samples.length) found.push({ labels: series.labels, samples });
      }
    }
    return found;
  }

  /** All label names in use, sorted. */
  labelNames(): string[] {
    const names = new Set<string>();
    for (const family of this.byName.values()) {
      for (const series of family.values()) for (const name of Object.keys(series.labels)) names.add(name);
    }
    return [...names].sort();
  }

  private series(labels: Labels): StoredSeries {
    const name = labels[METRIC_NAME] ?? '';
    let family = this.byName.get(name);
    if (!family) this.byName.set(name, (family = new Map()));
    const key = labelsKey(labels);
    let series = family.get(key);
    if (!series) family.set(key, (series = { labels, samples: new PackedSamples() }));
    return series;
  }

  private forget(before: number): void {
    for (const [name, family] of this.byName) {
      for (const [key, { samples }] of family) {
        if (samples.end < before) family.delete(key);
        else samples.forget(before);
      }
      if (!family.size) this.byName.delete(name);
    }
  }
}
