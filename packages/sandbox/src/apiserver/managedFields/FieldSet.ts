import { equalJson, isRecord } from '../json';
import { keyOfItem, type Place } from './Place';

/**
 * A set of fields in the format `FieldsV1`: `f:` names, `k:` items of keyed lists, `v:` members of sets. A node is
 * itself in the set when it is empty or has the child `.`.
 */
export interface FieldSet {
  [step: string]: FieldSet;
}

/** Every field that a value sets. */
export function fieldsOf(value: unknown, place: Place): FieldSet {
  return childrenOf(value, place, fieldsOf);
}

/** The same, and the maps and lists themselves that come with them: what an update brings that makes them. */
export function broughtFields(value: unknown, place: Place): FieldSet {
  const fields = childrenOf(value, place, broughtFields);
  return isEmpty(fields) || place.always ? fields : { '.': {}, ...fields };
}

/** The fields that were set or got another value, and those that went. */
export function changedFields(before: unknown, after: unknown, place: Place): { changed?: FieldSet; removed?: FieldSet } {
  if (equalJson(before, after)) {
    return {};
  }
  const old = partsOf(before, place);
  const now = partsOf(after, place);
  if (!old || !now) {
    return after === undefined ? { removed: broughtFields(before, place) } : { changed: broughtFields(after, place) };
  }
  const result: { changed?: FieldSet; removed?: FieldSet } = {};
  for (const step of new Set([...old.keys(), ...now.keys()])) {
    const below = step.startsWith('f:') ? place.child(step.slice(2)) : place.item;
    const part = changedPart(step, old, now, below);
    for (const kind of ['changed', 'removed'] as const) {
      if (part[kind]) {
        (result[kind] ??= {})[step] = part[kind];
      }
    }
  }
  return result;
}

/** The fields of either set. */
export function union(left: FieldSet, right: FieldSet): FieldSet {
  const result: FieldSet = { ...left };
  for (const [step, fields] of Object.entries(right)) {
    result[step] = step in left ? joined(left[step], fields) : fields;
  }
  return result;
}

/** The fields of the set and all that they lie in. */
export function withParents(fields: FieldSet): FieldSet {
  const below = Object.entries(withoutSelf(fields)).map(([step, inner]) => [step, withParents(inner)] as const);
  return below.length ? { '.': {}, ...Object.fromEntries(below) } : {};
}

/** The fields of both sets; undefined when there are none. */
export function intersection(left: FieldSet, right: FieldSet): FieldSet | undefined {
  const result: FieldSet = {};
  for (const step of Object.keys(left).filter((key) => key !== '.' && key in right)) {
    const below = intersection(left[step], right[step]);
    if (isMember(left[step]) && isMember(right[step])) {
      result[step] = below ? { '.': {}, ...below } : {};
    } else if (below) {
      result[step] = below;
    }
  }
  return isEmpty(result) ? undefined : result;
}

/** The steps to every field in a set, in the order of a real server's messages. */
export function pathsOf(fields: FieldSet, start: string[] = []): string[][] {
  return Object.keys(fields)
    .filter((step) => step !== '.')
    .sort()
    .flatMap((step) => {
      const path = [...start, step];
      return [...(isMember(fields[step]) ? [path] : []), ...pathsOf(fields[step], path)];
    });
}

/** The fields of the first set that are not in the second; undefined when none is left. */
export function difference(left: FieldSet, right: FieldSet): FieldSet | undefined {
  const result: FieldSet = {};
  for (const [step, fields] of Object.entries(left)) {
    const other = right[step];
    if (other === undefined) {
      result[step] = fields;
      continue;
    }
    const self = isMember(fields) && !isMember(other);
    const below = isEmpty(fields) ? undefined : difference(withoutSelf(fields), withoutSelf(other));
    if (below) {
      result[step] = self ? { '.': {}, ...below } : below;
    } else if (self) {
      result[step] = {};
    }
  }
  return isEmpty(result) ? undefined : result;
}

/** Removes, in place, the set's fields from a value; containers that end up empty go as well. */
export function removeFields(value: any, fields: FieldSet, place: Place): void {
  for (const [step, below] of Object.entries(fields)) {
    if (step.startsWith('f:') && isRecord(value)) {
      removeField(value, step.slice(2), below, place.child(step.slice(2)));
    } else if (Array.isArray(value)) {
      const index = (stepsOf(value, place) ?? []).findIndex(([other]) => other === step);
      if (index >= 0 && isMember(below)) {
        value.splice(index, 1);
      } else if (index >= 0) {
        removeFields(value[index], below, place.item);
      }
    }
  }
}

/** The items of a list by their step in a field set; undefined for a list that is replaced whole. */
export function stepsOf(list: unknown[], place: Place): [step: string, item: unknown][] | undefined {
  const { list: rule } = place;
  if (rule === undefined) {
    return undefined;
  }
  return list.map((item) => [rule === 'set' ? `v:${JSON.stringify(item)}` : `k:${keyOfItem(item, rule, place.item)}`, item]);
}

function childrenOf(value: unknown, place: Place, of: (child: unknown, place: Place) => FieldSet): FieldSet {
  const fields: FieldSet = {};
  if (isRecord(value) && !place.atomicMap) {
    for (const [key, item] of Object.entries(value)) {
      fields[`f:${key}`] = of(item, place.child(key));
    }
  } else if (Array.isArray(value)) {
    for (const [step, item] of stepsOf(value, place) ?? []) {
      fields[step] = step.startsWith('k:') ? itself(of(item, place.item)) : {};
    }
  }
  return fields;
}

function changedPart(step: string, old: Map<string, unknown>, now: Map<string, unknown>, place: Place): ReturnType<typeof changedFields> {
  const whole = (value: unknown) => (step.startsWith('k:') ? itself(broughtFields(value, place)) : broughtFields(value, place));
  if (!now.has(step)) {
    return { removed: whole(old.get(step)) };
  }
  return old.has(step) ? changedFields(old.get(step), now.get(step), place) : { changed: whole(now.get(step)) };
}

/** The fields of an item and the item; one that is replaced whole has none. */
function itself(fields: FieldSet): FieldSet {
  return isEmpty(fields) ? {} : { '.': {}, ...fields };
}

function partsOf(value: unknown, place: Place): Map<string, unknown> | undefined {
  if (isRecord(value) && !place.atomicMap) {
    return new Map(Object.entries(value).map(([key, item]) => [`f:${key}`, item]));
  }
  const steps = Array.isArray(value) ? stepsOf(value, place) : undefined;
  return steps && new Map(steps);
}

function removeField(value: Record<string, any>, key: string, fields: FieldSet, place: Place): void {
  if (isEmpty(fields)) {
    delete value[key];
  } else if (value[key] !== undefined) {
    removeFields(value[key], withoutSelf(fields), place);
    if (Object.keys(value[key]).length === 0) {
      delete value[key];
    }
  }
}

function joined(left: FieldSet, right: FieldSet): FieldSet {
  const self = isMember(left) || isMember(right);
  const both = union(withoutSelf(left), withoutSelf(right));
  return self && !isEmpty(both) ? { '.': {}, ...both } : both;
}

function withoutSelf(fields: FieldSet): FieldSet {
  const { '.': self, ...rest } = fields;
  return self ? rest : fields;
}

function isMember(fields: FieldSet): boolean {
  return isEmpty(fields) || '.' in fields;
}

function isEmpty(fields: FieldSet): boolean {
  return Object.keys(fields).length === 0;
}
