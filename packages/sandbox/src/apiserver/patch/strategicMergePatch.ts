import { ApiError, badRequest } from '../ApiError';
import { cloneJson, equalJson, isRecord } from '../json';
import type { JsonSchema } from '../schema/JsonSchema';

type Json = Record<string, any>;

const orderPrefix = '$setElementOrder/';
const removalPrefix = '$deleteFromPrimitiveList/';

/**
 * Applies a strategic merge patch to a copy of an object of a built-in kind: lists merge by the merge keys of its
 * schema; `$patch`, `$retainKeys`, `$setElementOrder` and `$deleteFromPrimitiveList` are obeyed. 400 for directives
 * that make no sense, 500 for an item without its merge key, as the real server has it.
 */
export function applyStrategicMergePatch(document: Json, patch: Json, schema: JsonSchema | undefined): Json {
  if (patch.$patch === 'replace') {
    return strip(patch);
  }
  if (patch.$patch === 'delete') {
    return {};
  }
  if (patch.$patch !== undefined && patch.$patch !== 'merge') {
    throw badRequest(`unknown patch type "${patch.$patch}" (known: merge, replace, delete)`);
  }
  const result: Json = cloneJson(document);
  if (patch.$retainKeys) {
    const kept: string[] = patch.$retainKeys;
    Object.keys(result)
      .filter((key) => !kept.includes(key))
      .forEach((key) => delete result[key]);
  }
  for (const [key, value] of Object.entries(patch)) {
    if (key.startsWith(removalPrefix)) {
      removePrimitives(result, key.slice(removalPrefix.length), value);
    } else if (!key.startsWith('$')) {
      mergeField(result, key, value, fieldSchema(schema, key));
    }
  }
  for (const [key, order] of Object.entries(patch)) {
    const field = key.startsWith(orderPrefix) ? key.slice(orderPrefix.length) : undefined;
    if (field !== undefined && Array.isArray(result[field])) {
      const mergeKey = mergeKeyOf(fieldSchema(schema, field));
      result[field] = ordered(result[field], orderBefore(document[field] ?? [], patch[field], mergeKey), order, mergeKey);
    }
  }
  return result;
}

function mergeField(result: Json, key: string, value: unknown, schema: JsonSchema | undefined): void {
  if (value === null) {
    delete result[key];
  } else if (isRecord(value)) {
    result[key] = applyStrategicMergePatch(isRecord(result[key]) ? result[key] : {}, value, schema);
  } else if (Array.isArray(value) && schema?.['x-kubernetes-patch-strategy']?.split(',').includes('merge')) {
    result[key] = mergeList(Array.isArray(result[key]) ? result[key] : [], value, schema);
  } else {
    result[key] = strip(value);
  }
}

function mergeList(current: any[], items: any[], schema: JsonSchema): any[] {
  const mergeKey = mergeKeyOf(schema);
  if (mergeKey === undefined) {
    const added = items.filter((item) => !current.some((other) => equalJson(item, other)));
    return ordered([...current, ...added], current, items, undefined);
  }
  const isDirective = (item: any) => isRecord(item) && item.$patch === 'replace' && item[mergeKey] === undefined;
  if (items.some(isDirective)) {
    return items.filter((item) => !isDirective(item)).map(strip);
  }
  const named = items.filter((item) => item?.$patch !== 'delete');
  return ordered(mergeItems(current, items, mergeKey, schema), orderBefore(current, items, mergeKey), named, mergeKey);
}

/**
 * The server's order of a list, for `ordered`. As the real server has it, new items that take no more than the places
 * of deleted ones count as if they had been at its end.
 */
function orderBefore(current: any[], items: unknown, mergeKey: string | undefined): any[] {
  const patched: any[] = mergeKey !== undefined && Array.isArray(items) ? items : [];
  const isIn = (list: any[], item: any) => list.some((other) => equalJson(other?.[mergeKey!], item?.[mergeKey!]));
  const [deleted, named] = [patched.filter((item) => item?.$patch === 'delete'), patched.filter((item) => item?.$patch !== 'delete')];
  const added = named.filter((item) => !isIn(current, item));
  const kept = current.filter((item) => !isIn(deleted, item));
  return kept.length < current.length && kept.length + added.length <= current.length ? [...kept, ...added] : current;
}

function mergeItems(current: Json[], items: Json[], mergeKey: string, schema: JsonSchema): Json[] {
  let result = [...current];
  for (const item of items) {
    if (!isRecord(item) || item[mergeKey] === undefined) {
      throw new ApiError(500, '', `map: ${JSON.stringify(item)} does not contain declared merge key: ${mergeKey}`);
    }
    const index = result.findIndex((other) => equalJson(other[mergeKey], item[mergeKey]));
    if (item.$patch === 'delete') {
      result = result.filter((other) => !equalJson(other[mergeKey], item[mergeKey]));
    } else if (index < 0) {
      result.push(applyStrategicMergePatch({}, item, schema.items));
    } else {
      result[index] = applyStrategicMergePatch(result[index], item, schema.items);
    }
  }
  return result;
}

function removePrimitives(result: Json, field: string, removed: unknown): void {
  if (Array.isArray(result[field]) && Array.isArray(removed)) {
    result[field] = result[field].filter((item: unknown) => !removed.includes(item));
  }
}

/**
 * The client's order for the items it names. What only the server has stays before those that followed it there, and
 * comes after the items that are new.
 */
function ordered(items: any[], before: any[], order: any[], key: string | undefined): any[] {
  const idOf = (item: any) => (key && isRecord(item) ? item[key] : item);
  const wanted = order.map(idOf);
  const placeBefore = (item: any) => before.findIndex((other) => equalJson(idOf(other), idOf(item)));
  const named = items
    .filter((item) => wanted.includes(idOf(item)))
    .sort((left, right) => wanted.indexOf(idOf(left)) - wanted.indexOf(idOf(right)));
  const others = items.filter((item) => !wanted.includes(idOf(item)));
  const result: any[] = [];
  while (named.length && others.length) {
    result.push(placeBefore(others[0]) < placeBefore(named[0]) ? others.shift() : named.shift());
  }
  return [...result, ...named, ...others];
}

function mergeKeyOf(schema: JsonSchema | undefined): string | undefined {
  return schema?.['x-kubernetes-patch-merge-key'];
}

function fieldSchema(schema: JsonSchema | undefined, key: string): JsonSchema | undefined {
  return schema?.properties?.[key] ?? (isRecord(schema?.additionalProperties) ? (schema.additionalProperties as JsonSchema) : undefined);
}

/** The value without nulls in objects and without directives. */
function strip(value: any): any {
  if (Array.isArray(value)) {
    return value.map(strip);
  }
  if (!isRecord(value)) {
    return value;
  }
  const kept = Object.entries(value).filter(([key, item]) => item !== null && !key.startsWith('$'));
  return Object.fromEntries(kept.map(([key, item]) => [key, strip(item)]));
}
