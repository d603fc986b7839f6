import { cloneJson, isRecord } from '../json';

/** Applies an RFC 7386 merge patch to a copy: null removes, objects merge, everything else replaces. */
export function applyMergePatch(document: unknown, patch: unknown): unknown {
  if (!isRecord(patch)) {
    return cloneJson(patch);
  }
  const result: Record<string, unknown> = isRecord(document) ? cloneJson(document) : {};
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) {
      delete result[key];
    } else {
      result[key] = applyMergePatch(result[key], value);
    }
  }
  return result;
}
