import { cloneJson, isRecord } from '../json';
import type { JsonSchema } from './JsonSchema';

/** Fills in, in place, the schema's defaults; a null where null is not allowed gives way to the default. */
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
    if (property.default !== undefined && (value[key] === undefined || (value[key] === null && !property.nullable))) {
      value[key] = cloneJson(property.default);
    }
    if (value[key] !== undefined) {
      applyDefaults(value[key], property);
    }
  }
  if (isRecord(schema.additionalProperties)) {
    for (const key of Object.keys(value)) {
      if (!Object.hasOwn(schema.properties ?? {}, key)) {
        applyDefaults(value[key], schema.additionalProperties as JsonSchema);
      }
    }
  }
}
