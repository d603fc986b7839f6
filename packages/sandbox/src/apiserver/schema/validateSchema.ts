import type { Cause } from '../ApiError';
import { equalJson, isRecord } from '../json';
import { combinationCauses } from './combinationCauses';
import { embeddedCauses } from './embeddedObjects';
import { formatCauses, unformatted } from './formatCauses';
import { matchesGoPattern } from './goPattern';
import type { JsonSchema } from './JsonSchema';

/**
 * Checks a value against a structural schema; the causes are worded as a real API server words them. Parts that are
 * the same in `old`, the value that an update replaces, are let be, whatever the schema has become since.
 */
export function validateSchema(value: unknown, schema: JsonSchema, path = '', old?: unknown): Cause[] {
  if ((value === null && schema.nullable) || (old !== undefined && equalJson(value, old))) {
    return [];
  }
  const causes = [...enumCauses(value, schema, path), ...combinationsOf(value, schema, path)];
  const ofType = typeCauses(value, schema, path);
  if (ofType.length) {
    // A fraction where a whole number is wanted is measured all the same.
    const measured =
      schema.type === 'integer' && typeof value === 'number' ? numberCauses(value, { ...schema, format: undefined }, path) : [];
    return [...ofType, ...measured, ...causes];
  }
  if (typeof value === 'string') {
    causes.push(...stringCauses(value, schema, path));
  } else if (typeof value === 'number') {
    causes.push(...numberCauses(value, schema, path));
  } else if (Array.isArray(value)) {
    causes.push(...arrayCauses(value, schema, path, old));
  } else if (isRecord(value)) {
    causes.push(...objectCauses(value, schema, path, old));
  }
  return causes;
}

function typeCauses(value: unknown, schema: JsonSchema, path: string): Cause[] {
  const actual = typeName(value);
  if (schema['x-kubernetes-int-or-string']) {
    return actual === 'integer' || actual === 'string' ? [] : [wrongType(path, 'integer,string', actual)];
  }
  if (!schema.type || schema.type === actual || (schema.type === 'number' && actual === 'integer')) {
    return [];
  }
  if (schema.type !== 'integer' || actual !== 'number') {
    return [wrongType(path, schema.type, actual)];
  }
  // With a format, the real server speaks in Go's types.
  return schema.format
    ? [wrongType(path, schema.format, 'float64'), unformatted(`integer with format ${schema.format}`, path)]
    : [wrongType(path, 'integer', 'number'), unformatted('integer (default format)', path)];
}

function typeName(value: unknown): string {
  if (value === null) {
    return 'null';
  }
  if (Array.isArray(value)) {
    return 'array';
  }
  if (typeof value === 'number') {
    return Number.isInteger(value) ? 'integer' : 'number';
  }
  return typeof value;
}

function enumCauses(value: unknown, schema: JsonSchema, path: string): Cause[] {
  if (!schema.enum || schema.enum.some((allowed) => equalJson(allowed, value))) {
    return [];
  }
  const supported = schema.enum
    .map((allowed) => JSON.stringify(typeof allowed === 'string' ? allowed : JSON.stringify(allowed)))
    .join(', ');
  const message = `Unsupported value: ${shown(value)}: supported values: ${supported}`;
  return [{ reason: 'FieldValueNotSupported', message, field: fieldOf(path) }];
}

function combinationsOf(value: unknown, schema: JsonSchema, path: string): Cause[] {
  return combinationCauses(schema, path, (alternative) => validateSchema(value, alternative, path));
}

function stringCauses(value: string, schema: JsonSchema, path: string): Cause[] {
  return [...textCauses(value, schema, path), ...formatCauses(value, schema.format, path)];
}

/** The first thing that is wrong with a text: the real server looks no further. */
function textCauses(value: string, schema: JsonSchema, path: string): Cause[] {
  const length = [...value].length;
  if (schema.maxLength !== undefined && length > schema.maxLength) {
    return [{ reason: 'FieldValueTooLong', message: `Too long: may not be more than ${schema.maxLength} bytes`, field: fieldOf(path) }];
  }
  if (schema.minLength !== undefined && length < schema.minLength) {
    return [wrong(path, shown(value), `should be at least ${schema.minLength} chars long`)];
  }
  return schema.pattern !== undefined && !matchesGoPattern(schema.pattern, value)
    ? [wrong(path, shown(value), `should match '${schema.pattern}'`)]
    : [];
}

