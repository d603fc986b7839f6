import { type Labels, labelsKey, METRIC_NAME } from './Labels';

const DEFAULT_RETENTION = 60 * 60_000;

/** A measured value; `stale` marks the moment since which the series is known to be gone. */
export interface Sample {
  /** Milliseconds since the epoch. */
  time: number;
  value: number;
  stale?: boolean;
}

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
  samples: Sample[];
}

/** One value read at a scrape. */
export interface Reading {
  labels: Labels;
  value: number;
}

/** What Prometheus would have stored: series with their samples of the last hour. */
export class SampleStore {
  private readonly byName = new Map<string, Map<string, StoredSeries>>();
  private readonly scraped = new Map<string, Map<string, StoredSeries>>();

  /** `retention` in milliseconds: older samples are forgotten at the next scrape. */
  constructor(private readonly retention: number = DEFAULT_RETENTION) {}

  /** Adds one sample. `time` in milliseconds; times of one series must not go back (such a sample is left out, as Prometheus does). */
  append(labels: Labels, time: number, value: number): void {
    this.push(this.series(labels), { time, value });
  }

  /**
   * Adds what one target exposed at `time`. A series that the target exposed the last time and no longer does is
   * marked stale, so that it ends at once in queries instead of five minutes later.
   */
  scrape(target: string, time: number, readings: Iterable<Reading>): void {
    const before = this.scraped.get(target);
    const now = new Map<string, StoredSeries>();
    for (const { labels, value } of readings) {
      const series = this.series(labels);
      this.push(series, { time, value });
      now.set(labelsKey(labels), series);
    }
    for (const [key, series] of before ?? []) {
      if (!now.has(key)) this.push(series, { time, value: Number.NaN, stale: true });
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
        const samples = series.samples.filter((sample) => sample.time >= from && sample.time <= until);
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
    if (!series) family.set(key, (series = { labels, samples: [] }));
    return series;
  }

  private push(series: StoredSeries, sample: Sample): void {
    const last = series.samples.at(-1);
    if (!last || sample.time > last.time) series.samples.push(sample);
  }

  private forget(before: number): void {
    for (const [name, family] of this.byName) {
      for (const [key, series] of family) {
        const keep = series.samples.findIndex((sample) => sample.time >= before);
        if (keep === -1) family.delete(key);
        else if (keep > 0) series.samples.splice(0, keep);
      }
      if (!family.size) this.byName.delete(name);
    }
  }
}
