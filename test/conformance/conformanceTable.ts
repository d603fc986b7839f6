import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { isSame, whySkipped, type Part, type Result } from './Part';

const FILE = join(__dirname, '../../docs/conformance.md');

/** What one full run found. */
export interface Findings {
  parts: readonly Part[];
  results: readonly Result[];
  /** Whether a real Prometheus answered the engine. */
  isReal: boolean;
}

/** Puts the results into docs/conformance.md, in place of those of the last such run. Returns the file's path. */
export async function writeTable(findings: Findings): Promise<string> {
  const text = await readFile(FILE, 'utf8');
  const name = findings.isReal ? 'Prometheus' : 'query API';
  const place = new RegExp(`(<!-- results: ${name} -->\n)[^]*?(<!-- end -->)`);
  if (!place.test(text)) throw new Error(`${FILE} has no place for a table: <!-- results: ${name} --> … <!-- end -->`);
  const table = tableOf(findings);
  const written = await format(
    text.replace(place, (_, begin, end) => `${begin}\n${table}\n\n${end}`),
    {
      ...(await resolveConfig(FILE)),
      filepath: FILE,
    },
  );
  await writeFile(FILE, written);
  return 'docs/conformance.md';
}

/** Scenarios and routers down, grounds across, as Markdown. */
export function tableOf({ parts, results }: Findings): string {
  const grounds = [...new Set(results.map(({ ground }) => ground))];
  const cell = (part: Part, ground: string) => {
    const why = whySkipped(part);
    if (why !== null) return `skipped: ${why}`;
    const found = results.find(
      ({ scenario, router, ...result }) => scenario === part.scenario && router === part.router && result.ground === ground,
    );
    if (!found) return 'not played';
    return isSame(found) ? `same, ${linesOf(found)}` : '**different**';
  };
  const rows = parts.map((part) => [part.scenario.name, part.router.id, ...grounds.map((ground) => cell(part, ground))]);
  return [['Scenario', 'Router', ...grounds], grounds.concat('', '').map(() => '---'), ...rows]
    .map((row) => `| ${row.join(' | ')} |`)
    .join('\n');
}

function linesOf({ found }: Result): string {
  return `${found.length} lines`;
}
