import { equalJson, isRecord } from '../json';
import type { JsonSchema } from '../schema/JsonSchema';
import { keyOf } from '../schema/validateSchema';
import { fieldNames } from './escapeName';
import { readDuration } from './functions/readDuration';
import { propertiesOf, within, type RuleTypes, type SeenSchema } from './RuleTypes';

/**
 * A value as rules see it. Lists with keys and sets are equal in any order: items that are in `like`, too, come in its
 * order, so that the library, which compares lists in order, finds them equal.
 */
export function toCel(value: unknown, seen: SeenSchema, types: RuleTypes, like?: unknown): unknown {
  const { schema } = seen;
  if (value === null || value === undefined) {
    return null;
  }
  if (schema['x-kubernetes-int-or-string']) {
    return typeof value === 'number' ? BigInt(Math.trunc(value)) : value;
  }
  if (Array.isArray(value)) {
    const items = schema.items ?? {};
    return inOrderOf(value, like, schema).map(([item, counterpart]) => toCel(item, within(items), types, counterpart));
  }
  if (isRecord(value)) {
    return isRecord(schema.additionalProperties)
      ? new Map(
          Object.entries(value).map(([key, item]) => [
            key,
            toCel(item, within(schema.additionalProperties as JsonSchema), types, at(like, key)),
          ]),
        )
      : objectToCel(value, seen, types, like);
  }
  if (typeof value === 'number') {
    return schema.type === 'integer' && Number.isFinite(value) ? BigInt(Math.trunc(value)) : value;
  }
  return typeof value === 'string' ? textToCel(value, schema.format) : value;
}

function objectToCel(value: Record<string, unknown>, seen: SeenSchema, types: RuleTypes, like: unknown): unknown {
  const Objects = types.classOf(seen.schema);
  if (!Objects) {
    return null;
  }
  const result = new Objects();
  for (const [name, property] of Object.entries(propertiesOf(seen))) {
    const item = at(value, name);
    // A field that is null counts as missing.
    if (item !== undefined && item !== null && types.declare(within(property))) {
      const seenItem = toCel(item, within(property), types, at(like, name));
      fieldNames(name).forEach((field) => (result[field] = seenItem));
    }
  }
  return result;
}

function at(value: unknown, key: string): unknown {
  return isRecord(value) && Object.hasOwn(value, key) ? value[key] : undefined;
}

/** Pairs of an item and its counterpart in the other list. */
function inOrderOf(items: unknown[], like: unknown, schema: JsonSchema): [item: unknown, counterpart: unknown][] {
  const kind = schema['x-kubernetes-list-type'];
  if (!Array.isArray(like) || (kind !== 'map' && kind !== 'set')) {
    return items.map((item, index) => [item, Array.isArray(like) ? like[index] : undefined]);
  }
  const same = (left: unknown, right: unknown) => (kind === 'map' ? keyOf(left, schema) === keyOf(right, schema) : equalJson(left, right));
  const left = [...items];
  const found = like.flatMap((counterpart): [unknown, unknown][] => {
    const index = left.findIndex((item) => same(item, counterpart));
    return index < 0 ? [] : [[left.splice(index, 1)[0], counterpart]];
  });
  return [...found, ...left.map((item): [unknown, unknown] => [item, undefined])];
}

function textToCel(text: string, format: string | undefined): unknown {
  switch (format) {
    case 'byte':
      return new Uint8Array(Buffer.from(text, 'base64'));
    case 'date':
    case 'date-time':
      return new Date(text);
    case 'duration':
      return readDuration(text);
    default:
      return text;
  }
}
