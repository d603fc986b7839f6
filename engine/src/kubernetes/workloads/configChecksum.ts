import { createHash } from 'node:crypto';

/**
 * Flagger's checksum of a ConfigMap's or Secret's `data`: the first 8 bytes of SHA-256, in hexadecimal, over what
 * Go's encoding/json makes of the map (facts §2.7 has the test vectors). Secret values stay base64, as the API
 * server sends them. `binaryData` is not part of it.
 */
export function configChecksum(data: Readonly<Record<string, string>> | null | undefined): string {
  return createHash('sha256').update(goJson(data)).digest('hex').slice(0, 16);
}

function goJson(data: Readonly<Record<string, string>> | null | undefined): string {
  if (data === null || data === undefined) return 'null';
  // Keys that look like numbers would come first in a JavaScript object, so the text is put together by hand.
  const fields = Object.keys(data)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${JSON.stringify(data[key])}`);
  return `{${fields.join(',')}}`.replace(/[<>&\u2028\u2029]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
