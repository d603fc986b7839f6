import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ManualClock } from '@aviary/sandbox';
import { serve } from '../../packages/sandbox/src/attached/serve';
import { Counters } from '../../packages/sandbox/src/prometheus/Counters';
import { compareLabels } from '../../packages/sandbox/src/prometheus/Labels';
import { createQueryApi } from '../../packages/sandbox/src/prometheus/queryApi';
import { SampleStore } from '../../packages/sandbox/src/prometheus/SampleStore';
import { findPrometheus } from '../harness/findPrometheus';
import { startPrometheus } from '../harness/startPrometheus';
import type { Answer } from './differences';
import { type PlainSeries, writeOpenMetrics } from './writeOpenMetrics';

/** A real Prometheus and the sandbox's query API, on the same samples. */
export interface Pair {
  /** Asks both for `path` with these parameters, by GET. */
  ask(path: string, parameters: Record<string, string>): Promise<{ real: Answer; sandbox: Answer }>;
  close(): Promise<void>;
}

/** Loads the series into both, in the order of their labels: that is how blocks have them, and sums depend on it in their last digits. */
export async function startPair(unsorted: readonly PlainSeries[]): Promise<Pair> {
  const series = [...unsorted].sort((a, b) => compareLabels(a.labels, b.labels));
  const binaries = findPrometheus();
  if ('missing' in binaries) throw new Error(binaries.missing);
  const folder = await mkdtemp(join(tmpdir(), 'aviary-blocks-'));
  const close: (() => unknown)[] = [() => rm(folder, { recursive: true, force: true })];
  try {
    const text = join(folder, 'samples.txt');
    const blocks = join(folder, 'blocks');
    await writeFile(text, writeOpenMetrics(series));
    await promisify(execFile)(binaries.promtool, ['tsdb', 'create-blocks-from', 'openmetrics', text, blocks]);
    const prometheus = await startPrometheus({ blocks });
    close.push(() => prometheus.stop());

    const store = new SampleStore(Infinity);
    for (const { labels, samples } of series) for (const [time, value] of samples) store.append(labels, time, value);
    const server = await serve(createQueryApi({ store, counters: new Counters(), clock: new ManualClock() }));
    close.push(() => server.close());
    return {
      async ask(path, parameters) {
        const where = `${path}?${new URLSearchParams(parameters)}`;
        const [real, own] = await Promise.all([answerOf(`${prometheus.url}${where}`), answerOf(`http://${server.address}${where}`)]);
        return { real, sandbox: own };
      },
      close: () => closeAll(close),
    };
  } catch (error) {
    await closeAll(close);
    throw error;
  }
}

async function answerOf(url: string): Promise<Answer> {
  const response = await fetch(url);
  return { status: response.status, body: await response.json() };
}

async function closeAll(close: (() => unknown)[]): Promise<void> {
  for (const one of close.reverse()) await one();
}
