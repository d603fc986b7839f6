import { createHash } from 'node:crypto';
import { withoutNulls } from './Rendered';

/** The characters that Kubernetes uses for such hashes: no vowels, nothing that reads like another. */
const ALPHABET = '456789bcdf';

/** Node selector by which a DaemonSet is scaled to zero; never part of a revision. */
export const SCALE_TO_ZERO = 'flagger.app/scale-to-zero';

/**
 * Ten characters that stand for a pod template: the same for the same content, whatever the order of keys. What API
 * servers of different versions write differently for the same content (`creationTimestamp: null`, `resources: {}`)
 * does not count. Not Flagger's hash, which depends on Go's memory layout and cannot be had elsewhere.
 */
export function templateHash(template: object): string {
  const digest = createHash('sha256')
    .update(JSON.stringify(canonical(withoutNulls(template))))
    .digest();
  return Array.from(digest.subarray(0, 10), (byte) => ALPHABET[byte % ALPHABET.length]).join('');
}

function canonical(value: unknown, key = ''): unknown {
  if (Array.isArray(value)) return value.map((item) => canonical(item));
  if (typeof value !== 'object' || value === null) return value;
  const fields = Object.entries(value)
    .filter(([name]) => !(key === 'nodeSelector' && name === SCALE_TO_ZERO))
    .map(([name, field]) => [name, canonical(field, name)] as const)
    .filter(([name, field]) => !(MEANS_NOTHING_EMPTY.has(name) && isEmptyObject(field)));
  return Object.fromEntries(fields.sort(([a], [b]) => (a < b ? -1 : 1)));
}

const MEANS_NOTHING_EMPTY: ReadonlySet<string> = new Set([
  'resources',
  'securityContext',
  'metadata',
  'nodeSelector',
  'labels',
  'annotations',
]);

function isEmptyObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && Object.keys(value).length === 0;
}
