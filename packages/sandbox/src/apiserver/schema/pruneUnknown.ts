import { isRecord } from '../json';
import { objectMeta } from './embeddedObjects';
import type { JsonSchema } from './JsonSchema';

/**
 * Removes, in place, what a structural schema does not know, and returns the paths of what went.
 * `apiVersion`, `kind` and `metadata` stay at the root and in embedded resources.
 */
export function pruneUnknown(value: unknown, schema: JsonSchema): string[] {
  const removed: string[] = [];
  prune(value, { ...schema, 'x-kubernetes-embedded-resource': true }, '', removed);
  return removed;
}

function prune(value: unknown, schema: JsonSchema, path: string, removed: string[]): void {
  const preserve = schema['x-kubernetes-preserve-unknown-fields'] === true;
  if (Array.isArray(value)) {
    if (schema.items) {
      value.forEach((item, index) => prune(item, schema.items!, `${path}[${index}]`, removed));
    }
    return;
  }
  if (!isRecord(value)) {
    return;
  }
  const embedded = schema['x-kubernetes-embedded-resource'] === true;
  for (const key of Object.keys(value)) {
    const below = path ? `${path}.${key}` : key;
    const known = knownSchema(key, schema, embedded);
    if (known) {
      prune(value[key], known, below, removed);
    } else if (schema.additionalProperties !== true && !preserve) {
      delete value[key];
      removed.push(below);
    }
  }
}

function knownSchema(key: string, schema: JsonSchema, embedded: boolean): JsonSchema | undefined {
  if (embedded && key === 'metadata') {
    return objectMeta;
  }
  if (embedded && (key === 'apiVersion' || key === 'kind')) {
    return { type: 'string' };
  }
  if (schema.properties && Object.hasOwn(schema.properties, key)) {
    return schema.properties[key];
  }
  return isRecord(schema.additionalProperties) ? (schema.additionalProperties as JsonSchema) : undefined;
}
