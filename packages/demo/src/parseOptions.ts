import { resolve } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';

/** What `npm start -- …` was asked for. */
export interface DemoOptions {
  /** Forget everything of earlier runs. */
  reset: boolean;
  /** How many times as fast as the wall clock sandbox and engine run. */
  speed: number;
  /** Of the portal, on localhost. */
  port: number;
  /** Of the sandbox cluster's API server, on 127.0.0.1. */
  sandboxPort: number;
  /** Whether a new sandbox gets the example services. */
  seed: boolean;
  /** Where data, logs and the kubeconfig are kept; absolute. */
  dataDir: string;
}

/** Reads the command line. Ends the process after `--help` and, with a sentence, after an option that cannot be read. */
export function parseOptions(args: string[], repository: string): DemoOptions {
  const command = new Command('npm start --')
    .description(
      'Brings up the demo: a sandbox cluster, Postgres, the engine and the portal, all on this machine. Ctrl-C stops everything.',
    )
    .option('--reset', 'forget the data of earlier runs', false)
    .option('--speed <n>', 'run cluster and engine n times as fast', positive, 1)
    .option('--port <port>', 'port of the portal', port, 7007)
    .option('--sandbox-port <port>', "port of the sandbox cluster's API server", port, 7443)
    .option('--no-seed', 'start with an empty cluster instead of the example services')
    .option('--data-dir <folder>', 'where data, logs and the kubeconfig are kept', (path) => resolve(path), resolve(repository, '.aviary'));
  return command.parse(args, { from: 'user' }).opts<DemoOptions>();
}

function positive(text: string): number {
  const value = Number(text);
  if (!(value > 0 && value <= 1_000)) {
    throw new InvalidArgumentError('It must be a number above 0, at most 1000.');
  }
  return value;
}

function port(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1 || value > 65_535) {
    throw new InvalidArgumentError('It must be a whole number from 1 to 65535.');
  }
  return value;
}
