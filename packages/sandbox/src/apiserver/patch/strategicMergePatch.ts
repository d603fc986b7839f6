import { badRequest } from '../ApiError';
import { cloneJson, equalJson, isRecord } from '../json';
import { listRule, type ListRule } from './listRules';

type Json = Record<string, any>;

const orderPrefix = '$setElementOrder/';
const removalPrefix = '$deleteFromPrimitiveList/';

/**
 * Applies a strategic merge patch to a copy of an object of a built-in kind: lists merge by the kind's merge
 * keys; `$patch`, `$retainKeys`, `$setElementOrder` and `$deleteFromPrimitiveList` are obeyed. 400 for directives
 * that make no sense.
 */
export function applyStrategicMergePatch(document: Json, patch: Json, path: string[] = []): Json {
  if (patch.$patch === 'replace') {
    return strip(patch);
  }
  if (patch.$patch === 'delete') {
    return {};
  }
  if (patch.$patch !== undefined && patch.$patch !== 'merge') {
    throw badRequest(`unknown patch type "${patch.$patch}" at ${path.join('.') || 'the root'} (known: merge, replace, delete)`);
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
      mergeField(result, key, value, patch, path);
    }
  }
  for (const [key, order] of Object.entries(patch)) {
    const field = key.startsWith(orderPrefix) ? key.slice(orderPrefix.length) : undefined;
    if (field !== undefined && Array.isArray(result[field])) {
      result[field] = ordered(result[field], document[field] ?? [], order, listRule([...path, field]));
    }
  }
  return result;
}

function mergeField(result: Json, key: string, value: unknown, patch: Json, path: string[]): void {
  const below = [...path, key];
  if (value === null) {
    delete result[key];
  } else if (isRecord(value)) {
    result[key] = applyStrategicMergePatch(isRecord(result[key]) ? result[key] : {}, value, below);
  } else if (Array.isArray(value)) {
    const rule = listRule(below);
    const current = Array.isArray(result[key]) ? result[key] : [];
    if (rule?.mergeKey) {
      result[key] = mergeItems(current, value, rule.mergeKey, below);
    } else if (rule?.set && patch.$patch !== 'replace') {
      result[key] = [...current, ...value.filter((item) => !current.some((other: unknown) => equalJson(item, other)))];
    } else {
      result[key] = strip(value);
    }
  } else {
    result[key] = value;
  }
}

function mergeItems(current: Json[], items: Json[], mergeKey: string, path: string[]): Json[] {
  const isDirective = (item: Json) => isRecord(item) && item.$patch === 'replace' && item[mergeKey] === undefined;
  if (items.some(isDirective)) {
    return items.filter((item) => !isDirective(item)).map(strip);
  }
  let result = [...current];
  for (const item of items) {
    if (!isRecord(item) || item[mergeKey] === undefined) {
      throw badRequest(`map: ${JSON.stringify(item)} does not contain declared merge key: ${mergeKey} (at ${path.join('.')})`);
    }
    const index = result.findIndex((other) => equalJson(other[mergeKey], item[mergeKey]));
    if (item.$patch === 'delete') {
      result = result.filter((other) => !equalJson(other[mergeKey], item[mergeKey]));
    } else if (index < 0) {
      result.push(applyStrategicMergePatch({}, item, path));
    } else {
      result[index] = applyStrategicMergePatch(result[index], item, path);
    }
  }
  return result;
}

function removePrimitives(result: Json, field: string, removed: unknown): void {
  if (Array.isArray(result[field]) && Array.isArray(removed)) {
    result[field] = result[field].filter((item: unknown) => !removed.includes(item));
  }
}

/** The client's order for the items it names; what only the server has keeps its place before those that followed it. */
function ordered(items: any[], before: any[], order: any[], rule: ListRule | undefined): any[] {
  const key = rule?.mergeKey;
  const idOf = (item: any) => (key && isRecord(item) ? item[key] : item);
  const wanted = order.map(idOf);
  const placeBefore = (item: any) => before.findIndex((other) => equalJson(idOf(other), idOf(item)));
  const named = items
    .filter((item) => wanted.includes(idOf(item)))
    .sort((left, right) => wanted.indexOf(idOf(left)) - wanted.indexOf(idOf(right)));
  const others = items.filter((item) => !wanted.includes(idOf(item)));
  const result: any[] = [];
  while (named.length && others.length) {
    const place = placeBefore(named[0]);
    result.push(place >= 0 && place < placeBefore(others[0]) ? named.shift() : others.shift());
  }
  return [...result, ...named, ...others];
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
