import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isSame, whySkipped, type Part, type Result } from './Part';
import type { Scenario } from './Scenario';

const FILE = join(__dirname, '../../docs/conformance.md');

/** What one full run found. */
export interface Findings {
  parts: readonly Part[];
  results: readonly Result[];
  /** What the grounds were made of, in the order in which they were played on. */
  about: readonly string[];
  /** Whether a real Prometheus answered the engine. */
  isReal: boolean;
}

/** Puts the results into docs/conformance.md, in place of those of the last such run. Returns the path of the file. */
export async function writeTable(findings: Findings): Promise<string> {
  const text = await readFile(FILE, 'utf8');
  const results = [...findings.about.map((line) => `- ${line}`), '', resultTable(findings)].join('\n');
  const scenarios = scenarioTable(new Set(findings.parts.map(({ scenario }) => scenario)));
  await writeFile(FILE, put(put(text, `results: ${findings.isReal ? 'Prometheus' : 'query API'}`, results), 'scenarios', scenarios));
  return 'docs/conformance.md';
}

/** @throws Error when the page has no such place */
function put(page: string, place: string, text: string): string {
  const between = new RegExp(`(<!-- ${place} -->\n)[^]*?(<!-- end -->)`);
  if (!between.test(page)) throw new Error(`${FILE} has no place <!-- ${place} --> … <!-- end -->`);
  return page.replace(between, (_, begin: string, end: string) => `${begin}\n${text}\n\n${end}`);
}

/** Scenarios and routers down, grounds across. */
export function resultTable({ parts, results }: Pick<Findings, 'parts' | 'results'>): string {
  const grounds = [...new Set(results.map(({ ground }) => ground))];
  const cell = (part: Part, ground: string) => {
    const why = whySkipped(part);
    if (why !== null) return `skipped: ${why}`;
    const found = results.find((result) => result.scenario === part.scenario && result.router === part.router && result.ground === ground);
    if (!found) return 'not played';
    return isSame(found) ? `same, ${found.found.length} lines` : '**different**';
  };
  const rows = parts.map((part) => [`\`${part.scenario.name}\``, part.router.id, ...grounds.map((ground) => cell(part, ground))]);
  return table(['Scenario', 'Router', ...grounds], rows);
}

function scenarioTable(scenarios: Iterable<Scenario>): string {
  return table(
    ['Scenario', 'What happens'],
    [...scenarios].map(({ name, about }) => [`\`${name}\``, about]),
  );
}

/** As Markdown. */
function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n');
}
