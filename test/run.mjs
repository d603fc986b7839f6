/**
 * `npm test`: Jest over all workspaces, then one plain line with the totals.
 * Arguments go to Jest: `npm test -- judge` runs the files whose path contains "judge".
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const folder = mkdtempSync(join(tmpdir(), 'aviary-test-'));
const results = join(folder, 'results.json');
const jest = spawn(
  'backstage-cli',
  ['repo', 'test', '--ci', '--maxWorkers=2', '--json', `--outputFile=${results}`, ...process.argv.slice(2)],
  {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, CI: '1', NODE_OPTIONS: `${process.env.NODE_OPTIONS ?? ''} --disable-warning=ExperimentalWarning` },
  },
);
const code = await new Promise((resolve, reject) => jest.on('error', reject).on('close', resolve));
try {
  const { numPassedTests, numFailedTests, numPendingTests, numTotalTests, numFailedTestSuites } = JSON.parse(readFileSync(results, 'utf8'));
  const failed = numFailedTests + (numFailedTests === 0 ? numFailedTestSuites : 0);
  console.log(`\n${numPassedTests} passed, ${failed} failed, ${numPendingTests} skipped`);
  process.exitCode = numTotalTests > 0 && failed === 0 ? code : 1;
} catch (error) {
  console.error(`Jest ended with code ${code} and left no results: ${error.message}`);
  process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
