import { isRecord } from '../json';
import type { ResourceVersion } from '../ResourceType';
import { BuiltinSchemas } from '../schema/BuiltinSchemas';
import type { JsonSchema } from '../schema/JsonSchema';

/** A spot in an object, with what is known about how lists and maps merge there. */
export interface Place {
  child(key: string): Place;
  /** Keys of the items of a list at this spot, `set` for a set of primitives, undefined when it is replaced whole. */
  readonly list: string[] | 'set' | undefined;
  /** Whether a map at this spot is replaced whole. */
  readonly atomicMap: boolean;
  /** The place of the items of a list at this spot. */
  readonly item: Place;
  /** The value of a field at this spot when nobody sets it: part of the key of a list's item. */
  readonly missing: unknown;
  /** Whether the real server's own form of an object always has something at this spot, so that nobody owns its being there. */
  readonly always: boolean;
}

const text: JsonSchema = { type: 'string' };
const identity = { apiVersion: text, kind: text, metadata: { ...new BuiltinSchemas().objectMeta, default: {} } };

/** The root of objects of a version of a type. */
export function rootPlace({ schema }: ResourceVersion): Place {
  return placeOf({ ...schema, properties: { ...schema?.properties, ...identity } }, true);
}

function placeOf(schema: JsonSchema | undefined, isRequired = false): Place {
  const listType = schema?.['x-kubernetes-list-type'];
  return {
    child: (key) => placeOf(schemaOf(schema, key), schema?.goType !== undefined && schema.required?.includes(key)),
    list: listType === 'map' ? schema!['x-kubernetes-list-map-keys'] : listType === 'set' ? 'set' : undefined,
    atomicMap: schema?.['x-kubernetes-map-type'] === 'atomic',
    get item() {
      return placeOf(schema?.items);
    },
    missing: schema?.default,
    always: isRequired || (schema?.goType !== undefined && isRecord(schema.default)),
  };
}

function schemaOf(schema: JsonSchema | undefined, key: string): JsonSchema | undefined {
  const additional = isRecord(schema?.additionalProperties) ? (schema.additionalProperties as JsonSchema) : undefined;
  return Object.hasOwn(schema?.properties ?? {}, key) ? schema!.properties![key] : additional;
}

/** The values of an item's keys, as they stand in a field set: `{"containerPort":80,"protocol":"TCP"}`. */
export function keyOfItem(item: unknown, keys: string[], place: Place): string {
  const values = keys.map((key) => [key, (isRecord(item) ? item[key] : undefined) ?? place.child(key).missing ?? null]);
  return JSON.stringify(Object.fromEntries(values.sort(([left], [right]) => (left < right ? -1 : 1))));
}
