import { isDeepStrictEqual } from 'node:util';
import type { KubeObject } from '@aviary/provider-contract';

/** An object as it must be. */
export interface Rendered {
  /** To create, or to replace `existing` with. It is `existing` itself when nothing differs. */
  object: KubeObject;
  /** Whether there is anything to write. True when the object does not exist. */
  differs: boolean;
}

/** Compares what was rendered with what is there; null and absent are the same to the API server. */
export function rendered(object: KubeObject, existing: KubeObject | undefined): Rendered {
  if (existing && isDeepStrictEqual(withoutNulls(object), withoutNulls(existing))) return { object: existing, differs: false };
  return { object, differs: true };
}

/** A deep copy without null and undefined fields. */
export function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return Array.from(value, withoutNulls);
  if (typeof value !== 'object' || value === null) return value;
  const kept: Record<string, unknown> = {};
  for (const [key, field] of Object.entries(value)) if (field !== null && field !== undefined) kept[key] = withoutNulls(field);
  return kept;
}
