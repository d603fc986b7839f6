import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { findBinaries } from '../../cluster/binaries';
import { describeMachine, formatMachine } from '../describeMachine';
import { checkFlagger, FLAGGER_VERSION } from './checkFlagger';
import { HELP, parseCompareOptions } from './CompareOptions';
import { formatComparison } from './formatComparison';
import { aviary, flagger } from './MeasuredSystem';
import { measureSystem } from './measureSystem';
import type { SystemFigures } from './SystemFigures';

/**
 * `npm run bench -- compare …`: measures Flagger and this engine, one after the other. The exit code is 1 when something could not be measured.
 *
 * @throws Error in words for the person at the terminal when the arguments are wrong, or a binary is missing
 */
export async function compare(args: readonly string[]): Promise<void> {
  const options = parseCompareOptions(args);
  if (options === 'help') return console.log(HELP);
  const binary = resolve(options.flagger);
  await checkFlagger(binary);
  const found = findBinaries();
  if ('missing' in found) throw new Error(`compare needs a real control plane: ${found.missing}`);

  const machine = describeMachine();
  console.log(formatMachine(machine));
  const all: SystemFigures[] = [];
  for (const count of options.counts) {
    const first = all.length;
    for (const kind of [flagger(binary), aviary]) {
      console.log(`\n${kind.name}, ${count} Canaries`);
      try {
        all.push(await measureSystem(kind, count, (line) => console.log(`  ${line}`)));
      } catch (error) {
        // The others can still be measured.
        console.error(`${kind.name} could not be measured with ${count} Canaries: ${(error as Error).stack}`);
        process.exitCode = 1;
      }
      // After each, because the next may take half an hour.
      if (options.json !== undefined) writeJson(options.json, { machine, flagger: FLAGGER_VERSION, figures: all });
    }
    if (all.length > first) console.log(`\n${formatComparison(all.slice(first))}`);
  }
  if (options.json !== undefined) console.log(`\nwritten to ${options.json}`);
}

function writeJson(file: string, content: object): void {
  writeFileSync(file, `${JSON.stringify({ measuredAt: new Date().toISOString(), ...content }, null, 2)}\n`);
}
