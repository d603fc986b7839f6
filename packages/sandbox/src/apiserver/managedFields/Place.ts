import { isRecord } from '../json';
import { listRule } from '../patch/listRules';
import type { ResourceType, ResourceVersion } from '../ResourceType';
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
}

/** The root of objects of a type. */
export function rootPlace(type: ResourceType, version: ResourceVersion): Place {
  return type.custom ? schemaPlace(version.schema, []) : builtinPlace([]);
}

function builtinPlace(path: string[]): Place {
  const rule = listRule(path);
  return {
    child: (key) => builtinPlace([...path, key]),
    list: rule?.set ? 'set' : rule?.applyKeys,
    atomicMap: path.at(-1) === 'selector' || path.at(-1) === 'nodeSelector',
    get item() {
      return builtinPlace(path);
    },
  };
}

function schemaPlace(schema: JsonSchema | undefined, path: string[]): Place {
  const listType = schema?.['x-kubernetes-list-type'];
  return {
    child(key) {
      if (path.length === 0 && key === 'metadata') {
        return builtinPlace(['metadata']);
      }
      const additional = isRecord(schema?.additionalProperties) ? (schema.additionalProperties as JsonSchema) : undefined;
      return schemaPlace(schema?.properties?.[key] ?? additional, [...path, key]);
    },
    list: listType === 'map' ? schema!['x-kubernetes-list-map-keys'] : listType === 'set' ? 'set' : undefined,
    atomicMap: schema?.['x-kubernetes-map-type'] === 'atomic',
    get item() {
      return schemaPlace(schema?.items, [...path, '[]']);
    },
  };
}

/** The values of an item's keys, as they stand in a field set: `{"containerPort":80,"protocol":"TCP"}`. */
export function keyOfItem(item: unknown, keys: string[]): string {
  const defaults: Record<string, unknown> = { protocol: 'TCP' };
  const values = keys.map((key) => [key, (isRecord(item) ? item[key] : undefined) ?? defaults[key] ?? null]);
  return JSON.stringify(Object.fromEntries(values.sort(([left], [right]) => (left < right ? -1 : 1))));
}
