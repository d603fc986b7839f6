/** What Node is started with to run a TypeScript file of this repository, from its root, as the scripts of package.json do. */
export function sourceArguments(file: string, ...args: readonly string[]): string[] {
  return ['--no-warnings', '--require', '@backstage/cli/config/nodeTransform.cjs', file, ...args];
}

/** What Node is started with to run the engine, as `npm run engine` does. */
export function engineArguments(configFile: string): string[] {
  return ['--max-semi-space-size=8', ...sourceArguments('engine/src/main.ts', '--config', configFile)];
}
