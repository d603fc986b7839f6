import { isRecord } from '../json';
import type { JsonSchema } from '../schema/JsonSchema';

const escapes: Record<string, string> = { a: '\x07', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v', "'": "'", '\\': '\\' };

/**
 * A rule's `fieldPath` (`.a.b`, `.m['key']`) as it is told, undefined when it leads to no field of the schema. Items of
 * lists cannot be named.
 */
export function normalFieldPath(path: string, schema: JsonSchema): string | undefined {
  let current: JsonSchema | undefined = schema;
  let result = '';
  let rest = path;
  while (rest && current) {
    const [step, name, key]: (string | undefined)[] = /^(?:\.([^.[\]]+)|\['((?:\\.|[^'\\])*)'\])/.exec(rest) ?? [];
    if (step === undefined) {
      return undefined;
    }
    const wanted: string = name ?? key!.replace(/\\(.)/g, (_, letter) => escapes[letter] ?? '');
    const isNamed: boolean = current.properties !== undefined;
    result += isNamed ? `${result && '.'}${wanted}` : `[${wanted}]`;
    current = isNamed
      ? ownProperty(current, wanted)
      : isRecord(current.additionalProperties)
        ? (current.additionalProperties as JsonSchema)
        : undefined;
    rest = rest.slice(step.length);
  }
  return current && result ? result : undefined;
}

function ownProperty({ properties }: JsonSchema, name: string): JsonSchema | undefined {
  return Object.hasOwn(properties!, name) ? properties![name] : undefined;
}
