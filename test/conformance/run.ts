import { parseArgs } from 'node:util';
import { createProviderRegistry } from '@aviary/engine';
import type { RouterProvider } from '@aviary/provider-contract';
import { writeTable } from './conformanceTable';
import { diffTranscripts } from './diffTranscripts';
import { isSame, whySkipped, type Part, type Result } from './Part';
import { playParts } from './playParts';
import { SCENARIOS } from './scenarios';
import { openVenue, usualGrounds, type Venue } from './Venue';

const HELP = `Usage: npm run conformance -- [--on <ground>]... [--router <id>]... [--scenario <name>]... [--prometheus <path>|auto]

Plays scenarios with every router and compares what the engine decided with what is expected. Ends with 1 when anything differs.

  --on sandbox      the sandbox, in this process, at high speed
  --on cluster      a real control plane, started for this and stopped after it (see npm run cluster)
  --on <file>       the cluster of a kubeconfig, with the custom resource definitions of deploy/crds; each scenario has a namespace
                    of its own there, which is deleted
                    Default: sandbox, and cluster when its binaries are there.
  --router <id>     only these routers
  --scenario <name> only these scenarios
  --prometheus      a real Prometheus (path of its binary, or "auto" for the one in PATH) scrapes the simulated mesh and answers the
                    engine, in place of the sandbox's query API; everything goes at wall-clock speed then

Played in full on sandbox and cluster it writes the table in docs/conformance.md.

Scenarios:
${SCENARIOS.map(({ name, about }) => `  ${name.padEnd(17)} ${about}`).join('\n')}`;

// What was started is ended when this process ends by itself, which a signal alone would prevent.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));
main().then(() => process.exit(), fail);

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      on: { type: 'string', multiple: true },
      router: { type: 'string', multiple: true },
      scenario: { type: 'string', multiple: true },
      prometheus: { type: 'string' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help) return console.log(HELP);
  const routers = (await createProviderRegistry()).list('router');
  const parts = choose(routers, values);
  const results: Result[] = [];
  const venues: Pick<Venue, 'name' | 'about'>[] = [];
  for (const on of values.on ?? usualGrounds()) {
    const venue = await openVenue(on, { prometheus: values.prometheus });
    try {
      venues.push(venue);
      results.push(...(await playOn(venue, parts)));
    } finally {
      await venue.close();
    }
  }
  const different = results.filter((result) => !isSame(result));
  for (const result of different) explain(result);
  console.log(`\n${results.length - different.length} the same, ${different.length} different`);
  if (different.length > 0) process.exitCode = 1;
  const isFull = !values.router && !values.scenario && ['sandbox', 'cluster'].every((ground) => venues.some(({ name }) => name === ground));
  if (!isFull) return;
  const about = venues.map((venue) => venue.about);
  console.log(`the table is in ${await writeTable({ parts, results, about, isReal: values.prometheus !== undefined })}`);
}

/** The parts of the chosen scenarios and routers, in the order of the table. @throws Error naming what there is not */
function choose(routers: readonly RouterProvider[], values: { router?: string[]; scenario?: string[] }): Part[] {
  const among = <Item>(kind: string, items: readonly Item[], name: (item: Item) => string, wanted: string[] | undefined) => {
    const unknown = (wanted ?? []).filter((each) => !items.some((item) => name(item) === each));
    if (unknown.length > 0) throw new Error(`there is no ${kind} ${unknown.join(' or ')}; there are ${items.map(name).join(', ')}`);
    return items.filter((item) => wanted === undefined || wanted.includes(name(item)));
  };
  const scenarios = among('scenario', SCENARIOS, ({ name }) => name, values.scenario);
  const chosen = among('router', routers, ({ id }) => id, values.router);
  return scenarios.flatMap((scenario) => chosen.map((router): Part => ({ scenario, router })));
}

async function playOn(venue: Venue, parts: readonly Part[]): Promise<Result[]> {
  console.log(`\n${venue.about}`);
  for (const part of parts) {
    const why = whySkipped(part);
    if (why !== null) console.log(`  ${titleOf(part)} skipped: ${why}`);
  }
  return playParts(
    venue,
    parts.filter((part) => whySkipped(part) === null),
    (result) => console.log(`  ${titleOf(result)} ${isSame(result) ? 'same' : 'DIFFERENT'} (${result.took.toFixed(1)} s)`),
  );
}

function explain(result: Result): void {
  console.log(`\n${titleOf(result).trim()} on ${result.ground} is different (- expected, + found):`);
  for (const line of diffTranscripts(result.expected, result.found)) console.log(`  ${line}`);
  console.log(`  in words: ${result.lastWords}`);
  if (result.error) console.log(`  ${result.error.message.replaceAll('\n', '\n  ')}`);
}

function titleOf({ scenario, router }: Part): string {
  return `${scenario.name.padEnd(18)}${router.id.padEnd(12)}`;
}

function fail(error: Error): never {
  console.error(error.message);
  process.exit(1);
}
