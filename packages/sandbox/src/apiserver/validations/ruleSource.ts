/** A piece of an expression. */
interface Token {
  kind: 'text' | 'name' | 'other';
  text: string;
  at: number;
}

/** What is done instead of what the library does under a name, of equal length: places in the expression stay the same. */
const replacements: Record<string, string> = {
  has: 'ha_',
  matches: 'matche_',
  duration: 'duratio_',
  format: 'forma_',
  indexOf: 'indexO_',
  lastIndexOf: 'lastIndexO_',
  lowerAscii: 'lowerAsci_',
  upperAscii: 'upperAsci_',
  split: 'spli_',
  string: 'strin_',
  substring: 'substrin_',
};
const functions = ['has', 'matches', 'string', 'duration'];
const methods = Object.keys(replacements).filter((name) => !['has', 'string', 'duration'].includes(name));
const originals = Object.fromEntries(Object.entries(replacements).map(([name, own]) => [own, name]));
const literalArguments = ['duration', 'timestamp', 'matches', 'find', 'findAll'];

/** An expression as the library is given it. */
export interface RuleSource {
  source: string;
  /** Whether it asks for the old value. */
  usesOldSelf: boolean;
  /** The one text that is given to functions which take only some texts: they are looked at before the rule is used. */
  literals: { name: string; literal: string; at: number }[];
  /** Where a name is used that the library knows and Kubernetes does not. */
  unknown: { name: string; at: number }[];
}

/** Reads an expression's pieces, and puts the sandbox's own functions in the place of some of the library's. */
export function ruleSource(expression: string): RuleSource {
  const tokens = tokensOf(expression);
  const result: RuleSource = { source: '', usesOldSelf: false, literals: [], unknown: [] };
  const solid = tokens.filter(({ text }) => text.trim() !== '' && !text.startsWith('//'));
  const replaced = new Map<Token, string>();
  solid.forEach((token, index) => {
    const [before, after] = [solid[index - 1]?.text, solid[index + 1]?.text];
    const isMember = before === '.' || before === '.?';
    if (token.kind !== 'name') {
      return;
    }
    if (after === '(' && (isMember ? methods : functions).includes(token.text)) {
      replaced.set(token, replacements[token.text]);
    }
    const argument = solid[index + 2];
    if (
      after === '(' &&
      literalArguments.includes(token.text) &&
      argument?.kind === 'text' &&
      [')', ','].includes(solid[index + 3]?.text)
    ) {
      if (solid[index + 3].text === ')' || token.text === 'findAll') {
        result.literals.push({ name: token.text, literal: argument.text, at: argument.at });
      }
    }
    if (!isMember && token.text === 'cel') {
      result.unknown.push({ name: token.text, at: token.at });
    }
    result.usesOldSelf ||= !isMember && token.text === 'oldSelf';
  });
  result.source = tokens.map((token) => replaced.get(token) ?? token.text).join('');
  return result;
}

/** The expression with every `null` as a value of no certain type; the variable `nul_` must be there. */
export function withUntypedNulls(source: string): string {
  return tokensOf(source)
    .map(({ kind, text }) => (kind === 'name' && text === 'null' ? untypedNull : text))
    .join('');
}

/** The name of a variable that is null. */
export const untypedNull = 'nul_';

/** A message of the library in the names that the rule has. */
export function withOriginalNames(message: string): string {
  return message.replace(/\w+_(?!\w)/g, (name) => originals[name] ?? name);
}

const pattern =
  /(?<text>(?:[bB]?[rR]|[rR][bB])(?:"""[^]*?"""|'''[^]*?'''|"[^"\n]*"|'[^'\n]*')|[bB]?(?:"""(?:\\[^]|[^\\])*?"""|'''(?:\\[^]|[^\\])*?'''|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'))|(?<name>[A-Za-z_]\w*)|\/\/[^\n]*|\s+|\d+\w*|[^]/g;

function tokensOf(expression: string): Token[] {
  return [...expression.matchAll(pattern)].map(({ 0: text, index, groups }) => ({
    kind: groups?.text !== undefined ? 'text' : groups?.name !== undefined ? 'name' : 'other',
    text,
    at: index,
  }));
}
