const reserved = new Set(
  'true false null in as break const continue else for function if import let loop package namespace return var void while'.split(' '),
);
const replacements: Record<string, string> = { __: '__underscores__', '.': '__dot__', '-': '__dash__', '/': '__slash__' };

/** The name by which rules know a property, or undefined when there is none. Words of the language get `__` around them. */
export function escapeName(name: string): string | undefined {
  if (!/^[a-zA-Z_./-][\w./-]*$/.test(name)) {
    return undefined;
  }
  return reserved.has(name) ? `__${name}__` : name.replace(/__|[./-]/g, (part) => replacements[part]);
}

/**
 * The names of fields by which rules can reach a property: a word of the language may also stand as it is, after a dot.
 * None for `constructor`, by which the CEL library tells an object's type.
 */
export function fieldNames(name: string): string[] {
  const escaped = escapeName(name);
  return escaped === undefined || name === 'constructor' ? [] : reserved.has(name) ? [escaped, name] : [escaped];
}
