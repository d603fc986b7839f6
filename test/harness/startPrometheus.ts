import { type ChildProcess, spawn } from 'node:child_process';
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { stringify } from 'yaml';
import { findPrometheus } from './findPrometheus';
import { until } from './until';

const START_LIMIT = 30_000;
const STOP_LIMIT = 10_000;

/** What the server is started with. */
export interface PrometheusOptions {
  /** Path of the server's binary. Default: the one that `findPrometheus` finds. */
  binary?: string;
  /** What it scrapes: addresses such as `http://127.0.0.1:4191/metrics`. Certificates are not checked. */
  targets?: readonly string[];
  /** How often, as a Prometheus duration. Default `250ms`. */
  scrapeInterval?: string;
  /** A folder of TSDB blocks, as `promtool tsdb create-blocks-from` writes them; they are copied. */
  blocks?: string;
}

/** A real Prometheus server on a free port of 127.0.0.1. */
export interface Prometheus {
  url: string;
  pid: number;
  /** Ends the process and removes its folder. */
  stop(): Promise<void>;
}

/** Starts the server that `findPrometheus` finds; resolves when it is ready. Fails with its output when it does not get there. */
export async function startPrometheus(options: PrometheusOptions = {}): Promise<Prometheus> {
  const binary = options.binary ?? foundBinary();
  const folder = await mkdtemp(join(tmpdir(), 'aviary-prometheus-'));
  const data = join(folder, 'data');
  const config = join(folder, 'prometheus.yml');
  if (options.blocks) await cp(options.blocks, data, { recursive: true });
  await writeFile(config, stringify(configuration(options)));
  const child = spawn(
    binary,
    [
      `--config.file=${config}`,
      `--storage.tsdb.path=${data}`,
      // Samples of tests lie at fixed moments, long ago.
      '--storage.tsdb.retention.time=100y',
      '--web.listen-address=127.0.0.1:0',
    ],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  const stop = async () => {
    await end(child);
    await rm(folder, { recursive: true, force: true });
  };
  try {
    const url = `http://${await listening(child)}`;
    if (!(await until(() => isReady(url), START_LIMIT))) throw new Error(`Prometheus at ${url} was not ready within ${START_LIMIT} ms`);
    return { url, pid: child.pid!, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function foundBinary(): string {
  const binaries = findPrometheus();
  if ('missing' in binaries) throw new Error(binaries.missing);
  return binaries.prometheus;
}

function configuration({ targets = [], scrapeInterval = '250ms' }: PrometheusOptions) {
  return {
    global: { scrape_interval: scrapeInterval, scrape_timeout: scrapeInterval, evaluation_interval: '1m' },
    scrape_configs: targets.map((target, index) => {
      const { protocol, host, pathname } = new URL(target);
      return {
        job_name: `target-${index}`,
        scheme: protocol.slice(0, -1),
        metrics_path: pathname,
        // Labels of the metrics win over those of the target.
        honor_labels: true,
        tls_config: { insecure_skip_verify: true },
        static_configs: [{ targets: [host] }],
      };
    }),
  };
}

/** The address that it says it listens on; it chose the port itself. */
function listening(child: ChildProcess): Promise<string> {
  const log: string[] = [];
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (code, signal) => reject(new Error(`Prometheus ended with ${signal ?? code}\n${log.slice(-20).join('\n')}`)));
    createInterface(child.stderr!).on('line', (line) => {
      log.push(line);
      const [, address] = /msg="Listening on" address=(\S+)/.exec(line) ?? [];
      if (address) resolve(address);
    });
  });
}

async function isReady(url: string): Promise<boolean> {
  return fetch(`${url}/-/ready`).then(
    ({ ok }) => ok,
    () => false,
  );
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  const ended = new Promise((resolve) => {
    child.once('exit', resolve);
  });
  child.kill('SIGTERM');
  const limit = setTimeout(() => child.kill('SIGKILL'), STOP_LIMIT);
  await ended;
  clearTimeout(limit);
}
