const GROUP = /\(\?(?:(?<name>P?<[A-Za-z_]\w*>)|(?<flags>[imsU]*(?:-[imsU]+)?)(?<end>[:)]))/y;
const ESCAPE = /\\(?:[pP](?:[A-Z]|\{\^?\w+\})|x(?:[0-9a-fA-F]{2}|\{[0-9a-fA-F]+\})|[0-7]{1,3}|[^])/y;
const CLASS_NAME = /\[:(\^?)(\w+):\]/y;
const REPEAT = /\{(\d+)(?:,(\d*))?\}/y;
/** RE2's limit. */
const MOST_REPEATS = 1000;

const CLASSES: Readonly<Record<string, string>> = {
  alnum: '0-9A-Za-z',
  alpha: 'A-Za-z',
  ascii: '\\x00-\\x7F',
  blank: '\\t ',
  cntrl: '\\x00-\\x1F\\x7F',
  digit: '0-9',
  graph: '!-~',
  lower: 'a-z',
  print: ' -~',
  punct: '!-\\/:-@\\[-`\\{-~',
  space: '\\t\\n\\v\\f\\r ',
  upper: 'A-Z',
  word: '0-9A-Za-z_',
  xdigit: '0-9A-Fa-f',
};

/**
 * The regular expression (RE2, as Go has it) that must match a whole text; `undefined` when RE2 would refuse it. As in Prometheus 2.42 `.`
 * does not match a line's end. What JavaScript has beyond RE2 (look-around, back-references) is refused.
 */
export function compileRegex(source: string): RegExp | undefined {
  const translated = translate(source);
  if (translated === undefined) return undefined;
  const { text, flags } = translated;
  try {
    return new RegExp(`^(?:${text})$`, `u${flags}`);
  } catch {
    return undefined;
  }
}

function translate(source: string): { text: string; flags: string } | undefined {
  // JavaScript has flags for a whole expression only at its end.
  const [leading, flags] = /^\(\?([ims]+)\)/.exec(source) ?? ['', ''];
  let text = '';
  let at = leading.length;
  let inClass = false;
  const match = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at;
    return pattern.exec(source);
  };
  while (at < source.length) {
    const escape = match(ESCAPE);
    const group = inClass ? null : match(GROUP);
    const named = inClass ? match(CLASS_NAME) : null;
    const repeat = inClass ? null : match(REPEAT);
    let piece: string | undefined = source[at];
    let length = 1;
    if (escape) {
      [piece, length] = [escapeOf(escape[0], inClass), escape[0].length];
    } else if (group) {
      [piece, length] = [groupOf(group), group[0].length];
    } else if (!inClass && source.startsWith('(?', at)) {
      piece = undefined;
    } else if (named) {
      [piece, length] = [named[1] || !CLASSES[named[2]] ? undefined : CLASSES[named[2]], named[0].length];
    } else if (repeat) {
      const most = Math.max(Number(repeat[1]), Number(repeat[2] || 0));
      [piece, length] = [most > MOST_REPEATS ? undefined : repeat[0], repeat[0].length];
    } else if (inClass) {
      piece = literalInClass(source, at);
      if (piece === ']') inClass = false;
    } else if (piece === '[') {
      inClass = true;
      // A bracket that comes first in a class stands for itself.
      const first = /^\[\^?\]/.exec(source.slice(at));
      if (first) [piece, length] = [first[0].replace(']', '\\]'), first[0].length];
    } else if (/^[{}\]]$/.test(piece)) {
      piece = `\\${piece}`;
    }
    if (piece === undefined) return undefined;
    text += piece;
    at += length;
  }
  return { text, flags };
}

function escapeOf(escape: string, inClass: boolean): string | undefined {
  const letter = escape[1];
  if (letter === undefined) return undefined;
  if (/[pPdDwWfnrtv]/.test(letter)) return escape.replace(/^\\([pP])([A-Z])$/, '\\$1{$2}');
  // JavaScript's \s also has what is blank in Unicode, RE2's has not.
  if (letter === 's') return inClass ? '\\t\\n\\f\\r ' : '[\\t\\n\\f\\r ]';
  if (letter === 'S') return inClass ? undefined : '[^\\t\\n\\f\\r ]';
  if (letter === 'a') return '\\x07';
  if (letter === 'A' || letter === 'z') return inClass ? undefined : letter === 'A' ? '(?<![^])' : '(?![^])';
  if (/[bB]/.test(letter)) return inClass ? undefined : escape;
  if (letter === 'x') return escape.length === 4 ? escape : escape.length > 4 ? `\\u${escape.slice(2)}` : undefined;
  if (/^\\[0-7]+$/.test(escape)) {
    return letter === '0' || escape.length > 2 ? `\\u{${parseInt(escape.slice(1), 8).toString(16)}}` : undefined;
  }
  return /[\x21-\x2f\x3a-\x40\x5b-\x60\x7b-\x7e]/.test(letter) ? literal(letter) : undefined;
}

function groupOf({ groups = {} }: RegExpExecArray): string | undefined {
  if (groups.name) return `(?${groups.name.replace('P', '')}`;
  // Flags from here to the group's end, and greediness turned around, are more than is worth translating.
  if (groups.end === ')' || groups.flags.includes('U')) return undefined;
  return `(?${groups.flags}:`;
}

function literalInClass(source: string, at: number): string {
  const char = source[at];
  // Signs that mean something in JavaScript's classes and nothing in RE2's.
  return /[[(){}/|]/.test(char) ? `\\${char}` : char;
}

function literal(char: string): string {
  return /[\^$\\.*+?()[\]{}|/-]/.test(char) ? (char === '-' ? '\\x2d' : `\\${char}`) : char;
}
