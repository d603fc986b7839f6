import { isRecord } from '../json';
import type { JsonSchema } from './JsonSchema';

/**
 * Removes, in place, empty lists and maps, which Go leaves out when it writes an object, and makes text of quantities
 * that were given as numbers. Structures may mean something when they are empty, and stay; so does what is required.
 */
export function dropEmpty(value: unknown, schema: JsonSchema): void {
  if (Array.isArray(value)) {
    value.forEach((item) => dropEmpty(item, schema.items ?? {}));
    return;
  }
  if (!isRecord(value)) {
    return;
  }
  for (const key of Object.keys(value)) {
    const below = schema.properties?.[key] ?? (isRecord(schema.additionalProperties) ? (schema.additionalProperties as JsonSchema) : {});
    if (below.goType === 'resource.Quantity' && typeof value[key] === 'number') {
      value[key] = String(value[key]);
    } else if (isEmpty(value[key], below) && !schema.required?.includes(key)) {
      delete value[key];
    } else {
      dropEmpty(value[key], below);
    }
  }
}

function isEmpty(value: unknown, schema: JsonSchema): boolean {
  return Array.isArray(value)
    ? schema.type === 'array' && value.length === 0
    : schema.additionalProperties !== undefined && isRecord(value) && Object.keys(value).length === 0;
}
