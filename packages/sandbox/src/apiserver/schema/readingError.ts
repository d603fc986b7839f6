import { isRecord } from '../json';
import type { JsonSchema } from './JsonSchema';

/**
 * What the real server's decoder says of the first value of a built-in kind that it cannot read: one of another type, or
 * bytes that are not base64. Undefined when it can read all. Fields that the schema does not know are not looked at.
 */
export function readingError(value: unknown, schema: JsonSchema): string | undefined {
  return errorAt(value, schema, { path: [], struct: '' });
}

interface Spot {
  /** Names of fields, without positions in lists and keys of maps. */
  path: string[];
  /** The struct that has the last of them. */
  struct: string;
}

function errorAt(value: unknown, schema: JsonSchema, spot: Spot): string | undefined {
  const expected = value === null || value === undefined || schema.oneOf ? undefined : schema.type;
  if (expected !== undefined && !fits(value, expected)) {
    const field = `${spot.struct}.${spot.path.join('.')}`;
    return `json: cannot unmarshal ${jsonType(value)} into Go struct field ${field} of type ${goTypeOf(schema)}`;
  }
  if (typeof value === 'string' && schema.format === 'byte') {
    const wrong = value.search(/[^A-Za-z0-9+/=\r\n]/);
    return wrong < 0 ? undefined : `illegal base64 data at input byte ${wrong}`;
  }
  if (Array.isArray(value)) {
    return first(value, (item) => (schema.items ? errorAt(item, schema.items, spot) : undefined));
  }
  return isRecord(value) ? errorWithin(value, schema, spot) : undefined;
}

function errorWithin(value: Record<string, unknown>, schema: JsonSchema, { path, struct }: Spot): string | undefined {
  const additional = isRecord(schema.additionalProperties) ? (schema.additionalProperties as JsonSchema) : undefined;
  return first(Object.entries(value), ([key, item]) => {
    if (additional) {
      return errorAt(item, additional, { path, struct });
    }
    const property = Object.hasOwn(schema.properties ?? {}, key) ? schema.properties![key] : undefined;
    return property && errorAt(item, property, { path: [...path, key], struct: schema.goType?.split('.').at(-1) ?? struct });
  });
}

function fits(value: unknown, type: NonNullable<JsonSchema['type']>): boolean {
  switch (type) {
    case 'object':
      return isRecord(value);
    case 'array':
      return Array.isArray(value);
    case 'integer':
      return Number.isInteger(value);
    default:
      return typeof value === type;
  }
}

function jsonType(value: unknown): string {
  if (typeof value === 'number') {
    return Number.isInteger(value) ? 'number' : `number ${value}`;
  }
  if (typeof value === 'boolean') {
    return 'bool';
  }
  return Array.isArray(value) ? 'array' : typeof value;
}

function goTypeOf(schema: JsonSchema): string {
  switch (schema.type) {
    case 'integer':
      return schema.format ?? 'int64';
    case 'number':
      return 'float64';
    case 'boolean':
      return 'bool';
    case 'array':
      return `[]${schema.items ? goTypeOf(schema.items) : 'string'}`;
    case 'object':
      return (
        schema.goType ??
        `map[string]${isRecord(schema.additionalProperties) ? goTypeOf(schema.additionalProperties as JsonSchema) : 'string'}`
      );
    default:
      return schema.goType ?? 'string';
  }
}

function first<T>(items: T[], find: (item: T) => string | undefined): string | undefined {
  for (const item of items) {
    const found = find(item);
    if (found !== undefined) {
      return found;
    }
  }
  return undefined;
}
