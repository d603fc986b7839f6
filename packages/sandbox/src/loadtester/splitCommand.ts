/**
 * Splits a command line into words as a shell would: single and double quotes, backslashes; `|`, `;` and `&` become words of their own.
 * Returns `undefined` for what only a shell could tell apart (an open quote, `$`, backquotes, redirections).
 */
export function splitCommand(line: string): string[] | undefined {
  const words: string[] = [];
  let rest = line.trim();
  while (rest) {
    const operator = /^(\|\||&&|[|;&])\s*/.exec(rest);
    if (operator) {
      words.push(operator[1]);
      rest = rest.slice(operator[0].length);
      continue;
    }
    const word = /^(?:'[^']*'|"(?:[^"\\$`]|\\[^])*"|\\[^]|[^\s'"\\|;&$`<>])+/.exec(rest);
    if (!word) return undefined;
    words.push(
      word[0].replace(
        /'([^']*)'|"((?:[^"\\]|\\[^])*)"|\\([^])/g,
        (_, single, double, escaped) => single ?? double?.replace(/\\([^])/g, '$1') ?? escaped,
      ),
    );
    rest = rest.slice(word[0].length).trimStart();
  }
  return words;
}
