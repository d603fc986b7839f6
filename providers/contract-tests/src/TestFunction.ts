/** The caller's way to declare a test: `test` of Jest, Vitest or `node:test`. */
export type TestFunction = (name: string, run: () => Promise<void>) => unknown;
