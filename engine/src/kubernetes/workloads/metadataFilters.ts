type StringMap = Readonly<Record<string, string>>;

const TOOLKIT = 'toolkit.fluxcd.io';

/** Without the keys by which Flux marks what it applies: a copy that carries them would be pruned by it. */
export function withoutToolkit(map: StringMap | undefined): Record<string, string> {
  return filtered(map, (key) => !key.includes(TOOLKIT));
}

/** Only the keys that begin with one of the prefixes; `*` takes all. Flux's keys never (facts §9.2). */
export function includedByPrefix(map: StringMap | undefined, prefixes: readonly string[]): Record<string, string> {
  return filtered(
    map,
    (key) => !key.includes(TOOLKIT) && prefixes.some((prefix) => prefix === '*' || (prefix !== '' && key.startsWith(prefix))),
  );
}

/** Undefined instead of an empty map, as the API server would answer. */
export function orAbsent<T extends object>(map: T): T | undefined {
  return Object.keys(map).length > 0 ? map : undefined;
}

function filtered(map: StringMap | undefined, keep: (key: string) => boolean): Record<string, string> {
  return Object.fromEntries(Object.entries(map ?? {}).filter(([key]) => keep(key)));
}
