import type { Labels } from '../Labels';
import { compileRegex } from './compileRegex';
import { PromqlError } from './PromqlError';
import type { Element } from './Value';

const LABEL = /^[a-zA-Z_][a-zA-Z0-9_]*$/;

/** `label_replace`: where the whole of label `source` matches `pattern`, label `destination` becomes `replacement`, with `$1` filled in. */
export function labelReplace(elements: readonly Element[], [destination, replacement, source, pattern]: string[]): Element[] {
  const regex = compileRegex(pattern);
  if (!regex) throw new PromqlError('execution', `invalid regular expression in label_replace(): ${pattern}`);
  if (!LABEL.test(destination)) throw new PromqlError('execution', `invalid destination label name in label_replace(): ${destination}`);
  return elements.map(({ labels, value }) => {
    const match = regex.exec(labels[source] ?? '');
    return { labels: match ? withLabel(labels, destination, expand(replacement, match)) : labels, value };
  });
}

/** `label_join`: label `destination` becomes the values of `sources`, joined. */
export function labelJoin(elements: readonly Element[], [destination, separator, ...sources]: string[]): Element[] {
  const wrong = sources.find((source) => !LABEL.test(source));
  if (wrong !== undefined) throw new PromqlError('execution', `invalid source label name in label_join(): ${wrong}`);
  if (!LABEL.test(destination)) throw new PromqlError('execution', `invalid destination label name in label_join(): ${destination}`);
  return elements.map(({ labels, value }) => ({
    labels: withLabel(labels, destination, sources.map((source) => labels[source] ?? '').join(separator)),
    value,
  }));
}

function withLabel(labels: Labels, name: string, value: string): Labels {
  const { [name]: _, ...rest } = labels;
  return value === '' ? rest : { ...rest, [name]: value };
}

// Go's Regexp.Expand: the longest name counts, so `$1x` is the group called `1x`; what there is not is empty.
function expand(template: string, match: RegExpExecArray): string {
  return template.replace(/\$(?:(\$)|(\w+)|\{(\w+)\})/g, (_whole, dollar?: string, plain?: string, braced?: string) => {
    const name = plain ?? braced ?? '';
    if (dollar) return '$';
    return (/^\d+$/.test(name) ? match[Number(name)] : match.groups?.[name]) ?? '';
  });
}
