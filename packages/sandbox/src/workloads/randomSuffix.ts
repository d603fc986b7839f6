import { randomInt } from 'node:crypto';

// Kubernetes' alphabet for generated names: no vowels, so that no words appear.
const ALPHABET = 'bcdfghjklmnpqrstvwxz2456789';

/** Five letters and digits, as Kubernetes appends to a generated name. */
export function randomSuffix(): string {
  return Array.from({ length: 5 }, () => ALPHABET[randomInt(ALPHABET.length)]).join('');
}

/** A number written in the same alphabet, for hashes that become part of names. */
export function encodeHash(hash: number): string {
  return [...String(hash)].map((digit) => ALPHABET[Number(digit)]).join('');
}
