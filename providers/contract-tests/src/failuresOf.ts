import type { TestFunction } from './TestFunction';

/** Runs what a suite declares and returns the names of the tests that failed, in order: to show that a suite notices a fault. */
export async function failuresOf(declare: (test: TestFunction) => void): Promise<string[]> {
  const tests: { name: string; run: () => Promise<void> }[] = [];
  declare((name, run) => tests.push({ name, run }));
  const failures: string[] = [];
  for (const { name, run } of tests) {
    try {
      await run();
    } catch {
      failures.push(name);
    }
  }
  return failures;
}
