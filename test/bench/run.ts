import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { compare } from './compare/compare';
import { describeMachine, formatMachine } from './describeMachine';
import { isMet, type Bench, type Figure } from './Figure';
import { cpu } from './figures/cpu';
import { detection } from './figures/detection';
import { idle } from './figures/idle';
import { judging } from './figures/judging';
import { ready } from './figures/ready';
import { step } from './figures/step';
import { formatFigures } from './formatFigures';

const BENCHES: readonly Bench[] = [judging, step, detection, idle, cpu, ready];

const HELP = `Usage: npm run bench -- [--json <file>] [names...]
       npm run bench -- compare --flagger <binary>

Measures the engine on the sandbox cluster and a real Postgres. Figures are reported, never asserted.
Without names all benches run; --json also writes the figures to a file.

Benches:
${BENCHES.map(({ name, about }) => `  ${name.padEnd(10)}  ${about}`).join('\n')}

compare is by itself and has options of its own (compare --help): the engine beside Flagger, on a real control plane.`;

// What the benches started is ended when this process ends by itself, which a signal alone would prevent.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));
main().then(() => process.exit(), fail);

async function main(): Promise<void> {
  const [first, ...others] = process.argv.slice(2);
  if (first === 'compare') return compare(others);
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { json: { type: 'string' }, help: { type: 'boolean', short: 'h' } },
  });
  if (values.help) return console.log(HELP);
  return run(choose(positionals), values.json);
}

function choose(wanted: string[]): readonly Bench[] {
  const unknown = wanted.filter((name) => !BENCHES.some((bench) => bench.name === name));
  if (unknown.length > 0) throw new Error(`there is no bench ${unknown.join(' or ')}\n\n${HELP}`);
  return wanted.length === 0 ? BENCHES : BENCHES.filter(({ name }) => wanted.includes(name));
}

async function run(benches: readonly Bench[], json: string | undefined): Promise<void> {
  const machine = describeMachine();
  console.log(formatMachine(machine));
  const figures: Figure[] = [];
  for (const { name, measure } of benches) {
    console.log(`\n${name}`);
    try {
      const measured = await measure((line) => console.log(`  ${line}`));
      figures.push(...measured);
      console.log(formatFigures(measured));
    } catch (error) {
      // The others can still be measured.
      console.error(`${name} could not be measured: ${(error as Error).stack}`);
      process.exitCode = 1;
    }
  }
  if (json === undefined) return;
  const written = figures.map((figure) => ({ ...figure, met: isMet(figure) }));
  writeFileSync(json, `${JSON.stringify({ measuredAt: new Date().toISOString(), machine, figures: written }, null, 2)}\n`);
  console.log(`\nwritten to ${json}`);
}

function fail(error: Error): never {
  console.error(error.message);
  process.exit(1);
}