function numberCauses(value: number, schema: JsonSchema, path: string): Cause[] {
  const causes: Cause[] = [];
  // Whole numbers are compared as such by the real server, which cuts the limits to whole numbers for them.
  const limit = (number: number | undefined) => (number !== undefined && Number.isInteger(value) ? Math.trunc(number) : number);
  const [minimum, maximum] = [limit(schema.minimum), limit(schema.maximum)];
  const { multipleOf } = schema;
  if (maximum !== undefined && (schema.exclusiveMaximum ? value >= maximum : value > maximum)) {
    causes.push(wrong(path, shown(value), `should be less than ${schema.exclusiveMaximum ? '' : 'or equal to '}${maximum}`));
  }
  if (minimum !== undefined && (schema.exclusiveMinimum ? value <= minimum : value < minimum)) {
    causes.push(wrong(path, shown(value), `should be greater than ${schema.exclusiveMinimum ? '' : 'or equal to '}${minimum}`));
  }
  if (multipleOf !== undefined && !Number.isInteger(value / multipleOf)) {
    causes.push(wrong(path, shown(value), `should be a multiple of ${multipleOf}`));
  }
  return [...causes, ...formatCauses(value, schema.format, path)];
}

function arrayCauses(value: unknown[], schema: JsonSchema, path: string, old: unknown): Cause[] {
  const causes: Cause[] = [];
  if (schema.maxItems !== undefined && value.length > schema.maxItems) {
    causes.push(tooMany(value.length, schema.maxItems, path));
  }
  if (schema.minItems !== undefined && value.length < schema.minItems) {
    causes.push(wrong(path, String(value.length), `should have at least ${schema.minItems} items`));
  }
  const before = new Map(isKeyed(schema) && Array.isArray(old) ? old.map((item) => [keyOf(item, schema), item]) : []);
  value.forEach((item, index) => {
    if (schema.items) {
      causes.push(...validateSchema(item, schema.items, `${path}[${index}]`, before.get(keyOf(item, schema))));
    }
  });
  return [...causes, ...duplicateCauses(value, schema, path)];
}

function duplicateCauses(value: unknown[], schema: JsonSchema, path: string): Cause[] {
  if (schema['x-kubernetes-list-type'] !== 'set' && !isKeyed(schema)) {
    return [];
  }
  const keys = value.map((item) => keyOf(item, schema));
  // The real server names only the first of several more.
  return keys.flatMap((key, index) =>
    keys.indexOf(key) < index && keys.indexOf(key, keys.indexOf(key) + 1) === index
      ? [{ reason: 'FieldValueDuplicate', message: `Duplicate value: ${key}`, field: `${path}[${index}]` }]
      : [],
  );
}

function objectCauses(value: Record<string, unknown>, schema: JsonSchema, path: string, old: unknown): Cause[] {
  const count = Object.keys(value).length;
  const causes: Cause[] = schema['x-kubernetes-embedded-resource'] ? embeddedCauses(value, path) : [];
  if (schema.maxProperties !== undefined && count > schema.maxProperties) {
    causes.push(tooMany(count, schema.maxProperties, path));
  }
  if (schema.minProperties !== undefined && count < schema.minProperties) {
    causes.push(wrong(path, String(count), `should have at least ${schema.minProperties} properties`));
  }
  for (const name of schema.required ?? []) {
    if (value[name] === undefined) {
      causes.push({ reason: 'FieldValueRequired', message: 'Required value', field: path ? `${path}.${name}` : name });
    }
  }
  for (const [name, item] of Object.entries(value)) {
    const below =
      schema.properties?.[name] ?? (isRecord(schema.additionalProperties) ? (schema.additionalProperties as JsonSchema) : undefined);
    if (below && item !== undefined) {
      causes.push(...validateSchema(item, below, path ? `${path}.${name}` : name, isRecord(old) ? old[name] : undefined));
    }
  }
  return causes;
}

function isKeyed(schema: JsonSchema): boolean {
  return schema['x-kubernetes-list-type'] === 'map';
}

/** What makes an item of a list with keys, or of a set, the same as another. */
export function keyOf(item: unknown, schema: JsonSchema): string {
  const keys = schema['x-kubernetes-list-map-keys'] ?? [];
  return JSON.stringify(isKeyed(schema) ? Object.fromEntries(keys.map((name) => [name, (item as any)?.[name]])) : item);
}

function tooMany(count: number, most: number, path: string): Cause {
  const message = `Too many: ${count}: must have at most ${most} ${most === 1 ? 'item' : 'items'}`;
  return { reason: 'FieldValueTooMany', message, field: fieldOf(path) };
}

function wrongType(path: string, expected: string, actual: string): Cause {
  return { ...wrong(path, `"${actual}"`, `must be of type ${expected}: "${actual}"`), reason: 'FieldValueTypeInvalid' };
}

function wrong(path: string, value: string, sentence: string): Cause {
  return { reason: 'FieldValueInvalid', message: `Invalid value: ${value}: ${path} in body ${sentence}`, field: fieldOf(path) };
}

function fieldOf(path: string): string {
  return path || '<nil>';
}

function shown(value: unknown): string {
  return JSON.stringify(value);
}
