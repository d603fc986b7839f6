/**
 * The exports of a module that was loaded with `import()`. When it is CommonJS whose export names Node does not recognise, as from
 * TypeScript source, they are all in `default`.
 */
export function exportsOf<T extends object>(loaded: T): T {
  return (loaded as { default?: T }).default ?? loaded;
}
