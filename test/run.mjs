/**
 * `npm test`: Jest over all workspaces, then one plain line with the totals.
 * Arguments go to Jest: `npm test -- judge` runs the files whose path contains "judge".
 *
 * The tests of this folder start clusters, databases, engines and browsers. Those that hold the product to its pace run one after the
 * other; all others run side by side, before them.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const HEAVY = '@aviary/test';
/** What a machine with two cores cannot do beside something else without being late. */
const ALONE = ['conformance', 'e2e', 'faults', 'mainJob'];
/** Options for the tests of this folder but those whose path continues as the pattern says. */
const heavyBut = (pattern) => ['--selectProjects', HEAVY, '--testPathIgnorePatterns', '/node_modules/', `<rootDir>/${pattern}`];
const folder = mkdtempSync(join(tmpdir(), 'aviary-test-'));

async function jest(name, options) {
  const results = join(folder, `${name}.json`);
  // A list ends where the next option begins: what the caller gives must not be taken for another project.
  const args = ['repo', 'test', '--ci', ...options, '--passWithNoTests', '--json', `--outputFile=${results}`, ...process.argv.slice(2)];
  const child = spawn('backstage-cli', args, {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, CI: '1', NODE_OPTIONS: `${process.env.NODE_OPTIONS ?? ''} --disable-warning=ExperimentalWarning` },
  });
  const code = await new Promise((resolve, reject) => child.on('error', reject).on('close', resolve));
  try {
    return { code, ...JSON.parse(readFileSync(results, 'utf8')) };
  } catch (error) {
    throw new Error(`Jest ended with code ${code} and left no results: ${error.message}`);
  }
}

try {
  const runs = [
    await jest('light', ['--ignoreProjects', HEAVY, '--maxWorkers=2']),
    // They mostly wait: three of them keep two cores busy.
    await jest('sideBySide', [...heavyBut(`(${ALONE.join('|')})/`), '--maxWorkers=3']),
    await jest('alone', [...heavyBut(`(?!${ALONE.join('|')})`), '--runInBand']),
  ];
  const sum = (field) => runs.reduce((total, run) => total + run[field], 0);
  const passed = sum('numPassedTests');
  // A file that cannot be loaded fails without a failing test.
  const failed = sum('numFailedTests') + sum('numRuntimeErrorTestSuites');
  console.log(`\n${passed} passed, ${failed} failed, ${sum('numPendingTests')} skipped`);
  process.exitCode = passed > 0 && failed === 0 && runs.every((run) => run.code === 0) ? 0 : 1;
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
