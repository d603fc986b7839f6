import { parseArgs } from 'node:util';

/** What the command line asks of `compare`. */
export interface CompareOptions {
  /** Path of the Flagger binary. */
  flagger: string;
  /** How many Canaries; one measurement of each system for each. */
  counts: readonly number[];
  /** File that the results are written to. */
  json?: string;
}

export const HELP = `Usage: npm run bench -- compare --flagger <binary> [--n 10,100,1000] [--json <file>]

Runs Flagger 1.44.0 and this engine, one after the other, with the same Canaries on a real control plane of its own
(npm run cluster -- --build makes one), and measures both. About five minutes for each system and number of
Canaries; half an hour and 5 GB of memory for a thousand.

  --flagger <binary>  a Flagger 1.44.0 that you have built or downloaded; it is no part of this repository:
                      go install github.com/fluxcd/flagger/cmd/flagger@v1.44.0
  --n <numbers>       how many Canaries (default 10,100,1000)
  --json <file>       also writes the results to a file`;

/** Reads the arguments behind `compare`; 'help' when that is what was asked for. @throws Error that says what is wrong */
export function parseCompareOptions(args: readonly string[]): CompareOptions | 'help' {
  const { values } = parseArgs({
    args: [...args],
    options: {
      flagger: { type: 'string' },
      n: { type: 'string', default: '10,100,1000' },
      json: { type: 'string' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help) return 'help';
  if (values.flagger === undefined) throw new Error(`compare needs --flagger <binary>: which Flagger to compare with\n\n${HELP}`);
  return { flagger: values.flagger, counts: values.n.split(',').map(countOf), json: values.json };
}

function countOf(text: string): number {
  if (!/^[1-9]\d{0,4}$/.test(text.trim())) {
    throw new Error(`--n takes numbers of Canaries from 1 to 99999, separated by commas, and not "${text}"`);
  }
  return Number(text);
}
