import { cloneJson, isRecord } from '../json';
import type { JsonSchema } from './JsonSchema';

/** Fills in, in place, the schema's defaults. A null where null is not allowed goes, or gives way to the default. */
export function applyDefaults(value: unknown, schema: JsonSchema): void {
  if (Array.isArray(value)) {
    if (schema.items) {
      value.forEach((item) => applyDefaults(item, schema.items!));
    }
    return;
  }
  if (!isRecord(value)) {
    return;
  }
  for (const [key, property] of Object.entries(schema.properties ?? {})) {
    dropNull(value, key, property);
    if (property.default !== undefined && value[key] === undefined) {
      value[key] = cloneJson(property.default);
    }
    if (value[key] !== undefined) {
      applyDefaults(value[key], property);
    }
  }
  if (isRecord(schema.additionalProperties)) {
    for (const key of Object.keys(value)) {
      if (!Object.hasOwn(schema.properties ?? {}, key)) {
        dropNull(value, key, schema.additionalProperties as JsonSchema);
        applyDefaults(value[key], schema.additionalProperties as JsonSchema);
      }
    }
  }
}

function dropNull(value: Record<string, unknown>, key: string, schema: JsonSchema): void {
  if (value[key] === null && !schema.nullable) {
    delete value[key];
  }
}
